import { randomHex } from '../random';
import { requestContext, type RequestContext } from '../request-context';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The context of one request or message: its caller's trace (W3C Trace Context) continued, or a new one. */
export function traceOf(traceparent: string | undefined): RequestContext {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  const fresh = randomHex(24);
  const continued = match !== null && !/^0+$/.test(match[1]!) && !/^0+$/.test(match[2]!);
  const traceId = continued ? match[1]! : fresh.slice(0, 32);
  return { traceId, traceparent: `00-${traceId}-${fresh.slice(32)}-${continued ? match[3] : '01'}` };
}

/** The `traceparent` header to send on behalf of what is being handled. */
export const currentTraceparent = (): string =>
  requestContext.getStore()?.traceparent ?? traceOf(undefined).traceparent;
