import { hash } from 'node:crypto';
import { Refusal } from '@qiongtong/contracts';
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock';

/** Who a verified access token speaks for. Identity only: what they may do comes from the projections. */
export type AccessToken = Readonly<{
  /** A client that speaks for itself is a system; otherwise a person is bound in the token. */
  kind: 'officer' | 'system';
  /** officerId or systemId. */
  sub: string;
  clientId: string;
  jti: string;
  /** The person's session at the issuer, null when the token names none. */
  sid: string | null;
  issuer: string;
  /** Seconds since 1970. */
  issuedAt: number;
  expiresAt: number;
  /** `cnf.x5t#S256`: the certificate the token is bound to (RFC 8705), null when it is bound to none. */
  certificate: string | null;
}>;

export type AccessTokenOptions = Readonly<{
  issuer: string;
  /** Where its discovery document is, if not below the issuer itself; the document must name the issuer all the same. */
  discoveryUrl?: string;
  audience: string;
  clock: Clock;
  /** Verified tokens remembered. */
  cacheSize?: number;
}>;

const ALGORITHMS = ['ES256', 'EdDSA', 'PS256'];
const MAX_BYTES = 8 * 1024;
const MAX_SKEW_SECONDS = 30;
/** However long a token lives, its signature is checked again by then: a key that was withdrawn does not live on here. */
const REMEMBERED_SECONDS = 300;
const FETCH_TIMEOUT_MS = 5_000;

/**
 * Verifies RFC 9068 access tokens. Keys come only from the configured issuer's own discovery document, whatever a
 * token's header names. Refuses with `token.expired`, `token.invalid`, or `service.unavailable` while the issuer's keys cannot be had.
 */
export class AccessTokens {
  private readonly verified = new Map<string, { token: AccessToken; forgetAt: number }>();
  private keys: Promise<JWTVerifyGetKey> | undefined;
  private readonly cacheSize: number;

  constructor(private readonly options: AccessTokenOptions) {
    this.cacheSize = options.cacheSize ?? 10_000;
  }

  async verify(bearer: string): Promise<AccessToken> {
    if (bearer.length > MAX_BYTES) throw new Refusal('token.invalid');
    const digest = hash('sha256', bearer, 'base64');
    const now = this.options.clock.now();
    const seconds = now.getTime() / 1000;
    const known = this.verified.get(digest);
    if (known) {
      if (known.token.expiresAt <= seconds) {
        this.verified.delete(digest);
        throw new Refusal('token.expired');
      }
      if (known.forgetAt > seconds) {
        // The map's order is that of last use.
        this.verified.delete(digest);
        this.verified.set(digest, known);
        return known.token;
      }
    }
    const token = await this.check(bearer, now);
    this.verified.delete(digest);
    this.verified.set(digest, { token, forgetAt: seconds + REMEMBERED_SECONDS });
    if (this.verified.size > this.cacheSize) this.verified.delete(this.verified.keys().next().value!);
    return token;
  }

  /** How many verified tokens are remembered. */
  get remembered(): number {
    return this.verified.size;
  }

  private async check(bearer: string, now: Date): Promise<AccessToken> {
    const { issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(bearer, await this.keySet(), {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
        currentDate: now,
      });
      return tokenOf(payload, now);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private keySet(): Promise<JWTVerifyGetKey> {
    this.keys ??= this.discover().catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }

  private async discover(): Promise<JWTVerifyGetKey> {
    const { issuer } = this.options;
    const address = this.options.discoveryUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    let document: { issuer?: unknown; jwks_uri?: unknown };
    try {
      const answer = await fetchTwice(address, {
        redirect: 'error',
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      });
      if (!answer.ok) throw new KeysUnavailable();
      document = (await answer.json()) as typeof document;
    } catch {
      throw new KeysUnavailable();
    }
    if (document.issuer !== issuer || typeof document.jwks_uri !== 'string') throw new KeysUnavailable();
    const keys = createRemoteJWKSet(new URL(document.jwks_uri), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: 5_000,
      cacheMaxAge: 600_000,
      [customFetch]: fetchTwice,
    });
    return async (header, token) => {
      try {
        // Only algorithm and key id choose the key; a key or an address inside the token is never looked at.
        return await keys({ alg: header.alg, kid: header.kid }, token);
      } catch (error) {
        throw error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
          ? error
          : new KeysUnavailable();
      }
    };
  }
}

/** A kept connection may have been closed by an issuer that restarted; the second attempt makes a new one. */
const fetchTwice: typeof fetch = (address, init) => fetch(address, init).catch(() => fetch(address, init));

class KeysUnavailable extends Error {}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof KeysUnavailable) return new Refusal('service.unavailable', { retryAfterSeconds: 5 });
  return new Refusal(error instanceof errors.JWTExpired ? 'token.expired' : 'token.invalid');
}

function tokenOf(payload: JWTPayload, now: Date): AccessToken {
  const { sub, client_id: clientId, jti, sid, iss, iat, exp, cnf } = payload;
  // A session that cannot be read could not be stopped either.
  const claims = [sub, clientId, jti, ...(sid === undefined ? [] : [sid])];
  const named = claims.every((claim) => typeof claim === 'string' && claim.length > 0 && claim.length <= 200);
  if (!named || iat! > now.getTime() / 1000 + MAX_SKEW_SECONDS) throw new Refusal('token.invalid');
  const thumbprint = (cnf as { 'x5t#S256'?: unknown } | undefined)?.['x5t#S256'];
  return {
    kind: sub === clientId ? 'system' : 'officer',
    sub: sub!,
    clientId: clientId as string,
    jti: jti!,
    sid: (sid as string | undefined) ?? null,
    issuer: iss!,
    issuedAt: iat!,
    expiresAt: exp!,
    certificate: typeof thumbprint === 'string' ? thumbprint : null,
  };
}
