import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@qiongtong/platform';
import { ArchiveModule } from './archive/archive.module';
import { AlarmsModule } from './alarms/alarms.module';
import type { AuditConfig } from './config';
import { ErasuresModule } from './erasure/erasures.module';
import { EvidenceModule } from './evidence/evidence.module';
import { LogModule } from './log/log.module';
import { Log1700000100000 } from './migrations/1700000100000-log';
import { Traces1798070001000 } from './migrations/1798070001000-traces';
import { LogTerms1798080000000 } from './migrations/1798080000000-log-terms';
import { LargeMessages1798600000001 } from './migrations/1798600000001-large-messages';
import { Witnesses1798600000002 } from './migrations/1798600000002-witnesses';
import { TracesOfGrants1798730000000 } from './migrations/1798730000000-traces-of-grants';
import { Alarms1798720000000 } from './migrations/1798720000000-alarms';
import { WatchesAndReports1798750000000 } from './migrations/1798750000000-watches-and-reports';
import { Retention1798750000001 } from './migrations/1798750000001-retention';
import { Erasures1798750000002 } from './migrations/1798750000002-erasures';
import { ReportsModule } from './reports/reports.module';
import { RetentionModule } from './retention/retention.module';
import { SearchModule } from './search/search.module';
import { TilesModule } from './tiles/tiles.module';
import { TracesModule } from './traces/traces.module';
import { WatchesModule } from './watches/watches.module';
import { VerifyPageModule } from './verify-page/verify-page.module';
import { WitnessesModule } from './witnesses/witnesses.module';

@Module({})
export class AuditModule {
  static with(config: AuditConfig): DynamicModule {
    const log = LogModule.with(config);
    return {
      module: AuditModule,
      imports: [
        PlatformModule.forRoot({
          name: 'audit',
          config,
          entities: [],
          migrations: [
            Log1700000100000,
            Traces1798070001000,
            LogTerms1798080000000,
            LargeMessages1798600000001,
            Witnesses1798600000002,
            TracesOfGrants1798730000000,
            WatchesAndReports1798750000000,
            Retention1798750000001,
            Erasures1798750000002,
            Alarms1798720000000,
          ],
        }),
        log,
        TracesModule.with(config),
        SearchModule,
        WatchesModule,
        ReportsModule,
        ArchiveModule.with(config),
        RetentionModule.with(log, config),
        ErasuresModule.with(config),
        EvidenceModule.with(log),
        TilesModule.with(log, config),
        WitnessesModule.with(log, config),
        VerifyPageModule,
        AlarmsModule.with(config),
      ],
    };
  }
}
