import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { RejectionDto } from '../fields';
import { PermitsService } from './permits.service';
import { ListPermitsQuery } from './publications.dto';

@Controller('v1/publication-permits')
export class PermitsController {
  constructor(private readonly permits: PermitsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListPermitsQuery, @CurrentPrincipal() by: Principal) {
    return this.permits.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.permits.find(id, by);
  }

  @Post(':id/withdrawal')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() { reason }: RejectionDto, @CurrentPrincipal() by: Principal) {
    return this.permits.withdraw(id, reason, by);
  }
}
