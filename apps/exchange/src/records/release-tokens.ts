import { hash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  MOST_IN_A_GROUP,
  Refusal,
  type GroupClaims,
  type GroupedRead,
  type HopClaims,
  type Release,
} from '@qiongtong/contracts';
import { Clock, HOP_SECONDS, HOP_SKEW_SECONDS, HopKeys, ShownOnce, type HmacSha256 } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';

const MAX_BYTES = 64 * 1024;
const GATEWAY = 'gateway';
/** Headers can be written in many ways; only so many are remembered. */
const MOST_HEADERS = 16;

/**
 * Checks the gateway's release tokens on the busiest route: the rules of `HopTokens`, without the general JWT machinery
 * that took a third of a keyed read (`docs/decisions/0022-the-keyed-read.md`). A test holds the two equal.
 */
@Injectable()
export class ReleaseTokens {
  private readonly keys: HopKeys;
  /** One token, one read: a copy of it that is shown again here is refused. */
  private readonly shown = new ShownOnce(HOP_SECONDS + HOP_SKEW_SECONDS);
  /** Ids of keys by the token's encoded header, which is the same in every token of a key. */
  private readonly kids = new Map<string, string | null>();

  constructor(
    config: ExchangeConfig,
    private readonly clock: Clock,
  ) {
    this.keys = new HopKeys(config.HOP_KEYS_DIR, 'exchange');
  }

  /** The decision this very call may carry out; refuses `hop.invalid` otherwise. */
  check(token: unknown, method: string, target: string): Release {
    const claims = this.claimsOf(token);
    if (
      claims?.release &&
      typeof claims.principal === 'object' &&
      claims.principal !== null &&
      this.isFor(claims, method, target)
    )
      return claims.release;
    throw new Refusal('hop.invalid');
  }

  /** The reads of this very call; their decisions stand in the body that the token was made for. */
  checkGroup(token: unknown, method: string, target: string, body: Buffer): readonly GroupedRead[] {
    const claims = this.claimsOf(token) as Partial<GroupClaims> | null;
    const isMeant = claims?.body === hash('sha256', body, 'hex') && this.isFor(claims, method, target);
    const reads = isMeant ? (JSON.parse(body.toString('utf8')) as readonly GroupedRead[]) : [];
    if (reads.length > 0 && reads.length <= MOST_IN_A_GROUP) return reads;
    throw new Refusal('hop.invalid');
  }

  private isFor(claims: Partial<HopClaims>, method: string, target: string): boolean {
    const now = this.clock.now().getTime() / 1000;
    const { iat, exp } = claims;
    return (
      claims.iss === GATEWAY &&
      claims.aud === 'exchange' &&
      claims.method === method &&
      claims.target === target &&
      typeof claims.jti === 'string' &&
      Number.isInteger(iat) &&
      Number.isInteger(exp) &&
      exp! - iat! <= HOP_SECONDS &&
      exp! > now &&
      iat! <= now + HOP_SKEW_SECONDS &&
      this.shown.isFirst(claims.jti, now)
    );
  }

  private claimsOf(token: unknown): Partial<HopClaims> | null {
    if (typeof token !== 'string' || token.length > MAX_BYTES) return null;
    const endOfHeader = token.indexOf('.');
    const endOfPayload = token.indexOf('.', endOfHeader + 1);
    if (endOfHeader < 1 || endOfPayload < 0) return null;
    const hmac = this.hmacOf(token.slice(0, endOfHeader));
    if (!hmac) return null;
    // As text: one signature has one spelling.
    const shown = Buffer.from(token.slice(endOfPayload + 1));
    const signed = Buffer.from(hmac.of(token.slice(0, endOfPayload)).toString('base64url'));
    if (shown.length !== signed.length || !timingSafeEqual(shown, signed)) return null;
    try {
      return JSON.parse(
        Buffer.from(token.slice(endOfHeader + 1, endOfPayload), 'base64url').toString('utf8'),
      ) as Partial<HopClaims>;
    } catch {
      return null;
    }
  }

  private hmacOf(header: string): HmacSha256 | undefined {
    let kid = this.kids.get(header);
    if (kid === undefined) {
      kid = kidOf(header);
      if (this.kids.size >= MOST_HEADERS) this.kids.clear();
      this.kids.set(header, kid);
    }
    // Asked each time: a key that was withdrawn is no key.
    return kid === null ? undefined : this.keys.verifying(GATEWAY, kid)?.hmac;
  }
}

/** The key's id from a header that says HS256. */
function kidOf(header: string): string | null {
  try {
    const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as {
      alg?: unknown;
      kid?: unknown;
    };
    return alg === 'HS256' && typeof kid === 'string' ? kid : null;
  } catch {
    return null;
  }
}
