import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, Roles } from '@qiongtong/platform';
import { sent } from '../fields';
import { AmendOfficerDto, ListOfficersQuery, RegisterOfficerDto } from './officers.dto';
import { OfficersService } from './officers.service';

@Controller('v1/officers')
export class OfficersController {
  constructor(private readonly officers: OfficersService) {}

  @Post()
  @Roles('PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY', 'RESPONSIBLE_OFFICER')
  @Idempotent()
  register(@Body() body: RegisterOfficerDto, @CurrentPrincipal() by: Principal) {
    return this.officers.register(body, by);
  }

  @Get()
  @Roles('PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY', 'RESPONSIBLE_OFFICER')
  list(@Query() { limit, cursor, organisationId }: ListOfficersQuery, @CurrentPrincipal() by: Principal) {
    return this.officers.list(organisationId, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.officers.find(id, by);
  }

  @Patch(':id')
  amend(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() body: AmendOfficerDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.officers.amend(id, revision, sent(body), by);
  }
}
