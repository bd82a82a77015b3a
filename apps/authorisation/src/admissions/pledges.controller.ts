import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, Roles } from '@qiongtong/platform';
import { ListPledgesQuery, PublishPledgeTextDto, SignDto } from './admissions.dto';
import { PledgesService } from './pledges.service';

@Controller('v1/pledge-texts')
export class PledgeTextsController {
  constructor(private readonly pledges: PledgesService) {}

  @Post()
  @Roles('PROVINCIAL_AUTHORITY')
  @Idempotent()
  publish(@Body() body: PublishPledgeTextDto, @CurrentPrincipal() by: Principal) {
    return this.pledges.publish(body, by);
  }

  @Get()
  list(@Query() page: PageQuery) {
    return this.pledges.listTexts(page);
  }

  @Get('current')
  current() {
    return this.pledges.currentText();
  }

  @Get(':version')
  find(@Param('version') version: string) {
    return this.pledges.findText(version);
  }
}

@Controller('v1/pledges')
export class PledgesController {
  constructor(private readonly pledges: PledgesService) {}

  @Post()
  @Roles('RESPONSIBLE_OFFICER')
  @Idempotent()
  pledgeAnew(@Body() { pledge }: SignDto, @CurrentPrincipal() by: Principal) {
    return this.pledges.pledgeAnew(pledge, by);
  }

  @Get()
  list(@Query() { organisationId, limit, cursor }: ListPledgesQuery, @CurrentPrincipal() by: Principal) {
    return this.pledges.list(organisationId, { limit, cursor }, by);
  }
}
