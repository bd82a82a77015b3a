import { Injectable, Logger } from '@nestjs/common';
import {
  framed,
  GROUP_TARGET,
  GROUP_TYPE,
  HOP_HEADER,
  MOST_GROUP_BYTES,
  recordQueryOfBody,
  recordQueryOfUrl,
  Refusal,
  verificationOf,
  type GroupedAnswer,
  type GroupedRead,
  type Release,
} from '@qiongtong/contracts';
import { answerProblem, languageOf, problemHeaders, refusalOf, toProblem } from '@qiongtong/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ChannelService } from '../channel/channel.service';
import { ChangesService } from '../changes/changes.service';
import { ExchangeConfig } from '../config';
import { RecordsService, type Answer, type RowSink } from './records.service';
import { ReleaseTokens } from './release-tokens';

type OfResource = FastifyRequest<{ Params: { resourceId: string } }>;
const NDJSON = 'application/x-ndjson';
const BY_KEY = ['query', 'batch'];

/**
 * The reads, straight on Fastify: the keyed read is the busiest route of the platform and owes nothing to a framework
 * (`docs/decisions/0022-the-keyed-read.md`). Every one needs a release token of the gateway for this very call.
 */
@Injectable()
export class RecordsRoutes {
  private readonly log = new Logger('records');

  constructor(
    private readonly records: RecordsService,
    private readonly channel: ChannelService,
    private readonly changes: ChangesService,
    private readonly tokens: ReleaseTokens,
    private readonly config: ExchangeConfig,
  ) {}

  register(server: FastifyInstance): void {
    // Parsed when the token has said that they are the gateway's bytes.
    server.addContentTypeParser(
      GROUP_TYPE,
      { parseAs: 'buffer', bodyLimit: MOST_GROUP_BYTES },
      (_request: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body),
    );
    server.post(GROUP_TARGET, (request, reply) => this.together(request, reply));
    server.get('/v1/resources/:resourceId/records/:key', (request: OfResource, reply) => this.byKey(request, reply));
    server.get('/v1/resources/:resourceId/records', (request: OfResource, reply) => this.byFilter(request, reply));
    server.get('/v1/resources/:resourceId/changes', (request: OfResource, reply) => this.changed(request, reply));
    // A doubled colon stands for one that begins no parameter.
    server.post('/v1/resources/:resourceId/records::query', (request: OfResource, reply) =>
      this.byQuery(request, reply),
    );
    server.post('/v1/resources/:resourceId/records::verify', (request: OfResource, reply) =>
      this.verify(request, reply),
    );
  }

  private async byKey(request: OfResource, reply: FastifyReply): Promise<void> {
    try {
      const release = this.releaseOf(request, BY_KEY);
      answer(reply, await this.recordOf(this.readsOf(request), release, request.params.resourceId, request.raw.url!));
    } catch (error) {
      this.failed(request, reply, error);
    }
  }

  private recordOf(
    reads: RecordsService | ChannelService,
    release: Release,
    resourceId: string,
    target: string,
  ): Promise<Answer> {
    const { path, search } = splitUrl(target);
    // As it was sent: a decoded key could no longer be told from one with other values.
    const key = path.slice(path.lastIndexOf('/') + 1);
    const query = search === '' ? undefined : recordQueryOfUrl(new URLSearchParams(search));
    return reads.byKey(release, resourceId, key, query);
  }

  /** Reads by key that the gateway decided on together. What becomes of one is nothing to the others. */
  private async together(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const reads = this.tokens.checkGroup(request.headers[HOP_HEADER], request.method, request.raw.url!, body);
      const answers = await Promise.all(reads.map((read) => this.oneOf(read)));
      void reply.header('content-type', GROUP_TYPE).send(framed(answers));
    } catch (error) {
      this.failed(request, reply, error);
    }
  }

  private async oneOf({ release, target, language }: GroupedRead): Promise<GroupedAnswer> {
    try {
      const { action, resourceId } = release.use;
      if (!BY_KEY.includes(action)) throw new Refusal('hop.invalid');
      // A provider takes its time; the others do not wait for it.
      if (this.channel.serves(resourceId)) return null;
      const found = await this.recordOf(this.records, release, resourceIn(target), target);
      return { status: 200, headers: headersOf(found), body: found.body };
    } catch (error) {
      const { refusal, unforeseen } = refusalOf(error);
      if (unforeseen) this.log.error(error);
      const told = languageOf(language ?? undefined);
      const problem = toProblem(refusal, { language: told });
      return { status: problem.status, headers: problemHeaders(refusal, told), body: JSON.stringify(problem) };
    }
  }

  private async byFilter(request: OfResource, reply: FastifyReply): Promise<void> {
    try {
      const search = new URLSearchParams(splitUrl(request.raw.url!).search);
      const stream = acceptsLines(request);
      const release = this.releaseOf(request, [stream ? 'batch' : 'query']);
      const query = recordQueryOfUrl(search);
      const { resourceId } = request.params;
      if (!stream) return answer(reply, await this.readsOf(request).page(release, resourceId, query, 'url'));
      await this.readsOf(request).stream(release, resourceId, query, 'url', search.has('limit'), this.sinkOf(reply));
      reply.raw.end();
    } catch (error) {
      this.failed(request, reply, error);
    }
  }

  private async changed(request: OfResource, reply: FastifyReply): Promise<void> {
    try {
      const release = this.releaseOf(request, ['subscribe']);
      const query = recordQueryOfUrl(new URLSearchParams(splitUrl(request.raw.url!).search));
      answer(reply, await this.changes.read(release, request.params.resourceId, query));
    } catch (error) {
      this.failed(request, reply, error);
    }
  }

  private async byQuery(request: OfResource, reply: FastifyReply): Promise<void> {
    try {
      const stream = acceptsLines(request);
      const release = this.releaseOf(request, [stream ? 'batch' : 'query']);
      const query = recordQueryOfBody(request.body ?? {});
      const { resourceId } = request.params;
      if (!stream) return answer(reply, await this.readsOf(request).page(release, resourceId, query, 'body'));
      const limited = (request.body as { limit?: unknown } | undefined)?.limit !== undefined;
      await this.readsOf(request).stream(release, resourceId, query, 'body', limited, this.sinkOf(reply));
      reply.raw.end();
    } catch (error) {
      this.failed(request, reply, error);
    }
  }

  private async verify(request: OfResource, reply: FastifyReply): Promise<void> {
    try {
      const release = this.releaseOf(request, ['verify']);
      answer(
        reply,
        await this.readsOf(request).verify(release, request.params.resourceId, verificationOf(request.body)),
      );
    } catch (error) {
      this.failed(request, reply, error);
    }
  }

  /** Who answers: the store, or the provider. */
  private readsOf({ params }: OfResource): RecordsService | ChannelService {
    return this.channel.serves(params.resourceId) ? this.channel : this.records;
  }

  /** The decision this call carries out, on one of these actions. */
  private releaseOf(request: OfResource, actions: readonly string[]): Release {
    const release = this.tokens.check(request.headers[HOP_HEADER], request.method, request.raw.url!);
    if (!actions.includes(release.use.action)) throw new Refusal('hop.invalid');
    return release;
  }

  private sinkOf(reply: FastifyReply): RowSink {
    const { raw } = reply;
    const stallMs = this.config.STREAM_STALL_MS;
    return {
      begin: (delivery) => {
        reply.hijack();
        raw.writeHead(200, { 'content-type': NDJSON, 'qt-delivery': delivery, 'cache-control': 'no-store' });
      },
      write: (text) =>
        raw.destroyed ? Promise.reject(new ReaderGone()) : raw.write(text) ? Promise.resolve() : drained(raw, stallMs),
    };
  }

  private failed(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    if (error instanceof ReaderGone) return void reply.raw.destroy();
    const { refusal, unforeseen } = refusalOf(error);
    if (unforeseen && !request.raw.destroyed) this.log.error(error);
    // Half an answer must not look like a whole one.
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
    answerProblem(request, reply, refusal);
  }
}

/** Nobody takes the rows any more. */
class ReaderGone extends Error {}

function drained(raw: FastifyReply['raw'], stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => () => {
      clearTimeout(timer);
      raw.off('drain', onDrain).off('close', onClose);
      outcome();
    };
    const onDrain = settle(resolve);
    const onClose = settle(() => reject(new ReaderGone()));
    const timer = setTimeout(onClose, stallMs);
    raw.on('drain', onDrain).on('close', onClose);
  });
}

function answer(reply: FastifyReply, found: Answer): void {
  void reply.headers(headersOf(found)).send(found.body);
}

const headersOf = ({ rows, delivery }: Answer) => ({
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'qt-rows': String(rows),
  'qt-delivery': delivery,
});

const acceptsLines = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes(NDJSON);

/** As the router finds it in `/v1/resources/:resourceId/records/:key`. */
const resourceIn = (target: string): string => decodeURIComponent(target.split('/', 4)[3] ?? '');

function splitUrl(url: string): { path: string; search: string } {
  const at = url.indexOf('?');
  return at === -1 ? { path: url, search: '' } : { path: url.slice(0, at), search: url.slice(at + 1) };
}
