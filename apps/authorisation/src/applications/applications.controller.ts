import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ActDto, sent } from '../fields';
import { ApplyForSharingDto, ConsentDto, ListSharingApplicationsQuery } from './applications.dto';
import { ApplicationsService } from './applications.service';

@Controller('v1/sharing-applications')
export class ApplicationsController {
  constructor(private readonly applications: ApplicationsService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  submit(@Body() { resourceId, ...asked }: ApplyForSharingDto, @CurrentPrincipal() by: Principal) {
    return this.applications.submit(resourceId, { ...asked, limits: sent(asked.limits) }, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListSharingApplicationsQuery, @CurrentPrincipal() by: Principal) {
    return this.applications.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.applications.find(id, by);
  }

  @Post(':id/consent')
  @HttpCode(200)
  @Idempotent()
  consent(@Param('id') id: string, @Body() body: ConsentDto, @CurrentPrincipal() by: Principal) {
    const terms = sent(body);
    return this.applications.consent(id, terms.limits ? { ...terms, limits: sent(terms.limits) } : terms, by);
  }

  @Post(':id/withdrawal')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.withdraw(id, by);
  }
}
