import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, Roles } from '@qiongtong/platform';
import { ActDto, sent } from '../fields';
import { GrantMeasuresService } from './grant-measures.service';
import {
  AmendGrantDto,
  ListGrantsQuery,
  RelinquishGrantDto,
  ReportDisposalDto,
  RequestRenewalDto,
  ReviewGrantDto,
  RevokeGrantDto,
  SuspendGrantDto,
} from './grants.dto';
import { GrantsService } from './grants.service';

@Controller('v1/grants')
export class GrantsController {
  constructor(
    private readonly grants: GrantsService,
    private readonly measures: GrantMeasuresService,
  ) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListGrantsQuery, @CurrentPrincipal() by: Principal) {
    return this.grants.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.grants.find(id, by);
  }

  @Post(':id/revocation')
  @HttpCode(200)
  @Idempotent()
  revoke(@Param('id') id: string, @Body() body: RevokeGrantDto, @CurrentPrincipal() by: Principal) {
    return this.measures.revoke(id, body, by);
  }

  @Post(':id/suspension')
  @HttpCode(200)
  @Idempotent()
  suspend(@Param('id') id: string, @Body() body: SuspendGrantDto, @CurrentPrincipal() by: Principal) {
    return this.measures.suspend(id, body, by);
  }

  @Post(':id/resumption')
  @HttpCode(200)
  @Idempotent()
  resume(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.measures.resume(id, by);
  }

  @Post(':id/amendment')
  @HttpCode(200)
  @Idempotent()
  amend(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() body: AmendGrantDto,
    @CurrentPrincipal() by: Principal,
  ) {
    const change = sent(body.change);
    const narrowing = change.limits ? { ...change, limits: sent(change.limits) } : change;
    return this.measures.narrow(id, revision, { ...body, change: narrowing }, by);
  }

  @Post(':id/proposals/:caseId/withdrawal')
  @HttpCode(200)
  @Idempotent()
  withdrawProposal(
    @Param('id') id: string,
    @Param('caseId') caseId: string,
    @Body() _act: ActDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.measures.withdrawProposal(id, caseId, by);
  }

  @Post(':id/relinquishment')
  @HttpCode(200)
  @Idempotent()
  relinquish(@Param('id') id: string, @Body() { narrative }: RelinquishGrantDto, @CurrentPrincipal() by: Principal) {
    return this.grants.relinquish(id, narrative, by);
  }

  @Post(':id/renewal-request')
  @HttpCode(200)
  @Roles('SUBMITTER')
  @Idempotent()
  requestRenewal(@Param('id') id: string, @Body() body: RequestRenewalDto, @CurrentPrincipal() by: Principal) {
    return this.grants.requestRenewal(id, body, by);
  }

  @Post(':id/renewal')
  @HttpCode(200)
  @Idempotent()
  renew(@Param('id') id: string, @IfMatch() revision: number, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.grants.renew(id, revision, by);
  }

  @Post(':id/review')
  @HttpCode(200)
  @Idempotent()
  review(@Param('id') id: string, @Body() body: ReviewGrantDto, @CurrentPrincipal() by: Principal) {
    return this.grants.review(id, body, by);
  }

  @Post(':id/disposal-report')
  @HttpCode(200)
  @Idempotent()
  reportDisposal(@Param('id') id: string, @Body() body: ReportDisposalDto, @CurrentPrincipal() by: Principal) {
    return this.grants.reportDisposal(id, body, by);
  }
}
