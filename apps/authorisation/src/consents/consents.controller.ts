import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { CONSENTING_ROLES } from '@qiongtong/regulation';
import { GiveConsentDto, ListConsentCasesQuery, WithholdConsentDto } from './consents.dto';
import { ConsentsService } from './consents.service';

@Controller('v1/consent-cases')
export class ConsentsController {
  constructor(private readonly consents: ConsentsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListConsentCasesQuery, @CurrentPrincipal() by: Principal) {
    return this.consents.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.consents.find(id, by);
  }

  @Post(':id/consent')
  @HttpCode(200)
  @Roles(...CONSENTING_ROLES)
  @Idempotent()
  consent(@Param('id') id: string, @Body() { reason }: GiveConsentDto, @CurrentPrincipal() by: Principal) {
    return this.consents.decide(id, { to: 'CONSENTED', reason: reason ?? '' }, by);
  }

  @Post(':id/non-consent')
  @HttpCode(200)
  @Roles(...CONSENTING_ROLES)
  @Idempotent()
  withhold(@Param('id') id: string, @Body() { reason }: WithholdConsentDto, @CurrentPrincipal() by: Principal) {
    return this.consents.decide(id, { to: 'NOT_CONSENTED', reason }, by);
  }
}
