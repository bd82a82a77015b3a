import { Controller, Get, Param } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Clock, CurrentPrincipal } from '@qiongtong/platform';
import { SourcesService } from './sources.service';

@Controller('v1/catalogue/entries/:id')
export class SourcesController {
  constructor(
    private readonly entrySources: SourcesService,
    private readonly clock: Clock,
  ) {}

  @Get('sources')
  sources(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.entrySources.ofEntry(id, by, this.clock.now());
  }
}
