import { Body, Controller, Get, HttpCode, Module, Param, Patch, Post, Query, type DynamicModule } from '@nestjs/common';
import { HOP_HEADER, Refusal, type Principal, type Release } from '@qiongtong/contracts';
import { testDatabase, testHopKeys, testInfrastructure, uniqueTopicPrefix } from '@qiongtong/testing';
import { Type } from 'class-transformer';
import { Equals, IsArray, IsInt, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { Readable } from 'node:stream';
import {
  bootService,
  CurrentPrincipal,
  CurrentRelease,
  Cursors,
  Day,
  expectRevision,
  Flag,
  Given,
  HopTokens,
  Idempotent,
  IfMatch,
  loadConfig,
  Moment,
  PageQuery,
  PlatformConfig,
  PlatformModule,
  Public,
  Roles,
  StreamedBody,
  SystemClock,
  UnitOfWork,
  type Page,
  type RunningService,
} from '../../src';

class Part {
  @IsString()
  name: string;
}

class NoteBody {
  @IsString()
  @MaxLength(100)
  title: string;

  @IsInt()
  count: number;

  @Given()
  @Equals(true)
  agreed?: true;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts: Part[] = [];
}

class NotesQuery extends PageQuery {
  @Given() @Flag() old?: boolean;
  @Given() @Moment() since?: string;
  @Given() @Day() on?: string;
}

/** Counts the effects of idempotent requests and holds some of them back. */
export class Notes {
  written = 0;
  hold: Promise<void> = Promise.resolve();
}

@Controller('v1')
class NotesController {
  constructor(
    private readonly cursors: Cursors,
    private readonly work: UnitOfWork,
    private readonly notes: Notes,
  ) {}

  @Get('me')
  me(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }

  @Get('release')
  release(@CurrentRelease() release: Release): Release {
    return release;
  }

  @Get('reviews')
  @Roles('REVIEWER')
  reviews(): object {
    return { reviews: true };
  }

  @Get('open')
  @Public()
  open(): object {
    return { open: true };
  }

  @Get('notes')
  list(@Query() query: NotesQuery): Page<number> {
    const { from } = query.cursor ? this.cursors.decode<{ from: number }>(query.cursor, 'notes') : { from: 0 };
    return { items: [from], next: this.cursors.encode({ from: from + query.limit }, 'notes') };
  }

  @Get('notes/:id')
  one(@Param('id') id: string): object {
    if (id === 'broken') throw new Error('a secret of the inside');
    if (id !== 'n1') throw new Refusal('request.not_found');
    return { id, revision: 3 };
  }

  @Post('notes')
  @Idempotent()
  create(@Body() body: NoteBody): Promise<object> {
    return this.work.run(async () => {
      await this.notes.hold;
      if (body.title === 'refuse me') throw new Refusal('access.no_grant', { about: [body.title] });
      return { id: `n${++this.notes.written}`, title: body.title, revision: 1 };
    });
  }

  @Post('notes/query')
  @HttpCode(200)
  query(@Body() body: NoteBody): object {
    return { title: body.title };
  }

  @Patch('notes/:id')
  change(@IfMatch() revision: number): object {
    expectRevision(3, revision);
    return { id: 'n1', revision: 4 };
  }

  @Post('uploads')
  @HttpCode(200)
  @StreamedBody()
  async upload(@Body() stream: Readable): Promise<object> {
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    return { bytes };
  }

  @Post('duplicates')
  async duplicate(): Promise<void> {
    await this.work.run(async (tx) => {
      await tx.query(`INSERT INTO lease VALUES ('twice', 'a', 1, now()), ('twice', 'a', 1, now())`);
    });
  }
}

@Module({})
class NotesModule {}

export const notesModule = (config: PlatformConfig): DynamicModule => ({
  module: NotesModule,
  imports: [PlatformModule.forRoot({ name: 'catalogue', config, entities: [], relay: false })],
  controllers: [NotesController],
  providers: [Notes],
});

export const aPrincipal = (changes: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'mzt-submitter',
  systemId: null,
  departmentId: 'mzt',
  regionCode: '460000',
  roles: ['SUBMITTER'],
  tokenId: 't1',
  ...changes,
});

export type Answer = Readonly<{ status: number; headers: Headers; body: Record<string, unknown>; text: string }>;
export type CallOptions = Readonly<{
  body?: unknown;
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** null sends none. */
  hop?: string | null;
  principal?: Principal;
}>;

export interface NotesService {
  readonly running: RunningService;
  readonly notes: Notes;
  readonly gateway: HopTokens;
  readonly hopKeysDir: string;
  call(method: string, target: string, options?: CallOptions): Promise<Answer>;
  /** Another process of the same service, with the same database and keys. */
  replica(): Promise<RunningService>;
  close(): Promise<void>;
}

/** A service that does nothing of its own, to see what the platform does for every service. */
export async function startNotes(environment: Record<string, string> = {}): Promise<NotesService> {
  const database = await testDatabase('notes');
  const hopKeysDir = testHopKeys();
  const { kafkaBrokers } = testInfrastructure();
  const config = loadConfig(PlatformConfig, {
    PORT: '0',
    METRICS_PORT: '0',
    DATABASE_URL: database.url,
    KAFKA_BROKERS: kafkaBrokers,
    TOPIC_PREFIX: uniqueTopicPrefix(),
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_AUDIENCE: 'qiongtong',
    HOP_KEYS_DIR: hopKeysDir,
    LOG_LEVEL: 'fatal',
    ...environment,
  });
  const boot = () => bootService({ name: 'catalogue', module: notesModule, config });
  const running = await boot();
  const replicas: RunningService[] = [];
  const gateway = new HopTokens(hopKeysDir, 'gateway', new SystemClock());
  return {
    running,
    notes: running.app.get(Notes),
    gateway,
    hopKeysDir,
    async call(method, target, { body, raw, headers, hop, principal = aPrincipal() } = {}) {
      const token = hop === undefined ? gateway.issue('catalogue', method, target, principal) : hop;
      const response = await fetch(running.url + target, {
        method,
        headers: {
          ...(token === null ? {} : { [HOP_HEADER]: token }),
          ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text ? (JSON.parse(text) as Answer['body']) : {},
      };
    },
    async replica() {
      const another = await boot();
      replicas.push(another);
      return another;
    },
    async close() {
      await Promise.all([running, ...replicas].map((service) => service.close()));
      await database.drop();
    },
  };
}
