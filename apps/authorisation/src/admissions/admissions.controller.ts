import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ApplyForAccessDto, ListAccessApplicationsQuery } from './admissions.dto';
import { ActDto, RejectionDto } from '../fields';
import { AdmissionsService } from './admissions.service';
import { CURRENT_PLEDGE } from './domain/pledge-text';

@Controller('v1/pledge-texts')
export class PledgeTextsController {
  @Get('current')
  current() {
    return CURRENT_PLEDGE;
  }
}

@Controller('v1/access-applications')
export class AdmissionsController {
  constructor(private readonly admissions: AdmissionsService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  submit(@Body() { pledge }: ApplyForAccessDto, @CurrentPrincipal() by: Principal) {
    const { textVersion, signerName, signerPost } = pledge;
    return this.admissions.submit({ textVersion, signerName, signerPost }, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListAccessApplicationsQuery, @CurrentPrincipal() by: Principal) {
    return this.admissions.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.admissions.find(id, by);
  }

  @Post(':id/approval')
  @HttpCode(200)
  @Idempotent()
  approve(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.admissions.approve(id, by);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectionDto, @CurrentPrincipal() by: Principal) {
    return this.admissions.reject(id, reason, by);
  }
}
