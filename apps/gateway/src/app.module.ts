import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@qiongtong/platform';
import { GatewayConfig } from './config';
import { ControlPlane } from './control/control-plane';
import { Forward } from './control/forward';
import { Answers } from './entrance/answers';
import { Authentication } from './entrance/authentication';
import { Entrance } from './entrance/entrance';
import { Explanations } from './explanations/explanations';
import { LivePolicy } from './policy/live-policy';
import { ExchangeClient } from './reads/exchange-client';
import { FilterShapes } from './reads/filter-shapes';
import { Pushes } from './reads/pushes';
import { KeyedReads } from './reads/keyed-reads';
import { Reads } from './reads/reads';
import { Orders } from './reads/orders';
import { UseLimits } from './reads/use-limits';
import { Uses } from './reads/uses';
import { Limits } from './limits/limits';
import { Reference } from './reference/reference';
import { AccessLog } from './records/access-log';
import { PublicReaders } from './releases/public-readers';
import { ReleaseData } from './releases/release-data';
import { Releases } from './releases/releases';

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
        Limits,
        UseLimits,
        ExchangeClient,
        Uses,
        KeyedReads,
        Reads,
        Forward,
        Pushes,
        Orders,
        PublicReaders,
        ReleaseData,
        Releases,
        ControlPlane,
        Explanations,
        Reference,
        Entrance,
      ],
    };
  }
}
