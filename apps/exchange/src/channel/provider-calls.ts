import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Refusal, type RefusalCode, type Release } from '@qiongtong/contracts';
import { OutboundRefused, type OutboundAnswer } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import type { Endpoint } from '../endpoints/domain/endpoint';
import { Nodes } from '../endpoints/nodes';
import { announcedDigest } from '../ingest/content-digest';
import { ChannelKey } from './channel-key';
import { QUERY_PATH, type ProviderQuery } from './domain/provider-query';

const TYPES = { page: 'application/json', lines: 'application/x-ndjson' } as const;
type Form = keyof typeof TYPES;
/** Bytes that may come, and milliseconds that may be waited for them all in all. */
type Bounds = Readonly<{ bytes: number; ms: number }>;

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

  /** Ends without an error only when the whole answer came and has the digest that it states. */
  private async *answer(
    endpoint: Endpoint,
    release: Release,
    query: ProviderQuery,
    form: Form,
    bounds: Bounds,
  ): AsyncGenerator<Buffer> {
    const body = JSON.stringify(query);
    const headers = {
      'content-type': 'application/json',
      accept: TYPES[form],
      'accept-encoding': 'identity',
      authorization: `Bearer ${this.key.token(endpoint.providerId, release, body)}`,
    };
    const asked = await this.nodes
      .post(new URL(endpoint.url + QUERY_PATH), { headers, body })
      .catch((error: unknown) => {
        throw refusalOf(error, 'channel.provider_unreachable');
      });
    try {
      checkHead(asked, form);
      yield* checkedBytes(asked, bounds);
    } finally {
      // Whoever stops reading ends the call.
      asked.body.on('error', () => undefined).destroy();
    }
  }
}

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
