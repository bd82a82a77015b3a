import { Controller, Get, Param } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { ChainsService } from './chains.service';

@Controller('v1/grants')
export class ChainsController {
  constructor(private readonly chains: ChainsService) {}

  @Get(':id/chain')
  chain(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.chains.chainOf(id, by);
  }
}
