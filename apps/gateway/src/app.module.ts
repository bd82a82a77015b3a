import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@qiongtong/platform';
import { GatewayConfig } from './config';
import { ControlPlane } from './control/control-plane';
import { Forward } from './control/forward';
import { Answers } from './entrance/answers';
import { Authentication } from './entrance/authentication';
import { Entrance } from './entrance/entrance';
import { LivePolicy } from './policy/live-policy';
import { ExchangeClient } from './reads/exchange-client';
import { FilterShapes } from './reads/filter-shapes';
import { GrantLimits } from './reads/grant-limits';
import { Pushes } from './reads/pushes';
import { Reads } from './reads/reads';
import { Uses } from './reads/uses';
import { AccessLog } from './records/access-log';

@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [PlatformModule.forRoot({ name: 'gateway', config })],
      providers: [
        { provide: GatewayConfig, useValue: config },
        LivePolicy,
        AccessLog,
        Authentication,
        Answers,
        FilterShapes,
        GrantLimits,
        ExchangeClient,
        Uses,
        Reads,
        Forward,
        Pushes,
        ControlPlane,
        Entrance,
      ],
    };
  }
}
