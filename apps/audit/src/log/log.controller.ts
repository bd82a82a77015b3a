import { Readable } from 'node:stream';
import { Controller, Get, Header, Headers, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Public } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { ConsistencyQuery, DecisionPath, EntryQuery, InclusionQuery, IndexPath } from './log.dto';
import { LogService } from './log.service';
import {
  AccessView,
  CheckpointView,
  ConsistencyProofView,
  EntryPageView,
  GapsView,
  InclusionProofView,
  KeyView,
  ProvedEntryView,
} from './log.views';

const wantsText = (accept: string | undefined): boolean => /^\s*text\/plain\b/i.test(accept ?? '');
const BYTES = 'application/octet-stream';
const NDJSON = 'application/x-ndjson';

@ApiTags('audit')
@Controller('v1/audit')
export class LogController {
  constructor(private readonly log: LogService) {}

  /** Public key that checks every checkpoint; as text it is the line the offline command takes. */
  @Public()
  @Get('key')
  @ApiProduces('application/json', 'text/plain')
  @ApiOkResponse({ type: KeyView })
  key(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): KeyView | string {
    const key = this.log.publicKey();
    if (!wantsText(accept)) return key;
    reply.type('text/plain; charset=utf-8');
    return `${key.key}\n`;
  }

  /** Newest signed checkpoint; as text it is the signed note alone. */
  @Public()
  @Get('checkpoint')
  @ApiProduces('application/json', 'text/plain')
  @ApiOkResponse({ type: CheckpointView })
  async checkpoint(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CheckpointView | string> {
    const view = await this.log.checkpoint();
    if (!wantsText(accept)) return view;
    reply.type('text/plain; charset=utf-8');
    return view.checkpoint;
  }

  @Get('entries')
  @ApiOkResponse({ type: EntryPageView })
  entries(@CurrentPrincipal() by: Principal, @Query() query: EntryQuery): Promise<EntryPageView> {
    const { limit, cursor, ...filter } = query;
    return this.log.entries(by, filter, limit, cursor);
  }

  @Get('entries/:index')
  @ApiOkResponse({ type: ProvedEntryView })
  entry(@CurrentPrincipal() by: Principal, @Param() { index }: IndexPath): Promise<ProvedEntryView> {
    return this.log.entry(by, index);
  }

  /** Value of a message that was too large for its entry, which has its digest instead; for those who read the whole log. */
  @Get('entries/:index/message')
  @ApiProduces(BYTES)
  @ApiOkResponse({ content: { [BYTES]: { schema: { type: 'string', format: 'binary' } } } })
  async message(@CurrentPrincipal() by: Principal, @Param() { index }: IndexPath): Promise<StreamableFile> {
    return new StreamableFile(await this.log.message(by, index), { type: BYTES });
  }

  @Get('proofs/inclusion')
  @ApiOkResponse({ type: InclusionProofView })
  inclusion(@CurrentPrincipal() by: Principal, @Query() { index, size }: InclusionQuery): Promise<InclusionProofView> {
    return this.log.inclusionProof(by, index, size);
  }

  @Get('proofs/consistency')
  @ApiOkResponse({ type: ConsistencyProofView })
  consistency(
    @CurrentPrincipal() by: Principal,
    @Query() { from, to }: ConsistencyQuery,
  ): Promise<ConsistencyProofView> {
    return this.log.consistencyProof(by, from, to);
  }

  /** Everything the log has on one access, each entry with its proof. */
  @Get('accesses/:decisionId')
  @ApiOkResponse({ type: AccessView })
  access(@CurrentPrincipal() by: Principal, @Param() { decisionId }: DecisionPath): Promise<AccessView> {
    return this.log.access(by, decisionId);
  }

  /** Numbers of producers that never came, and those that came with different content. */
  @Get('gaps')
  @ApiOkResponse({ type: GapsView })
  gaps(@CurrentPrincipal() by: Principal): Promise<GapsView> {
    return this.log.gaps(by);
  }

  /** The whole log, one JSON object a line: first origin, key and checkpoint, then every entry with its leaf hash. */
  @Get('log')
  @Header('content-disposition', 'attachment; filename="audit-log.ndjson"')
  @ApiProduces(NDJSON)
  @ApiOkResponse({ content: { [NDJSON]: { schema: { type: 'string', format: 'binary' } } } })
  async export(@CurrentPrincipal() by: Principal): Promise<StreamableFile> {
    const lines = await this.log.export(by);
    return new StreamableFile(Readable.from(lines, { objectMode: true, highWaterMark: 1 }), { type: NDJSON });
  }
}
