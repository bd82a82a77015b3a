import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, PageQuery } from '@qiongtong/platform';
import { ClassesQuery, EditionParams } from './editions.dto';
import { EditionsService } from './editions.service';

@Controller('v1/catalogue/system')
export class EditionsController {
  constructor(private readonly editions: EditionsService) {}

  @Get()
  inForce() {
    return this.editions.inForce();
  }

  @Get('editions')
  list(@Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.editions.list(limit, cursor, by);
  }

  @Get('editions/:number')
  find(@Param() { number }: EditionParams, @CurrentPrincipal() by: Principal) {
    return this.editions.find(number, by);
  }

  @Get('editions/:number/classes')
  classes(
    @Param() { number }: EditionParams,
    @Query() { limit, cursor, under }: ClassesQuery,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.editions.classes(number, under ?? null, limit, cursor, by);
  }
}
