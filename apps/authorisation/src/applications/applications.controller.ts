import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, Roles } from '@qiongtong/platform';
import { ActDto, sent } from '../fields';
import { ApplyForSharingDto, ChangedAskDto, ListSharingApplicationsQuery, SupplementDto } from './applications.dto';
import { ApplicationsService } from './applications.service';
import type { Asked } from './domain/sharing-application';

/** What an applicant does, and everybody reads. */
@Controller('v1/sharing-applications')
export class ApplicationsController {
  constructor(private readonly applications: ApplicationsService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  submit(@Body() { resourceId, draft, ...body }: ApplyForSharingDto, @CurrentPrincipal() by: Principal) {
    const asked = { ...body, limits: sent(body.limits) };
    return draft ? this.applications.draft(resourceId, asked, by) : this.applications.submit(resourceId, asked, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListSharingApplicationsQuery, @CurrentPrincipal() by: Principal) {
    return this.applications.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.applications.find(id, by);
  }

  @Patch(':id')
  @Roles('SUBMITTER')
  amendDraft(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() change: ChangedAskDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.applications.amendDraft(id, revision, changed(change), by);
  }

  @Post(':id/submission')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  submitDraft(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.submitDraft(id, by);
  }

  @Post(':id/supplement')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  supplement(@Param('id') id: string, @Body() { change, note }: SupplementDto, @CurrentPrincipal() by: Principal) {
    return this.applications.supplement(id, { change: changed(change), note }, by);
  }

  @Post(':id/offer/acceptance')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  acceptOffer(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.acceptOffer(id, by);
  }

  @Post(':id/offer/rejection')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  declineOffer(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.declineOffer(id, by);
  }

  @Post(':id/withdrawal')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.withdraw(id, by);
  }
}

function changed(body: ChangedAskDto): Partial<Asked> {
  const change = sent(body);
  return change.limits ? { ...change, limits: sent(change.limits) } : change;
}
