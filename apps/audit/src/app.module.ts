import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@qiongtong/platform';
import type { AuditConfig } from './config';
import { LogModule } from './log/log.module';
import { Log1700000100000 } from './migrations/1700000100000-log';
import { Traces1798070001000 } from './migrations/1798070001000-traces';
import { TracesModule } from './traces/traces.module';

@Module({})
export class AuditModule {
  static with(config: AuditConfig): DynamicModule {
    return {
      module: AuditModule,
      imports: [
        PlatformModule.forRoot({
          name: 'audit',
          config,
          entities: [],
          migrations: [Log1700000100000, Traces1798070001000],
        }),
        LogModule.with(config),
        TracesModule.with(config),
      ],
    };
  }
}
