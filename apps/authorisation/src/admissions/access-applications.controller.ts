import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, Roles } from '@qiongtong/platform';
import { ActDto, RejectionDto } from '../fields';
import { AccessApplicationsService } from './access-applications.service';
import {
  AmendAccessApplicationDto,
  ApplyForAccessDto,
  ListAccessApplicationsQuery,
  ReturnDto,
  SignDto,
} from './admissions.dto';

@Controller('v1/access-applications')
export class AccessApplicationsController {
  constructor(private readonly applications: AccessApplicationsService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  submit(@Body() { statement, pledge }: ApplyForAccessDto, @CurrentPrincipal() by: Principal) {
    return pledge ? this.applications.submit(statement, pledge, by) : this.applications.draft(statement, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListAccessApplicationsQuery, @CurrentPrincipal() by: Principal) {
    return this.applications.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.applications.find(id, by);
  }

  @Patch(':id')
  @Roles('SUBMITTER')
  amend(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() { statement }: AmendAccessApplicationDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.applications.amend(id, revision, statement, by);
  }

  @Post(':id/submission')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  submitKept(@Param('id') id: string, @Body() { pledge }: SignDto, @CurrentPrincipal() by: Principal) {
    return this.applications.submitKept(id, pledge, by);
  }

  @Post(':id/withdrawal')
  @Roles('SUBMITTER')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.withdraw(id, by);
  }

  @Post(':id/review')
  @HttpCode(200)
  @Idempotent()
  startReview(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.startReview(id, by);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Idempotent()
  sendBack(@Param('id') id: string, @Body() { remarks }: ReturnDto, @CurrentPrincipal() by: Principal) {
    return this.applications.sendBack(id, remarks, by);
  }

  @Post(':id/approval')
  @HttpCode(200)
  @Idempotent()
  approve(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.applications.approve(id, by);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectionDto, @CurrentPrincipal() by: Principal) {
    return this.applications.reject(id, reason, by);
  }
}
