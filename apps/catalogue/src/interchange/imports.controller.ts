import type { IncomingMessage } from 'node:http';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, Roles, StreamedBody, type Page } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { ImportOrder } from './interchange.dto';
import { ImportsService, type FaultView, type ImportView } from './imports.service';
import { MEDIA_TYPES } from './sheets.controller';
import { BOUNDS } from './sheet-bounds';
import type { SheetFormat } from './sheets.service';

const BYTES = { schema: { type: 'string', format: 'binary' } };

@Controller('v1/catalogue-imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @HttpCode(202)
  @Roles('SUBMITTER', 'PROVINCIAL_AUTHORITY')
  @Idempotent({ digestIn: ({ digest }: ImportView) => digest, mostBytes: BOUNDS.bytes })
  @StreamedBody()
  @ApiOperation({ summary: 'Import entries from a sheet in the columns of the template, CSV or XLSX, as drafts' })
  @ApiConsumes('text/csv', MEDIA_TYPES.xlsx)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  async receive(
    @Query() { mode, dryRun, forDepartments }: ImportOrder,
    @Headers('content-type') type: string | undefined,
    @Body() body: IncomingMessage | undefined,
    @CurrentPrincipal() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportView> {
    const format = formatOf(type);
    if (!body) throw new Refusal('import.file_empty');
    const received = await this.imports.receive({ format, mode, dryRun, forDepartments }, body, by);
    void reply.header('location', `/v1/catalogue-imports/${received.id}`);
    return received;
  }

  @Get()
  @ApiOperation({ summary: 'Imports of one’s own department, the latest first' })
  list(@Query() page: PageQuery, @CurrentPrincipal() by: Principal): Promise<Page<ImportView>> {
    return this.imports.list(page, by);
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far an import has come, and what became of it' })
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal): Promise<ImportView> {
    return this.imports.find(id, by);
  }

  @Get(':id/faults')
  @ApiOperation({ summary: 'What is wrong, cell by cell, in the order of the rows' })
  faults(
    @Param('id') id: string,
    @Query() page: PageQuery,
    @CurrentPrincipal() by: Principal,
  ): Promise<Page<FaultView>> {
    return this.imports.faults(id, page, by);
  }

  @Get(':id/report')
  @ApiOperation({ summary: 'The same as a sheet' })
  @ApiOkResponse({ content: { 'text/csv': BYTES } })
  async report(@Param('id') id: string, @CurrentPrincipal() by: Principal, @Res() reply: FastifyReply): Promise<void> {
    const lines = await this.imports.report(id, by);
    await reply
      .headers({
        'content-type': MEDIA_TYPES.csv,
        'content-disposition': `attachment; filename="catalogue-import-${encodeURIComponent(id)}.csv"`,
        'cache-control': 'no-store',
      })
      .send(lines);
  }
}

/** By its type; the charset that it may name is not believed, the bytes show it. */
function formatOf(type: string | undefined): SheetFormat {
  const [name] = (type ?? '').toLowerCase().split(';');
  if (name?.trim() === 'text/csv') return 'csv';
  if (name?.trim() === MEDIA_TYPES.xlsx) return 'xlsx';
  throw new Refusal('request.unsupported_media_type');
}
