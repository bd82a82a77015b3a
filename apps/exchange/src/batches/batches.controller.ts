import type { IncomingMessage } from 'node:http';
import { Body, Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { Refusal, type Principal, type Use } from '@qiongtong/contracts';
import {
  CurrentPrincipal,
  PageQuery,
  REPLAYED_HEADER,
  StreamedBody,
  type HopRequest,
  type Page,
} from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { announcedDigest } from '../ingest/content-digest';
import type { BatchReport } from './batch.store';
import { PushParameters } from './batches.dto';
import { BatchesService, type Push } from './batches.service';
import { ReportsService } from './reports.service';

const FORMATS: Readonly<Record<string, Push['format']>> = {
  'application/x-ndjson': 'ndjson',
  'application/json': 'json',
};
const KEY = /^[\x21-\x7e]{1,128}$/;

@Controller('v1/resources/:resourceId/batches')
export class BatchesController {
  constructor(
    private readonly batches: BatchesService,
    private readonly reports: ReportsService,
  ) {}

  @Post()
  @StreamedBody()
  @ApiOperation({ summary: 'Push a batch of rows, streamed: NDJSON, or a JSON array; gzip accepted' })
  @ApiConsumes('application/x-ndjson', 'application/json')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiHeader({ name: 'Content-Digest', required: false, description: 'RFC 9530, sha-256, over the bytes as sent' })
  @ApiQuery({ name: 'operation', required: false, enum: ['upsert', 'delete'] })
  @ApiQuery({ name: 'onInvalid', required: false, enum: ['refuse', 'quarantine'] })
  async push(
    @Param('resourceId') resourceId: string,
    @Query() parameters: PushParameters,
    @Headers() headers: Record<string, string | undefined>,
    @Body() body: IncomingMessage | undefined,
    @Req() request: HopRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchReport> {
    const push: Push = {
      use: pushUse(request, resourceId),
      operation: parameters.operation,
      onInvalid: parameters.onInvalid,
      format: formatOf(headers['content-type']),
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
  one(
    @Param('resourceId') resourceId: string,
    @Param('batchId') batchId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BatchReport> {
    return this.reports.one(resourceId, batchId, principal);
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

/** The use as the gateway decided it. Without its decision nothing is pushed. */
function pushUse({ hop }: HopRequest, resourceId: string): Use & { systemId: string } {
  const use = hop?.iss === 'gateway' ? hop.release?.use : undefined;
  if (!use || use.action !== 'push' || use.resourceId !== resourceId) throw new Refusal('hop.invalid');
  const { systemId } = use;
  if (systemId === null) throw new Refusal('access.not_provider', { about: [resourceId] });
  return { ...use, systemId };
}

function formatOf(contentType: string | undefined): Push['format'] {
  const format = FORMATS[(contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()];
  if (!format) throw new Refusal('request.unsupported_media_type');
  return format;
}

function isGzip(encoding: string | undefined): boolean {
  const named = (encoding ?? 'identity').trim().toLowerCase();
  if (named !== 'identity' && named !== 'gzip') throw new Refusal('request.unsupported_media_type');
  return named === 'gzip';
}

function keyOf(key: string | undefined): string {
  if (!key) throw new Refusal('request.idempotency_key_required');
  if (!KEY.test(key))
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/headers/Idempotency-Key', message: 'must be 1 to 128 printable ASCII characters' }],
    });
  return key;
}
