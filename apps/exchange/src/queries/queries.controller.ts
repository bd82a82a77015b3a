import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { channelQueryRequestOf, RECORD_QUERY_LIMITS, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, type HopRequest, type Page } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { ExchangeConfig } from '../config';
import { answered } from '../exports/answered';
import type { Place } from '../exports/export.store';
import { RedemptionQuery } from '../exports/exports.dto';
import { ExportsService, type LinkView, type Order } from '../exports/exports.service';
import { RedemptionsService } from '../exports/redemptions.service';
import { releaseOf } from '../policy/release-of';
import { FIELDS_SCHEMA } from '../records/fields-schema';
import { WebhookNodes } from '../subscriptions/webhook-nodes';
import { queryViewOf, type QueryView } from './query-view';

const REQUEST = {
  type: 'object',
  additionalProperties: false,
  properties: {
    filter: { type: 'object', description: 'As in records:query; absent for all rows' },
    fields: FIELDS_SCHEMA,
    sort: { type: 'array', items: { type: 'string' }, description: 'As in records:query' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: RECORD_QUERY_LIMITS.limit,
      description: 'Rows at most; absent for every row that matches',
    },
    callbackUrl: {
      type: 'string',
      maxLength: 500,
      description:
        'HTTPS address at a listed node that is told, signed as feeds are, when the query is done or has failed',
    },
  },
};
const FORM = { format: 'NDJSON', gzip: false, bom: false, formulas: 'AS_IS' } as const;
const UNTOLD = { dueAt: null, attempt: 0, failures: 0, lastFailure: null, toldAt: null } as const;
const ALL: Place = { kind: 'QUERY', resourceId: null };

/** Queries of resources that stay with their providers, for whoever does not wait for the answer. [R9.3] */
@Controller('v1')
export class QueriesController {
  constructor(
    private readonly exports: ExportsService,
    private readonly redemptions: RedemptionsService,
    private readonly nodes: WebhookNodes,
    private readonly config: ExchangeConfig,
  ) {}

  @Post('resources/:resourceId/queries')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Have the provider of a resource asked, and fetch its answer later; decided at each step' })
  @ApiBody({ schema: REQUEST })
  async ask(
    @Param('resourceId') resourceId: string,
    @Body() body: object,
    @Req() request: HopRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QueryView> {
    const { query, callbackUrl } = channelQueryRequestOf(body);
    const release = releaseOf(request, 'batch', resourceId);
    const url = callbackUrl === null ? null : this.nodes.addressOf(callbackUrl, 'query.callback_not_listed');
    const order: Order = { ...FORM, kind: 'QUERY', query, callback: url === null ? null : { url, ...UNTOLD } };
    const asked = await this.exports.ask(release, resourceId, order);
    void reply.header('location', `/v1/queries/${asked.id}`);
    return queryViewOf(asked);
  }

  @Get('queries')
  @ApiOperation({ summary: 'Queries that one’s own department ordered, the latest first' })
  async list(@Query() page: PageQuery, @CurrentPrincipal() by: Principal): Promise<Page<QueryView>> {
    const { items, next } = await this.exports.list(ALL, by, page);
    return { items: items.map(queryViewOf), next };
  }

  @Get('queries/:queryId')
  @ApiOperation({ summary: 'How far a query of one’s own department has come' })
  async one(@Param('queryId') queryId: string, @CurrentPrincipal() by: Principal): Promise<QueryView> {
    return queryViewOf(await this.exports.one(ALL, queryId, by));
  }

  @Post('queries/:queryId/cancellation')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a query and delete its answer; by who ordered it, or the responsible officer' })
  async cancel(@Param('queryId') queryId: string, @CurrentPrincipal() by: Principal): Promise<QueryView> {
    return queryViewOf(await this.exports.cancel(ALL, queryId, by));
  }

  @Post('queries/:queryId/links')
  @Idempotent()
  @ApiOperation({ summary: 'A link that opens the answer once, for who ordered it; the one before is no longer valid' })
  link(@Param('queryId') queryId: string, @CurrentPrincipal() by: Principal): Promise<LinkView> {
    return this.exports.link(ALL, queryId, by);
  }

  @Get('resources/:resourceId/queries/:queryId/answer')
  @ApiOperation({ summary: 'Redeem a link, with the token, Purpose and Matter-Number of who ordered; decided again' })
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string', format: 'binary' } } } })
  async answer(
    @Param('resourceId') resourceId: string,
    @Param('queryId') queryId: string,
    @Query() { link }: RedemptionQuery,
    @Req() request: HopRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const release = releaseOf(request, 'batch', resourceId);
    const redeemed = await this.redemptions.redeem(release, { kind: 'QUERY', resourceId }, queryId, link);
    await answered(reply, redeemed, this.config.STREAM_STALL_MS);
  }
}
