import { Controller, Get, Param } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { AlikeService } from './alike.service';

@Controller('v1/catalogue/entries/:id')
export class AlikeController {
  constructor(private readonly alike: AlikeService) {}

  @Get('near-duplicates')
  nearDuplicates(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.alike.nearDuplicates(id, by);
  }

  @Get('related')
  related(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.alike.related(id, by);
  }
}
