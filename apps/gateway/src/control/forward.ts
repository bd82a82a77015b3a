import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { HOP_HEADER, Refusal, type Principal, type Release, type ServiceName } from '@qiongtong/contracts';
import { currentTraceparent, Drain, HopTokens } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Agent, request as send } from 'undici';
import { GatewayConfig } from '../config';

const SENT = [
  'accept',
  'accept-language',
  'content-type',
  'content-length',
  'content-encoding',
  'content-digest',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const;
const RETURNED = [
  'content-type',
  'content-length',
  'content-encoding',
  'content-disposition',
  'etag',
  'location',
  'retry-after',
  'idempotency-replayed',
  'cache-control',
  // Of the one page that a service shows.
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
] as const;
const CONTROL_BODY_BYTES = 1024 * 1024;

type Passed = Readonly<{
  release?: Release;
  /** The body, where it had to be read to decide; otherwise it is passed on as it comes. */
  read?: Buffer;
  /** The body may be larger than a page. */
  streams?: boolean;
}>;

/** Passes a request on to a service, streamed both ways, under a hop token; only known headers cross. */
@Injectable()
export class Forward {
  private readonly agent: Agent;
  private readonly urls: Partial<Record<ServiceName, string>>;

  constructor(
    private readonly hops: HopTokens,
    private readonly config: GatewayConfig,
    drain: Drain,
  ) {
    this.agent = new Agent({
      connections: 64,
      headersTimeout: 10 * config.UPSTREAM_TIMEOUT_MS,
      bodyTimeout: config.UPSTREAM_TIMEOUT_MS,
    });
    this.urls = {
      authorisation: config.AUTHORISATION_URL,
      catalogue: config.CATALOGUE_URL,
      exchange: config.EXCHANGE_URL,
      audit: config.AUDIT_URL,
    };
    drain.add('service connections', 'connections', () => this.agent.close());
  }

  /**
   * @param principal null for the few public routes, which carry no hop token
   */
  async to(
    service: ServiceName,
    request: FastifyRequest,
    reply: FastifyReply,
    principal: Principal | null,
    { release, read, streams = false }: Passed = {},
  ): Promise<void> {
    const target = request.raw.url!;
    const headers: Record<string, string> = { traceparent: currentTraceparent() };
    for (const name of SENT) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    if (principal) headers[HOP_HEADER] = this.hops.issue(service, request.method, target, principal, release);
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    if (hasBody && !release && !streams && Number(headers['content-length'] ?? 0) > CONTROL_BODY_BYTES)
      throw new Refusal('request.too_large');
    const answer = await send(this.urls[service] + target, {
      method: request.method as 'GET' | 'POST',
      headers,
      body: hasBody ? (read ?? request.raw) : undefined,
      dispatcher: this.agent,
    }).catch((error: Error) => {
      throw request.raw.destroyed && !request.raw.complete
        ? error
        : new Refusal('service.unavailable', { about: [service] });
    });
    reply.hijack();
    const returned: Record<string, string | string[]> = {};
    for (const name of RETURNED) if (answer.headers[name] !== undefined) returned[name] = answer.headers[name];
    reply.raw.writeHead(answer.statusCode, returned);
    // A caller that leaves ends the upstream too; there is nobody left to tell.
    await pipeline(answer.body, reply.raw).catch(() => reply.raw.destroy());
  }
}
