const LONGEST_LOCATION = 2_048;
const SHORTEST_WAIT_S = 1;
const USUAL_WAIT_S = 5;
const LONGEST_WAIT_S = 60;

/**
 * Where a provider says that its answer will be, against the address that it was asked at; null unless that is below its
 * own endpoint, on the same node, scheme and port. A redirect by another name would be one all the same.
 *
 * @param endpoint base address as it was registered, without a slash at its end
 */
export function pollAt(endpoint: string, location: string): URL | null {
  if (location.length === 0 || location.length > LONGEST_LOCATION) return null;
  const base = new URL(`${endpoint}/`);
  // RFC 3986, 5.2: relative to the address of the call, `<endpoint>/v1/records:query`.
  const called = new URL('v1/records:query', base);
  if (!URL.canParse(location, called.href)) return null;
  const at = new URL(location, called);
  const below = at.origin === base.origin && at.pathname.startsWith(base.pathname);
  return below && at.username === '' && at.password === '' && at.hash === '' ? at : null;
}

/** Milliseconds until the next look, by `Retry-After` in seconds; a date, or a wish beyond the bounds, is not followed. */
export function pollWait(retryAfter: string | string[] | undefined): number {
  const asked = typeof retryAfter === 'string' && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : USUAL_WAIT_S;
  return Math.min(Math.max(asked, SHORTEST_WAIT_S), LONGEST_WAIT_S) * 1000;
}
