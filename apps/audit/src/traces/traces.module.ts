import { Module, type DynamicModule } from '@nestjs/common';
import { AuditConfig } from '../config';
import { SearchModule } from '../search/search.module';
import { ExchangeTraces } from './exchange-traces';
import { GrantTraceStore } from './grant-trace.store';
import { GrantTracesService } from './grant-traces.service';
import { OfficerTraceStore } from './officer-trace.store';
import { OfficerTracesService } from './officer-traces.service';
import { SampleTraceStore } from './sample-trace.store';
import { SampleTracesService } from './sample-traces.service';
import { TraceCopies } from './trace-copies';
import { TraceStore } from './trace.store';
import { TracesController } from './traces.controller';
import { TracesService } from './traces.service';

@Module({})
export class TracesModule {
  static with(config: AuditConfig): DynamicModule {
    return {
      module: TracesModule,
      imports: [SearchModule],
      controllers: [TracesController],
      providers: [
        { provide: AuditConfig, useValue: config },
        ...[ExchangeTraces, TraceCopies, TraceStore, TracesService],
        ...[GrantTraceStore, GrantTracesService, OfficerTraceStore, OfficerTracesService],
        ...[SampleTraceStore, SampleTracesService],
      ],
    };
  }
}
