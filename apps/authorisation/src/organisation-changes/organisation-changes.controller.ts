import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ActDto } from '../fields';
import {
  DecideOrganisationChangeDto,
  ListEffectsQuery,
  ListOrganisationChangesQuery,
} from './organisation-changes.dto';
import { OrganisationChangesService } from './organisation-changes.service';

@Controller('v1')
export class OrganisationChangesController {
  constructor(private readonly changes: OrganisationChangesService) {}

  @Post('organisation-changes::preview')
  @Roles('PROVINCIAL_AUTHORITY', 'LEADING_GROUP')
  @HttpCode(200)
  preview(@Body() body: DecideOrganisationChangeDto, @CurrentPrincipal() by: Principal) {
    return this.changes.preview(body, by);
  }

  @Post('organisation-changes')
  @Roles('PROVINCIAL_AUTHORITY', 'LEADING_GROUP')
  @Idempotent()
  decide(@Body() body: DecideOrganisationChangeDto, @CurrentPrincipal() by: Principal) {
    return this.changes.decide(body, by);
  }

  @Get('organisation-changes')
  list(@Query() { limit, cursor, ...filter }: ListOrganisationChangesQuery, @CurrentPrincipal() by: Principal) {
    return this.changes.list(filter, { limit, cursor }, by);
  }

  @Get('organisation-changes/:id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.changes.find(id, by);
  }

  @Get('organisation-changes/:id/preview')
  previewOf(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.changes.previewOf(id, by);
  }

  @Get('organisation-changes/:id/effects')
  effects(
    @Param('id') id: string,
    @Query() { limit, cursor, ...filter }: ListEffectsQuery,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.changes.effects(id, filter, { limit, cursor }, by);
  }

  @Post('organisation-changes/:id/cancellation')
  @Roles('PROVINCIAL_AUTHORITY', 'LEADING_GROUP')
  @HttpCode(200)
  @Idempotent()
  cancel(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.changes.cancel(id, by);
  }
}
