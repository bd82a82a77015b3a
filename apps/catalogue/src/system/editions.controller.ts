import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, PageQuery } from '@qiongtong/platform';
import {
  AnnouncementDto,
  ClassesQuery,
  EditionChangeDto,
  EditionParams,
  EditionWithdrawalDto,
  ProposalDto,
} from './editions.dto';
import { EditionsService } from './editions.service';

@Controller('v1/catalogue/system')
export class EditionsController {
  constructor(private readonly editions: EditionsService) {}

  @Get()
  inForce() {
    return this.editions.inForce();
  }

  @Get('editions')
  list(@Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.editions.list(limit, cursor, by);
  }

  @Get('editions/:number')
  find(@Param() { number }: EditionParams, @CurrentPrincipal() by: Principal) {
    return this.editions.find(number, by);
  }

  @Get('editions/:number/classes')
  classes(
    @Param() { number }: EditionParams,
    @Query() { limit, cursor, under }: ClassesQuery,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.editions.classes(number, under ?? null, limit, cursor, by);
  }

  @Post('editions')
  @Idempotent()
  propose(@Body() body: ProposalDto, @CurrentPrincipal() by: Principal) {
    return this.editions.propose(body, by);
  }

  @Patch('editions/:number')
  change(
    @Param() { number }: EditionParams,
    @IfMatch() revision: number,
    @Body() { classes, ended, template, ...body }: EditionChangeDto,
    @CurrentPrincipal() by: Principal,
  ) {
    const change = { ...(classes && { classes }), ...(ended && { ended }) };
    const fields = template?.map(given);
    return this.editions.change(number, revision, { ...given(body), ...(fields && { template: fields }) }, change, by);
  }

  @Post('editions/:number/announcement')
  @HttpCode(200)
  @Idempotent()
  announce(
    @Param() { number }: EditionParams,
    @IfMatch() revision: number,
    @Body() { effectiveOn }: AnnouncementDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.editions.announce(number, revision, effectiveOn, by);
  }

  @Post('editions/:number/withdrawal')
  @HttpCode(200)
  @Idempotent()
  withdraw(
    @Param() { number }: EditionParams,
    @IfMatch() revision: number,
    @Body() { reason }: EditionWithdrawalDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.editions.withdraw(number, revision, reason, by);
  }

  @Get('editions/:number/report')
  report(@Param() { number }: EditionParams, @Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.editions.report(number, limit, cursor, by);
  }
}

/** What was sent. */
const given = <T extends object>(body: T): T =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as T;
