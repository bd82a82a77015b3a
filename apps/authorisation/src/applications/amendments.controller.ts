import { Body, Controller, Param, Post } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { sent } from '../fields';
import { AmendmentsService } from './amendments.service';
import { AmendAgreementDto } from './amendments.dto';

/** What an agreement gives is held against what an application may ask: hence here. */
@Controller('v1/agreements')
export class AmendmentsController {
  constructor(private readonly amendments: AmendmentsService) {}

  @Post(':id/amendment')
  @Idempotent()
  propose(
    @Param('id') id: string,
    @Body() { change: body, reason }: AmendAgreementDto,
    @CurrentPrincipal() by: Principal,
  ) {
    const change = sent(body);
    const given = change.limits ? { ...change, limits: sent(change.limits) } : change;
    return this.amendments.propose(id, { change: given, reason }, by);
  }
}
