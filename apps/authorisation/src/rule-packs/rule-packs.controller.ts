import { Controller, Get, Param, Query } from '@nestjs/common';
import { ORGANISATION_TYPES, type OrganisationType } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { Instant, OneOf } from '../fields';
import { RulePacksService } from './rule-packs.service';

export class RulesInForceQuery {
  @OneOf(ORGANISATION_TYPES) organisationType: OrganisationType;
  /** A day or a moment; left out, now. */
  @Given() @Instant() on?: string;
}

@Controller('v1')
export class RulePacksController {
  constructor(private readonly packs: RulePacksService) {}

  @Get('rule-packs')
  list(@Query() page: PageQuery) {
    return this.packs.list(page);
  }

  @Get('rule-packs/:id')
  find(@Param('id') id: string) {
    return this.packs.find(id);
  }

  /** Base and overlays joined, for one type of body. */
  @Get('rules-in-force')
  inForce(@Query() { organisationType, on }: RulesInForceQuery) {
    return this.packs.inForce(organisationType, on);
  }
}
