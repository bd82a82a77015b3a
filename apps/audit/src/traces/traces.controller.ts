import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { RecordTraceBody, RecordTraceView } from './traces.dto';
import { TracesService } from './traces.service';

@ApiTags('audit')
@Controller('v1/traces')
export class TracesController {
  constructor(private readonly traces: TracesService) {}

  /** Every delivery that held a record: a question, so that its key travels in no URL; each asking is in the log. */
  @Post('records')
  @HttpCode(200)
  @ApiOkResponse({ type: RecordTraceView })
  record(@CurrentPrincipal() by: Principal, @Body() body: RecordTraceBody): Promise<RecordTraceView> {
    return this.traces.record(by, body);
  }
}
