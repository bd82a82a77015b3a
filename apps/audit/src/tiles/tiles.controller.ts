import { Controller, Get, Header, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Public } from '@qiongtong/platform';
import type { FastifyRequest } from 'fastify';
import { LogService } from '../log/log.service';
import { TilesService } from './tiles.service';

type OfPath = FastifyRequest<{ Params: { '*': string } }>;

const BYTES = 'application/octet-stream';
const PATH =
  'Level, and index in groups of three digits, all but the last after an x; `.p/` and the width of a narrower one';
/** What stands under the path of a tile never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Entries are for who asked, not for caches on the way. */
const FOR_THE_READER = 'private, max-age=31536000, immutable';

/** The log as C2SP tlog-tiles: its base is `/audit/log`. */
@ApiTags('audit')
@Controller('audit/log')
export class TilesController {
  constructor(
    private readonly tiles: TilesService,
    private readonly log: LogService,
  ) {}

  /** Newest signed checkpoint, as a signed note. */
  @Public()
  @Get('checkpoint')
  @Header('cache-control', 'no-cache')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiProduces('text/plain')
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async checkpoint(): Promise<string> {
    return (await this.log.checkpoint()).checkpoint;
  }

  /** Entries of one tile, each with its length in two bytes before it; for those who read the whole log. */
  @Get('tile/entries/*')
  @ApiParam({ name: 'path', type: String, description: PATH })
  @Header('cache-control', FOR_THE_READER)
  @ApiProduces(BYTES)
  @ApiOkResponse({ content: { [BYTES]: { schema: { type: 'string', format: 'binary' } } } })
  async entries(@CurrentPrincipal() by: Principal, @Req() { params }: OfPath): Promise<StreamableFile> {
    return new StreamableFile(await this.tiles.bundle(by, params['*']), { type: BYTES });
  }

  /** Hashes of one tile, 32 bytes each: `tile/<level>/<index>`, and `.p/<width>` after it for the last one of a level. */
  @Public()
  @Get('tile/*')
  @ApiParam({ name: 'path', type: String, description: PATH })
  @Header('cache-control', FOR_EVER)
  @ApiProduces(BYTES)
  @ApiOkResponse({ content: { [BYTES]: { schema: { type: 'string', format: 'binary' } } } })
  async tile(@Req() { params }: OfPath): Promise<StreamableFile> {
    return new StreamableFile(await this.tiles.tile(params['*']), { type: BYTES });
  }
}
