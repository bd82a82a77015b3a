import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, PageQuery } from '@qiongtong/platform';
import { ActDto } from '../entries/entries.dto';
import { DataElementsService } from './data-elements.service';
import { ChangeElementDto, KeepElementDto, ListElementsQuery, standardOf } from './data-elements.dto';

@Controller('v1/catalogue/data-elements')
export class DataElementsController {
  constructor(private readonly elements: DataElementsService) {}

  @Post()
  @Idempotent()
  keep(@Body() { id, effectiveFrom, ...standard }: KeepElementDto, @CurrentPrincipal() by: Principal) {
    return this.elements.keep(id, standard, effectiveFrom, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListElementsQuery) {
    return this.elements.list(filter, limit, cursor);
  }

  @Get(':id')
  find(@Param('id') id: string) {
    return this.elements.find(id);
  }

  @Patch(':id')
  change(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() { effectiveFrom, ...change }: ChangeElementDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.elements.change(id, revision, standardOf(change), effectiveFrom, by);
  }

  @Get(':id/versions')
  versions(@Param('id') id: string, @Query() { limit, cursor }: PageQuery) {
    return this.elements.versions(id, limit, cursor);
  }

  @Post(':id/retirement')
  @HttpCode(200)
  @Idempotent()
  retire(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.elements.retire(id, by);
  }
}
