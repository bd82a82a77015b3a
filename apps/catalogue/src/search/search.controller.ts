import { Controller, Get, Header, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { SearchQuery } from './search.dto';
import { SearchService } from './search.service';

@Controller('v1/catalogue/search')
export class SearchController {
  constructor(private readonly entries: SearchService) {}

  /** The service has the answer as text, ready but for a few words. */
  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  search(@Query() { q, limit, cursor, ...filters }: SearchQuery, @CurrentPrincipal() by: Principal): Promise<Buffer> {
    return this.entries.search({ q: q ?? '', filters, limit, cursor }, by);
  }
}
