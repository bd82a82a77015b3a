import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { RECORD_TRACES, Refusal, type RecordTraceAnswer, type RecordTraceQuestion } from '@qiongtong/contracts';
import type { HopRequest } from '@qiongtong/platform';
import { TracesService } from './traces.service';

/** Between services: nobody outside sees a hash key's use. Audit has checked the form and records who asked. */
@ApiExcludeController()
@Controller(RECORD_TRACES)
export class TracesController {
  constructor(private readonly traces: TracesService) {}

  @Post()
  @HttpCode(200)
  record(@Body() question: object, @Req() { hop }: HopRequest): Promise<RecordTraceAnswer> {
    if (hop?.iss !== 'audit') throw new Refusal('hop.invalid');
    return this.traces.record(hop.principal, question as RecordTraceQuestion);
  }
}
