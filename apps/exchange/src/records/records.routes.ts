import { Injectable, Logger } from '@nestjs/common';
import {
  HOP_HEADER,
  recordQueryOfBody,
  recordQueryOfUrl,
  Refusal,
  verificationOf,
  type Release,
} from '@qiongtong/contracts';
import { answerProblem, refusalOf } from '@qiongtong/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ChannelService } from '../channel/channel.service';
import { ChangesService } from '../changes/changes.service';
import { ExchangeConfig } from '../config';
import { RecordsService, type Answer, type RowSink } from './records.service';
import { ReleaseTokens } from './release-tokens';

type OfResource = FastifyRequest<{ Params: { resourceId: string } }>;
const NDJSON = 'application/x-ndjson';

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
      const release = this.releaseOf(request, ['query', 'batch']);
      const { path, search } = splitUrl(request.raw.url!);
      // As it was sent: a decoded key could no longer be told from one with other values.
      const key = path.slice(path.lastIndexOf('/') + 1);
      const query = search === '' ? undefined : recordQueryOfUrl(new URLSearchParams(search));
      answer(reply, await this.readsOf(request).byKey(release, request.params.resourceId, key, query));
    } catch (error) {
      this.failed(request, reply, error);
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

  private failed(request: OfResource, reply: FastifyReply, error: unknown): void {
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

function answer(reply: FastifyReply, { body, rows, delivery }: Answer): void {
  void reply
    .headers({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'qt-rows': String(rows),
      'qt-delivery': delivery,
    })
    .send(body);
}

const acceptsLines = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes(NDJSON);

function splitUrl(url: string): { path: string; search: string } {
  const at = url.indexOf('?');
  return at === -1 ? { path: url, search: '' } : { path: url.slice(0, at), search: url.slice(at + 1) };
}
