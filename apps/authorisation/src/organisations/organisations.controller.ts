import { Body, Controller, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, Roles } from '@qiongtong/platform';
import { sent } from '../fields';
import { AmendOrganisationDto, ListOrganisationsQuery, RegisterDutiesDto, RegisterOrganisationDto, RegisterResponsibleUnitDto } from './organisations.dto'; // prettier-ignore
import { OrganisationsService } from './organisations.service';

@Controller('v1/organisations')
export class OrganisationsController {
  constructor(private readonly organisations: OrganisationsService) {}

  @Post()
  @Roles('PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY')
  @Idempotent()
  register(@Body() body: RegisterOrganisationDto, @CurrentPrincipal() by: Principal) {
    return this.organisations.register(body, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListOrganisationsQuery) {
    return this.organisations.list(filter, { limit, cursor });
  }

  @Get(':id')
  find(@Param('id') id: string) {
    return this.organisations.find(id);
  }

  @Patch(':id')
  amend(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() body: AmendOrganisationDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.organisations.amend(id, revision, sent(body), by);
  }

  @Put(':id/duties')
  registerDuties(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() { duties }: RegisterDutiesDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.organisations.registerDuties(id, revision, duties, by);
  }

  @Post(':id/responsible-units')
  @Idempotent()
  registerResponsibleUnit(
    @Param('id') id: string,
    @Body() body: RegisterResponsibleUnitDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.organisations.registerResponsibleUnit(id, body, by);
  }
}
