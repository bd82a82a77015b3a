import { Module, type DynamicModule } from '@nestjs/common';
import { AuditConfig } from '../config';
import { ExchangeTraces } from './exchange-traces';
import { TraceCopies } from './trace-copies';
import { TraceStore } from './trace.store';
import { TracesController } from './traces.controller';
import { TracesService } from './traces.service';

@Module({})
export class TracesModule {
  static with(config: AuditConfig): DynamicModule {
    return {
      module: TracesModule,
      controllers: [TracesController],
      providers: [{ provide: AuditConfig, useValue: config }, ExchangeTraces, TraceCopies, TraceStore, TracesService],
    };
  }
}
