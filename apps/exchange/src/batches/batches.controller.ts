import type { IncomingMessage } from 'node:http';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { Refusal, type Principal } from '@qiongtong/contracts';
import {
  CurrentPrincipal,
  PageQuery,
  REPLAYED_HEADER,
  Roles,
  StreamedBody,
  type HopRequest,
  type Page,
} from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { announcedDigest } from '../ingest/content-digest';
import { QualityService, type QualityResultView } from '../quality/quality.service';
import type { BatchReport } from './batch.store';
import { PushParameters } from './batches.dto';
import { BatchesService } from './batches.service';
import type { Push } from './push';
import { formatOf, isGzip, pushUseOf } from './push-request';
import { ReportsService } from './reports.service';

const KEY = /^[\x21-\x7e]{1,128}$/;

@Controller('v1/resources/:resourceId/batches')
export class BatchesController {
  constructor(
    private readonly batches: BatchesService,
    private readonly reports: ReportsService,
    private readonly quality: QualityService,
  ) {}

  @Post()
  @StreamedBody()
  @ApiOperation({
    summary:
      'Push a batch of rows, streamed: NDJSON, a JSON array, or CSV with the items’ codes or names in its first line; gzip accepted',
  })
  @ApiConsumes('application/x-ndjson', 'application/json', 'text/csv')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiHeader({ name: 'Content-Digest', required: false, description: 'RFC 9530, sha-256, over the bytes as sent' })
  @ApiQuery({ name: 'operation', required: false, enum: ['upsert', 'delete', 'snapshot'] })
  @ApiQuery({ name: 'onInvalid', required: false, enum: ['refuse', 'quarantine'] })
  @ApiQuery({ name: 'dryRun', required: false, enum: ['true', 'false'] })
  async push(
    @Param('resourceId') resourceId: string,
    @Query() parameters: PushParameters,
    @Headers() headers: Record<string, string | undefined>,
    @Body() body: IncomingMessage | undefined,
    @Req() request: HopRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchReport> {
    const push: Push = {
      use: pushUseOf(request, resourceId),
      operation: parameters.operation,
      onInvalid: parameters.onInvalid,
      dryRun: parameters.dryRun,
      ...formatOf(headers['content-type']),
      gzip: isGzip(headers['content-encoding']),
      idempotencyKey: keyOf(headers['idempotency-key']),
      announced: announcedDigest(headers['content-digest']),
    };
    if (!body) throw new Refusal('exchange.batch_empty');
    const { report, replayed } = await this.batches.receive(push, body);
    if (replayed) void reply.header(REPLAYED_HEADER, 'true');
    return report;
  }

  @Get()
  @ApiOperation({ summary: 'Batches of a resource, the latest first; for its provider' })
  list(
    @Param('resourceId') resourceId: string,
    @CurrentPrincipal() principal: Principal,
    @Query() page: PageQuery,
  ): Promise<Page<BatchReport>> {
    return this.reports.list(resourceId, principal, page);
  }

  @Get(':batchId')
  @ApiOperation({ summary: 'What became of a batch; for the resource’s provider' })
  async one(
    @Param('resourceId') resourceId: string,
    @Param('batchId') batchId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BatchReport & Readonly<{ quality: readonly QualityResultView[] }>> {
    const report = await this.reports.one(resourceId, batchId, principal);
    return { ...report, quality: await this.quality.ofBatch(report.id) };
  }

  @Post(':batchId/cancellation')
  @Roles('SYSTEM', 'SUBMITTER', 'RESPONSIBLE_OFFICER')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a batch that has no outcome yet; for the resource’s provider' })
  cancel(
    @Param('resourceId') resourceId: string,
    @Param('batchId') batchId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BatchReport> {
    return this.reports.cancel(resourceId, batchId, principal);
  }

  @Get(':batchId/quarantine')
  @ApiOperation({ summary: 'Rows of a batch that were set aside, each with its reason, as NDJSON' })
  async quarantine(
    @Param('resourceId') resourceId: string,
    @Param('batchId') batchId: string,
    @CurrentPrincipal() principal: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = await this.reports.quarantine(resourceId, batchId, principal);
    await reply.type('application/x-ndjson').header('cache-control', 'no-store').send(lines);
  }
}

function keyOf(key: string | undefined): string {
  if (!key) throw new Refusal('request.idempotency_key_required');
  if (!KEY.test(key))
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/headers/Idempotency-Key', message: 'must be 1 to 128 printable ASCII characters' }],
    });
  return key;
}
