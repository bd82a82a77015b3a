import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery } from '@qiongtong/platform';
import { EffectsService } from './effects.service';
import { ActDto, DifferenceQuery, VersionParams } from './entries.dto';
import { VersionsService } from './versions.service';

@Controller('v1/catalogue/entries/:id')
export class VersionsController {
  constructor(
    private readonly versions: VersionsService,
    private readonly effects: EffectsService,
  ) {}

  @Post('revision')
  @Idempotent()
  start(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.versions.start(id, by);
  }

  @Get('revision')
  revision(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.versions.revision(id, by);
  }

  @Get('revision/effects')
  effectsOf(@Param('id') id: string, @Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.effects.find(id, limit, cursor, by);
  }

  @Post('revision/abandonment')
  @HttpCode(200)
  @Idempotent()
  abandon(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.versions.abandon(id, by);
  }

  @Get('reviews')
  reviews(@Param('id') id: string, @Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.versions.reviews(id, limit, cursor, by);
  }

  @Get('versions')
  list(@Param('id') id: string, @Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.versions.list(id, limit, cursor, by);
  }

  @Get('versions/:version')
  version(@Param() { id, version }: VersionParams, @CurrentPrincipal() by: Principal) {
    return this.versions.version(id, version, by);
  }

  @Get('versions/:version/difference')
  difference(
    @Param() { id, version }: VersionParams,
    @Query() { from }: DifferenceQuery,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.versions.difference(id, version, from, by);
  }
}
