import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ActDto, RejectionDto } from '../fields';
import {
  ListStandingConsentsQuery,
  RegisterStandingConsentDto,
  WithdrawStandingConsentDto,
} from './standing-consents.dto';
import { StandingConsentsService } from './standing-consents.service';

@Controller('v1/standing-consents')
export class StandingConsentsController {
  constructor(private readonly consents: StandingConsentsService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  register(@Body() { resourceId, ...uses }: RegisterStandingConsentDto, @CurrentPrincipal() by: Principal) {
    return this.consents.register(resourceId, uses, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListStandingConsentsQuery, @CurrentPrincipal() by: Principal) {
    return this.consents.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.consents.find(id, by);
  }

  @Post(':id/approval')
  @Roles('REVIEWER')
  @HttpCode(200)
  @Idempotent()
  approve(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.consents.decide(id, { to: 'ACTIVE', reason: null }, by);
  }

  @Post(':id/rejection')
  @Roles('REVIEWER')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectionDto, @CurrentPrincipal() by: Principal) {
    return this.consents.decide(id, { to: 'REJECTED', reason }, by);
  }

  @Post(':id/withdrawal')
  @Roles('REVIEWER')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() { reason }: WithdrawStandingConsentDto, @CurrentPrincipal() by: Principal) {
    return this.consents.withdraw(id, reason, by);
  }
}
