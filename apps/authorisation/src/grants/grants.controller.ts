import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { ListGrantsQuery, RevokeGrantDto } from './grants.dto';
import { GrantsService } from './grants.service';

@Controller('v1/grants')
export class GrantsController {
  constructor(private readonly grants: GrantsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListGrantsQuery, @CurrentPrincipal() by: Principal) {
    return this.grants.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.grants.find(id, by);
  }

  @Post(':id/revocation')
  @HttpCode(200)
  @Idempotent()
  revoke(@Param('id') id: string, @Body() body: RevokeGrantDto, @CurrentPrincipal() by: Principal) {
    return this.grants.revoke(id, body, by);
  }
}
