import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { EXPORT_FORMATS, exportRequestOf, FORMULA_HANDLING, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, type HopRequest, type Page } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { releaseOf } from '../policy/release-of';
import { FIELDS_SCHEMA } from '../records/fields-schema';
import { ExchangeConfig } from '../config';
import type { Export } from './domain/export';
import { RedemptionQuery } from './exports.dto';
import { ExportsService, type ExportView, type LinkView } from './exports.service';
import { RedemptionsService } from './redemptions.service';

const FILTER = { type: 'object', description: 'As in records:query; absent for all rows' };
const REQUEST = {
  type: 'object',
  additionalProperties: false,
  required: ['format'],
  properties: {
    format: { type: 'string', enum: [...EXPORT_FORMATS] },
    filter: FILTER,
    fields: FIELDS_SCHEMA,
    gzip: { type: 'boolean', default: false },
    bom: { type: 'boolean', default: false, description: 'CSV: begin with a byte order mark' },
    formulas: {
      type: 'string',
      enum: [...FORMULA_HANDLING],
      default: 'AS_TEXT',
      description:
        'CSV: AS_TEXT puts an apostrophe before a text that a spreadsheet would run, and before one that begins with an apostrophe; AS_IS leaves all as it is',
    },
  },
};
const BYTES = { schema: { type: 'string', format: 'binary' } };
const FILE = { 'application/x-ndjson': BYTES, 'text/csv': BYTES, 'application/gzip': BYTES };

@Controller('v1/resources/:resourceId/exports')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly redemptions: RedemptionsService,
    private readonly config: ExchangeConfig,
  ) {}

  @Post()
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Ask for a file of all rows that the filter matches, as far as the decision gives them' })
  @ApiBody({ schema: REQUEST })
  async ask(
    @Param('resourceId') resourceId: string,
    @Body() body: object,
    @Req() request: HopRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportView> {
    const asked = await this.exports.ask(releaseOf(request, 'download', resourceId), resourceId, exportRequestOf(body));
    void reply.header('location', `/v1/resources/${resourceId}/exports/${asked.id}`);
    return asked;
  }

  @Get()
  @ApiOperation({ summary: 'Exports of a resource that one’s own department asked for, the latest first' })
  list(
    @Param('resourceId') resourceId: string,
    @Query() page: PageQuery,
    @CurrentPrincipal() by: Principal,
  ): Promise<Page<ExportView>> {
    return this.exports.list(resourceId, by, page);
  }

  @Get(':exportId')
  @ApiOperation({ summary: 'How far an export of one’s own department has come' })
  one(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<ExportView> {
    return this.exports.one(resourceId, exportId, by);
  }

  @Post(':exportId/cancellation')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an export and delete its file; by who asked for it, or the responsible officer' })
  cancel(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<ExportView> {
    return this.exports.cancel(resourceId, exportId, by);
  }

  @Post(':exportId/links')
  @Idempotent()
  @ApiOperation({ summary: 'A link that opens the file once, for who asked for it; the one before is no longer valid' })
  link(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<LinkView> {
    return this.exports.link(resourceId, exportId, by);
  }

  @Get(':exportId/file')
  @ApiOperation({ summary: 'Redeem a link, with the token, Purpose and Matter-Number of who asked; decided again' })
  @ApiOkResponse({ content: FILE })
  async file(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @Query() { link }: RedemptionQuery,
    @Req() request: HopRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { job, file } = await this.redemptions.redeem(
      releaseOf(request, 'download', resourceId),
      resourceId,
      exportId,
      link,
    );
    // Whoever leaves the file standing is cut off, as with a stream.
    reply.raw.setTimeout(this.config.STREAM_STALL_MS, () => reply.raw.destroy());
    await reply.headers(headersOf(job)).send(file);
  }
}

function headersOf({ id, resourceId, format, gzip, bytes, digest, rows, leftAs }: Export): Record<string, string> {
  const type = gzip ? 'application/gzip' : format === 'CSV' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  const name = `${resourceId}-${id}.${format.toLowerCase()}${gzip ? '.gz' : ''}`;
  return {
    'content-type': type,
    'content-length': String(bytes),
    'content-disposition': `attachment; filename="${name}"`,
    'content-digest': `sha-256=:${Buffer.from(digest!, 'hex').toString('base64')}:`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'qt-rows': String(rows),
    'qt-delivery': leftAs!,
  };
}
