import { AsyncLocalStorage } from 'node:async_hooks';
import type { Tracing } from './telemetry/tracing';

/** What is known of the request or message being handled, wherever code runs on its behalf. */
export type RequestContext = {
  traceId: string;
  traceparent: string;
  /** Where spans are made of what is done. */
  tracing?: Tracing;
  /** Set for a POST that carries an Idempotency-Key; the first unit of work of the request claims it. */
  idempotency?: IdempotencyClaim;
};

export type IdempotencyClaim = {
  /** Whose key it is: the caller's id. */
  caller: string;
  key: string;
  /** `POST /v1/…` */
  operation: string;
  /** SHA-256 of the body, hex. */
  digest: string;
  claimed: boolean;
  /** SHA-256 of a streamed body, hex: of one sent without `Content-Digest`, once it was read. */
  bodyDigest?: string;
};

export const requestContext = new AsyncLocalStorage<RequestContext>();
