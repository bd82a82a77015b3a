import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { AskWaiverDto, GrantWaiverDto, ListWaiversQuery, RejectWaiverDto } from './waivers.dto';
import { WaiversService } from './waivers.service';

@Controller('v1/catalogue/collection-waivers')
export class WaiversController {
  constructor(private readonly waivers: WaiversService) {}

  @Post()
  @Idempotent()
  ask(@Body() { entryId, until, reason, ...collection }: AskWaiverDto, @CurrentPrincipal() by: Principal) {
    return this.waivers.ask(entryId, collection, { until, reason }, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListWaiversQuery, @CurrentPrincipal() by: Principal) {
    return this.waivers.list(filter, limit, cursor, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.waivers.find(id, by);
  }

  @Post(':id/grant')
  @HttpCode(200)
  @Idempotent()
  grant(@Param('id') id: string, @Body() deciding: GrantWaiverDto, @CurrentPrincipal() by: Principal) {
    return this.waivers.grant(id, deciding, by);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectWaiverDto, @CurrentPrincipal() by: Principal) {
    return this.waivers.reject(id, reason, by);
  }
}
