import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { EXPORT_FORMATS, exportRequestOf, FORMULA_HANDLING, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, type HopRequest, type Page } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { releaseOf } from '../policy/release-of';
import { FIELDS_SCHEMA } from '../records/fields-schema';
import { ExchangeConfig } from '../config';
import { RedemptionQuery } from './exports.dto';
import type { Place } from './export.store';
import { answered } from './answered';
import { ExportsService, viewOf, type ExportView, type LinkView } from './exports.service';
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
    const order = { ...exportRequestOf(body), kind: 'EXPORT', callback: null } as const;
    const asked = await this.exports.ask(releaseOf(request, 'download', resourceId), resourceId, order);
    void reply.header('location', `/v1/resources/${resourceId}/exports/${asked.id}`);
    return viewOf(asked);
  }

  @Get()
  @ApiOperation({ summary: 'Exports of a resource that one’s own department asked for, the latest first' })
  async list(
    @Param('resourceId') resourceId: string,
    @Query() page: PageQuery,
    @CurrentPrincipal() by: Principal,
  ): Promise<Page<ExportView>> {
    const { items, next } = await this.exports.list(placeOf(resourceId), by, page);
    return { items: items.map(viewOf), next };
  }

  @Get(':exportId')
  @ApiOperation({ summary: 'How far an export of one’s own department has come' })
  async one(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<ExportView> {
    return viewOf(await this.exports.one(placeOf(resourceId), exportId, by));
  }

  @Post(':exportId/cancellation')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an export and delete its file; by who asked for it, or the responsible officer' })
  async cancel(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<ExportView> {
    return viewOf(await this.exports.cancel(placeOf(resourceId), exportId, by));
  }

  @Post(':exportId/links')
  @Idempotent()
  @ApiOperation({ summary: 'A link that opens the file once, for who asked for it; the one before is no longer valid' })
  link(
    @Param('resourceId') resourceId: string,
    @Param('exportId') exportId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<LinkView> {
    return this.exports.link(placeOf(resourceId), exportId, by);
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
    const release = releaseOf(request, 'download', resourceId);
    const redeemed = await this.redemptions.redeem(release, placeOf(resourceId), exportId, link);
    await answered(reply, redeemed, this.config.STREAM_STALL_MS);
  }
}

const placeOf = (resourceId: string): Place => ({ kind: 'EXPORT', resourceId });
