import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { ActDto } from '../fields';
import { ListAdmissionsQuery, RelinquishAdmissionDto, RevokeAdmissionDto, SuspendAdmissionDto } from './admissions.dto';
import { AdmissionsService } from './admissions.service';

@Controller('v1/admissions')
export class AdmissionsController {
  constructor(private readonly admissions: AdmissionsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListAdmissionsQuery, @CurrentPrincipal() by: Principal) {
    return this.admissions.list(filter, { limit, cursor }, by);
  }

  @Get(':organisationId')
  find(@Param('organisationId') id: string, @CurrentPrincipal() by: Principal) {
    return this.admissions.find(id, by);
  }

  @Post(':organisationId/suspension')
  @HttpCode(200)
  @Idempotent()
  suspend(@Param('organisationId') id: string, @Body() body: SuspendAdmissionDto, @CurrentPrincipal() by: Principal) {
    return this.admissions.suspend(id, body, by);
  }

  @Post(':organisationId/resumption')
  @HttpCode(200)
  @Idempotent()
  resume(@Param('organisationId') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.admissions.resume(id, by);
  }

  @Post(':organisationId/revocation')
  @HttpCode(200)
  @Idempotent()
  revoke(@Param('organisationId') id: string, @Body() body: RevokeAdmissionDto, @CurrentPrincipal() by: Principal) {
    return this.admissions.revoke(id, body, by);
  }

  @Post(':organisationId/relinquishment')
  @HttpCode(200)
  @Idempotent()
  relinquish(
    @Param('organisationId') id: string,
    @Body() { reason }: RelinquishAdmissionDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.admissions.relinquish(id, reason, by);
  }
}
