import { Controller, Get, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { SearchQuery } from './search.dto';
import { SearchService } from './search.service';

@Controller('v1/catalogue/search')
export class SearchController {
  constructor(private readonly entries: SearchService) {}

  @Get()
  search(@Query() { q, limit, cursor, ...filters }: SearchQuery, @CurrentPrincipal() by: Principal) {
    return this.entries.search({ q: q ?? '', filters, limit, cursor }, by);
  }
}
