import { Module, type DynamicModule } from '@nestjs/common';
import type { AuditConfig } from '../config';
import { AlarmSettings } from './alarm-settings';
import { AlarmMetrics } from './alarm.metrics';
import { AlarmStore } from './alarm.store';
import { AlarmWatch } from './alarm-watch';
import { Alarms } from './alarms';
import { AlarmsController } from './alarms.controller';
import { AlarmsService } from './alarms.service';
import { FindingsStore } from './findings.store';
import { Heartbeats } from './heartbeats';
import { CompletenessFollower } from './completeness.follower';
import { SealerWatch } from './sealer-watch';
import { StallStore } from './stall.store';
import { WaitingFacts } from './waiting';
import { CompletenessStore } from './completeness.store';

@Module({})
export class AlarmsModule {
  static with(config: AuditConfig): DynamicModule {
    return {
      module: AlarmsModule,
      controllers: [AlarmsController],
      providers: [
        { provide: AlarmSettings, useFactory: () => new AlarmSettings(config) },
        AlarmMetrics,
        AlarmStore,
        Alarms,
        AlarmsService,
        AlarmWatch,
        FindingsStore,
        Heartbeats,
        CompletenessFollower,
        SealerWatch,
        StallStore,
        WaitingFacts,
        CompletenessStore,
      ],
    };
  }
}
