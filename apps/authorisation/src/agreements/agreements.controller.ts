import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { ActDto } from '../fields';
import { AcceptAgreementDto, ListAgreementsQuery } from './agreements.dto';
import { AgreementsService } from './agreements.service';

@Controller('v1/agreements')
export class AgreementsController {
  constructor(private readonly agreements: AgreementsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListAgreementsQuery, @CurrentPrincipal() by: Principal) {
    return this.agreements.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.agreements.find(id, by);
  }

  @Post(':id/acceptance')
  @HttpCode(200)
  @Idempotent()
  accept(@Param('id') id: string, @Body() { digest }: AcceptAgreementDto, @CurrentPrincipal() by: Principal) {
    return this.agreements.accept(id, digest, by);
  }

  @Post(':id/withdrawal')
  @HttpCode(200)
  @Idempotent()
  takeBack(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.agreements.takeBack(id, by);
  }
}
