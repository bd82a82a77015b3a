import type { SpanContext } from '@opentelemetry/api';
import { randomHex } from '../random';
import { requestContext, type RequestContext } from '../request-context';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What a `traceparent` (W3C Trace Context) names; null where it is absent or none. */
export function parentOf(traceparent: string | undefined): SpanContext | null {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (match === null || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return null;
  return { traceId: match[1]!, spanId: match[2]!, traceFlags: Number.parseInt(match[3]!, 16), isRemote: true };
}

export const traceparentOf = (traceId: string, spanId: string, flags: number): string =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;

/** The context of one request or message: its caller's trace continued, or a new one. */
export function traceOf(traceparent: string | undefined): RequestContext {
  const parent = parentOf(traceparent);
  const fresh = randomHex(24);
  const traceId = parent?.traceId ?? fresh.slice(0, 32);
  return { traceId, traceparent: traceparentOf(traceId, fresh.slice(32), parent?.traceFlags ?? 1) };
}

/** The `traceparent` header to send on behalf of what is being handled. */
export const currentTraceparent = (): string =>
  requestContext.getStore()?.traceparent ?? traceOf(undefined).traceparent;
