import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { SearchExportQuery, SearchQuery } from './search.dto';
import { SearchService } from './search.service';
import { SearchView } from './search.views';

const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const;
const BINARY = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('audit')
@Controller('v1/audit/search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  /** Entries that meet every filter, oldest first; a department finds those that concern it. */
  @Get()
  @ApiOkResponse({ type: SearchView })
  search(@CurrentPrincipal() by: Principal, @Query() query: SearchQuery): Promise<SearchView> {
    const { limit, cursor, ...filter } = query;
    return this.searches.search(by, filter, limit, cursor);
  }

  /** The same as lines, from the first to the last. */
  @Get('export')
  @ApiProduces('application/x-ndjson', 'text/csv')
  @ApiOkResponse({ content: { 'application/x-ndjson': BINARY, 'text/csv': BINARY } })
  async export(@CurrentPrincipal() by: Principal, @Query() query: SearchExportQuery): Promise<StreamableFile> {
    const { limit: _limit, cursor: _cursor, format, ...filter } = query;
    const lines = await this.searches.export(by, filter, format);
    return new StreamableFile(Readable.from(lines, { objectMode: true, highWaterMark: 1 }), {
      type: TYPES[format],
      disposition: `attachment; filename="audit-search.${format}"`,
    });
  }
}
