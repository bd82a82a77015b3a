import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, Roles } from '@qiongtong/platform';
import { sent } from '../fields';
import { AmendSystemDto, AttestOwnerDto, ListSystemsQuery, RegisterSystemDto } from './systems.dto';
import { SystemsService } from './systems.service';

@Controller('v1/systems')
export class SystemsController {
  constructor(private readonly systems: SystemsService) {}

  @Post()
  @Roles('RESPONSIBLE_OFFICER')
  @Idempotent()
  register(@Body() body: RegisterSystemDto, @CurrentPrincipal() by: Principal) {
    return this.systems.register(body, by);
  }

  @Get()
  list(@Query() { limit, cursor, departmentId }: ListSystemsQuery, @CurrentPrincipal() by: Principal) {
    return this.systems.list(departmentId, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.systems.find(id, by);
  }

  @Patch(':id')
  amend(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() body: AmendSystemDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.systems.amend(id, revision, sent(body), by);
  }

  @Post(':id/attestation')
  @HttpCode(200)
  @Idempotent()
  attest(@Param('id') id: string, @Body() body: AttestOwnerDto, @CurrentPrincipal() by: Principal) {
    return this.systems.attest(id, body, by);
  }
}
