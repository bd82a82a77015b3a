import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { AcceptElementDto, ListElementProposalsQuery, ProposeElementDto, ReturnElementDto } from './data-elements.dto';
import { ElementProposalsService } from './element-proposals.service';

@Controller('v1/catalogue/data-element-proposals')
export class ElementProposalsController {
  constructor(private readonly proposals: ElementProposalsService) {}

  @Post()
  @Idempotent()
  propose(@Body() { elementId, reason, ...standard }: ProposeElementDto, @CurrentPrincipal() by: Principal) {
    return this.proposals.propose(elementId, standard, reason, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListElementProposalsQuery, @CurrentPrincipal() by: Principal) {
    return this.proposals.list(filter, limit, cursor, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.proposals.find(id, by);
  }

  @Post(':id/acceptance')
  @HttpCode(200)
  @Idempotent()
  accept(
    @Param('id') id: string,
    @Body() { remarks, effectiveFrom }: AcceptElementDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.proposals.accept(id, remarks, effectiveFrom, by);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Idempotent()
  return(@Param('id') id: string, @Body() { remarks }: ReturnElementDto, @CurrentPrincipal() by: Principal) {
    return this.proposals.return(id, remarks, by);
  }
}
