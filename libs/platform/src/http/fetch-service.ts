import { HOP_HEADER, Refusal, type Principal, type Release, type ServiceName } from '@qiongtong/contracts';
import { Agent, request as send, type Dispatcher } from 'undici';
import type { HopTokens } from '../auth/hop-tokens';
import { currentTraceparent } from '../telemetry/trace';
import { inSpan, SpanKind } from '../telemetry/tracing';

/** Keep-alive connections to the other services, shared by everything in this process. */
const agent = new Agent({ connections: 32, headersTimeout: 30_000, bodyTimeout: 30_000 });

export type ServiceCall = Readonly<{
  /** Where the service is, e.g. `http://127.0.0.1:3001`. */
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  target: string;
  /** On whose behalf. */
  principal: Principal;
  release?: Release;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  dispatcher?: Dispatcher;
}>;
export type ServiceAnswer = Readonly<{
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Dispatcher.ResponseData['body'];
}>;

/** Calls another service under a hop token. A service that is not there is `service.unavailable`; any answer is returned. */
export function fetchService(hops: HopTokens, to: ServiceName, call: ServiceCall): Promise<ServiceAnswer> {
  const { method = 'GET' } = call;
  const doing = { kind: SpanKind.CLIENT, name: `${method} ${to}`, attributes: { 'peer.service': to } };
  return inSpan(doing, () => fetched(hops, to, call));
}

async function fetched(hops: HopTokens, to: ServiceName, call: ServiceCall): Promise<ServiceAnswer> {
  const { method = 'GET', target, principal, release, body } = call;
  const answer = await send(call.url.replace(/\/$/, '') + target, {
    method,
    headers: {
      accept: 'application/json',
      ...call.headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      traceparent: currentTraceparent(),
      [HOP_HEADER]: hops.issue(to, method, target, principal, release),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    dispatcher: call.dispatcher ?? agent,
  }).catch(() => {
    throw new Refusal('service.unavailable', { about: [to] });
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}
