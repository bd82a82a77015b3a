import type { IncomingMessage } from 'node:http';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation } from '@nestjs/swagger';
import { Refusal, type Principal } from '@qiongtong/contracts';
import {
  CurrentPrincipal,
  Idempotent,
  PageQuery,
  Roles,
  StreamedBody,
  type HopRequest,
  type Page,
} from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { formatOf, isGzip, pushUseOf } from '../batches/push-request';
import { announcedDigest } from '../ingest/content-digest';
import type { Part } from './domain/upload';
import { UploadPartsService } from './upload-parts.service';
import { PartOfUpload, UploadCompletion, UploadRequest } from './uploads.dto';
import { UploadsService, type UploadView, type WholeUploadView } from './uploads.service';

@Controller('v1/resources/:resourceId/uploads')
export class UploadsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly parts: UploadPartsService,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Begin a batch that is sent in parts, in any order, over as many connections and days as it takes',
  })
  async open(
    @Param('resourceId') resourceId: string,
    @Body() { contentType, contentEncoding, operation, onInvalid, dryRun }: UploadRequest,
    @Req() request: HopRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadView> {
    const use = pushUseOf(request, resourceId);
    const way = { operation, onInvalid, dryRun, ...formatOf(contentType), gzip: isGzip(contentEncoding) };
    const upload = await this.uploads.open(use, way);
    void reply.header('location', `/v1/resources/${resourceId}/uploads/${upload.id}`);
    return upload;
  }

  @Put(':uploadId/parts/:n')
  @StreamedBody()
  @ApiOperation({ summary: 'Send one part; the same one again changes nothing' })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Content-Digest', required: true, description: 'RFC 9530, sha-256, over the bytes of the part' })
  part(
    @Param() { resourceId, uploadId, n }: PartOfUpload,
    @Headers('content-digest') digest: string | undefined,
    @Body() body: IncomingMessage | undefined,
    @Req() request: HopRequest,
  ): Promise<Part> {
    if (!body) throw new Refusal('exchange.batch_empty');
    return this.parts.take(pushUseOf(request, resourceId), uploadId, n, announcedDigest(digest), body);
  }

  @Post(':uploadId/completion')
  @HttpCode(202)
  @ApiOperation({ summary: 'All parts were sent: take them as one batch, whose report has the id of the upload' })
  complete(
    @Param('resourceId') resourceId: string,
    @Param('uploadId') uploadId: string,
    @Body() { parts, digest }: UploadCompletion,
    @Req() request: HopRequest,
  ): Promise<UploadView> {
    return this.uploads.complete(pushUseOf(request, resourceId), uploadId, parts, digest ?? null);
  }

  @Get()
  @ApiOperation({ summary: 'Uploads of a resource, the latest first; for its provider' })
  list(
    @Param('resourceId') resourceId: string,
    @CurrentPrincipal() by: Principal,
    @Query() page: PageQuery,
  ): Promise<Page<UploadView>> {
    return this.uploads.list(resourceId, by, page);
  }

  @Get(':uploadId')
  @ApiOperation({
    summary: 'Which parts of an upload are there, and what its batch has come to; for the resource’s provider',
  })
  one(
    @Param('resourceId') resourceId: string,
    @Param('uploadId') uploadId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<WholeUploadView> {
    return this.uploads.one(resourceId, uploadId, by);
  }

  @Post(':uploadId/cancellation')
  @Roles('SYSTEM', 'SUBMITTER', 'RESPONSIBLE_OFFICER')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an upload and its batch, and delete its parts; for the resource’s provider' })
  cancel(
    @Param('resourceId') resourceId: string,
    @Param('uploadId') uploadId: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<UploadView> {
    return this.uploads.cancel(resourceId, uploadId, by);
  }
}
