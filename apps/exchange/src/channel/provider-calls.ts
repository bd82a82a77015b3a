import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Refusal, type RefusalCode, type Release } from '@qiongtong/contracts';
import { OutboundRefused, type OutboundAnswer } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import type { Endpoint } from '../endpoints/domain/endpoint';
import { Nodes } from '../endpoints/nodes';
import { announcedDigest } from '../ingest/content-digest';
import { ChannelKey } from './channel-key';
import { pollAt, pollWait } from './domain/poll';
import { QUERY_PATH, type ProviderQuery } from './domain/provider-query';

const TYPES = { page: 'application/json', lines: 'application/x-ndjson' } as const;
type Form = keyof typeof TYPES;
/** Bytes that may come, and milliseconds that may be waited for them all in all. */
type Bounds = Readonly<{ bytes: number; ms: number; signal?: AbortSignal }>;
/** One query that is asked until it is answered: the same `id` each time, and where its provider said to look. */
export type Patient = Readonly<{ id: string; at: URL | null; signal: AbortSignal }>;
/** The provider wants to be asked again. */
export type Later = Readonly<{ at: URL; waitMs: number }>;

/** Asks a provider, and gives its answer as bytes that are checked on the way. All that goes wrong is a refusal. */
@Injectable()
export class ProviderCalls {
  constructor(
    private readonly nodes: Nodes,
    private readonly key: ChannelKey,
    private readonly config: ExchangeConfig,
  ) {}

  async *page(endpoint: Endpoint, release: Release, query: ProviderQuery, bytes: number): AsyncGenerator<Buffer> {
    yield* this.answer(endpoint, release, query, 'page', { bytes, ms: this.config.CHANNEL_ANSWER_MS });
  }

  async *lines(endpoint: Endpoint, release: Release, query: ProviderQuery): AsyncGenerator<Buffer> {
    const { CHANNEL_STREAM_BYTES: bytes, CHANNEL_STREAM_MS: ms } = this.config;
    yield* this.answer(endpoint, release, query, 'lines', { bytes, ms });
  }

  /**
   * Every row of a query that need not be answered at once: its bytes, or that the provider wants to be asked again
   * (`Prefer: respond-async`, RFC 7240; 202 with `Location` and `Retry-After`, RFC 9110).
   */
  async patiently(
    endpoint: Endpoint,
    release: Release,
    query: ProviderQuery,
    { id, at, signal }: Patient,
  ): Promise<Later | AsyncGenerator<Buffer>> {
    const body = at === null ? JSON.stringify(query) : '';
    const headers = { ...this.headers(endpoint, release, body, 'lines'), 'idempotency-key': id };
    const ordered = { ...headers, prefer: 'respond-async' };
    const answer = await (
      at === null
        ? this.nodes.post(new URL(endpoint.url + QUERY_PATH), { headers: ordered, body, signal })
        : this.nodes.get(at, { headers, signal })
    ).catch((error: unknown) => {
      signal.throwIfAborted();
      throw refusalOf(error, 'channel.provider_unreachable');
    });
    if (answer.status === 202) {
      answer.body.on('error', () => undefined).destroy();
      return laterOf(answer, endpoint, at);
    }
    const { CHANNEL_STREAM_BYTES: bytes, CHANNEL_STREAM_MS: ms } = this.config;
    return bytesOf(answer, 'lines', { bytes, ms, signal });
  }

  /** Ends without an error only when the whole answer came and has the digest that it states. */
  private async *answer(
    endpoint: Endpoint,
    release: Release,
    query: ProviderQuery,
    form: Form,
    bounds: Bounds,
  ): AsyncGenerator<Buffer> {
    const body = JSON.stringify(query);
    const headers = this.headers(endpoint, release, body, form);
    const asked = await this.nodes
      .post(new URL(endpoint.url + QUERY_PATH), { headers, body })
      .catch((error: unknown) => {
        throw refusalOf(error, 'channel.provider_unreachable');
      });
    yield* bytesOf(asked, form, bounds);
  }

  private headers(endpoint: Endpoint, release: Release, body: string, form: Form): Record<string, string> {
    const authorization = `Bearer ${this.key.token(endpoint.providerId, release, body)}`;
    return { ...(body !== '' && CONTENT), accept: TYPES[form], 'accept-encoding': 'identity', authorization };
  }
}

async function* bytesOf(answer: OutboundAnswer, form: Form, bounds: Bounds): AsyncGenerator<Buffer> {
  try {
    checkHead(answer, form);
    yield* checkedBytes(answer, bounds);
  } finally {
    // Whoever stops reading ends the call.
    answer.body.on('error', () => undefined).destroy();
  }
}

const CONTENT = { 'content-type': 'application/json' };

function checkHead({ status, headers }: OutboundAnswer, form: Form): void {
  if (status >= 300 && status < 400) throw new Refusal('channel.provider_redirects');
  if (status !== 200) throw new Refusal('channel.provider_failed', { about: [String(status)] });
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase();
  if (type !== TYPES[form]) throw invalid('content-type', `expected ${TYPES[form]}`);
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw invalid('content-encoding', 'expected identity');
  // An answer that ends when the connection does cannot be told from half of it.
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    throw invalid('content-length', 'expected a length, or chunks');
}

async function* checkedBytes({ body, headers, trailers }: OutboundAnswer, bounds: Bounds): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let size = 0;
  for (let waited = 0; ;) {
    const from = performance.now();
    const next = await chunks.next().catch((error: unknown) => {
      bounds.signal?.throwIfAborted();
      throw refusalOf(error, 'channel.answer_broken_off');
    });
    waited += performance.now() - from;
    if (next.done) break;
    size += next.value.length;
    if (size > bounds.bytes) throw new Refusal('channel.answer_too_large');
    // Only what the provider takes: a slow reader of ours is none of its doing.
    if (waited > bounds.ms) throw new Refusal('channel.provider_timeout');
    hash.update(next.value);
    yield next.value;
  }
  const stated = headers['content-digest'] ?? trailers['content-digest'];
  if (stated !== undefined && !digestOf(stated).equals(hash.digest())) throw new Refusal('channel.answer_digest');
}

/** Where a provider may be asked again: below its own endpoint and nowhere else. */
function laterOf({ headers }: OutboundAnswer, { url }: Endpoint, before: URL | null): Later {
  const { location } = headers;
  const at = location === undefined ? before : pollAt(url, String(location));
  if (at === null) throw invalid('location', 'expected an address below the endpoint');
  return { at, waitMs: pollWait(headers['retry-after']) };
}

function digestOf(stated: string | string[]): Buffer {
  try {
    return announcedDigest(String(stated))!;
  } catch {
    throw invalid('content-digest', 'expected sha-256=:base64:');
  }
}

const invalid = (header: string, message: string) =>
  new Refusal('channel.answer_invalid', { errors: [{ pointer: `/headers/${header}`, message }] });

const TIMEOUTS = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL)/;

/** What a connection's error says of the provider. */
function refusalOf(error: unknown, otherwise: RefusalCode): Refusal {
  if (error instanceof OutboundRefused) return new Refusal('channel.provider_address');
  const code = String((error as { code?: unknown }).code);
  if (TIMEOUTS.includes(code)) return new Refusal('channel.provider_timeout');
  if (CERTIFICATE.test(code)) return new Refusal('channel.provider_certificate');
  return new Refusal(otherwise);
}
