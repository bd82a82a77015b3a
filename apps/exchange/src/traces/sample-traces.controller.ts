import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Refusal, SAMPLE_TRACES, type SampleTraceAnswer, type SampleTraceQuestion } from '@qiongtong/contracts';
import type { HopRequest } from '@qiongtong/platform';
import { SamplesService } from './samples.service';

/** Between services, as with records: audit has checked the form and records who asked. */
@ApiExcludeController()
@Controller(SAMPLE_TRACES)
export class SampleTracesController {
  constructor(private readonly samples: SamplesService) {}

  @Post()
  @HttpCode(200)
  of(@Body() question: object, @Req() { hop }: HopRequest): Promise<SampleTraceAnswer> {
    if (hop?.iss !== 'audit') throw new Refusal('hop.invalid');
    return this.samples.of(hop.principal, question as SampleTraceQuestion);
  }
}
