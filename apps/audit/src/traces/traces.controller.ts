import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { GrantTraceView, GrantUsesQuery, GrantUsesView, SpanQuery } from './grant-traces.dto';
import { GrantTracesService } from './grant-traces.service';
import { OfficerTraceView } from './officer-traces.dto';
import { OfficerTracesService } from './officer-traces.service';
import { SampleTraceBody, SampleTraceView } from './sample-traces.dto';
import { SampleTracesService } from './sample-traces.service';
import { GrantPath, OfficerPath, RecordTraceBody, RecordTraceView } from './traces.dto';
import { TracesService } from './traces.service';

@ApiTags('audit')
@Controller('v1/traces')
export class TracesController {
  constructor(
    private readonly traces: TracesService,
    private readonly grants: GrantTracesService,
    private readonly officers: OfficerTracesService,
    private readonly samples: SampleTracesService,
  ) {}

  /** Every delivery that held a record: a question, so that its key travels in no URL; each asking is in the log. */
  @Post('records')
  @HttpCode(200)
  @ApiOkResponse({ type: RecordTraceView })
  record(@CurrentPrincipal() by: Principal, @Body() body: RecordTraceBody): Promise<RecordTraceView> {
    return this.traces.record(by, body);
  }

  /** Deliveries that hold all rows of a sample that was found outside, the likeliest first; the sample is kept nowhere. */
  @Post('samples')
  @HttpCode(200)
  @ApiOkResponse({ type: SampleTraceView })
  sample(@CurrentPrincipal() by: Principal, @Body() body: SampleTraceBody): Promise<SampleTraceView> {
    return this.samples.of(by, body);
  }

  /** A grant, what it came of and what was passed on out of it: every act on each, and how much left under it. */
  @Get('grants/:grantId')
  @ApiOkResponse({ type: GrantTraceView })
  grant(@CurrentPrincipal() by: Principal, @Param() { grantId }: GrantPath): Promise<GrantTraceView> {
    return this.grants.chain(by, grantId);
  }

  /** Everything that left under a grant and under what was passed on out of it, in the order of the log. */
  @Get('grants/:grantId/uses')
  @ApiOkResponse({ type: GrantUsesView })
  grantUses(
    @CurrentPrincipal() by: Principal,
    @Param() { grantId }: GrantPath,
    @Query() query: GrantUsesQuery,
  ): Promise<GrantUsesView> {
    return this.grants.uses(by, grantId, query);
  }

  /** Everything an officer did, and what was done about them; for who reads the whole log, and who answers for them. */
  @Get('officers/:officerId')
  @ApiOkResponse({ type: OfficerTraceView })
  officer(
    @CurrentPrincipal() by: Principal,
    @Param() { officerId }: OfficerPath,
    @Query() query: SpanQuery,
  ): Promise<OfficerTraceView> {
    return this.officers.touched(by, officerId, query);
  }
}
