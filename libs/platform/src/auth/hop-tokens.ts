import { hash, type KeyObject } from 'node:crypto';
import {
  Refusal,
  type GroupClaims,
  type HopClaims,
  type Principal,
  type Release,
  type ServiceName,
} from '@qiongtong/contracts';
import { Strategy } from 'passport-jwt';
import type { Clock } from '../clock';
import { randomHex } from '../random';
import { HopKeys } from './hop-keys';
import { ShownOnce } from './shown-once';

export const HOP_SECONDS = 10;
export const HOP_SKEW_SECONDS = 5;
const MAX_BYTES = 64 * 1024;

/** What a token is shown for. */
export type HopCall = Readonly<{ method: string; /** Path and query, exactly as sent. */ target: string }>;
type Shown = HopCall & Readonly<{ token: string }>;

/** Issues and checks the tokens by which one service believes another: one pair, one method, one target, ten seconds. */
export class HopTokens {
  private readonly keys: HopKeys;
  private readonly headers = new Map<string, string>();
  private readonly strategy: Strategy;
  private readonly shown = new ShownOnce(HOP_SECONDS + HOP_SKEW_SECONDS);

  constructor(
    dir: string,
    readonly self: ServiceName,
    private readonly clock: Clock,
  ) {
    this.keys = new HopKeys(dir, self);
    this.strategy = new Strategy(
      {
        jwtFromRequest: (shown: unknown) => (shown as Shown).token,
        secretOrKeyProvider: (_shown: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) =>
          done(null, this.keyOf(token)),
        algorithms: ['HS256'],
        audience: self,
        passReqToCallback: true,
        // Expiry is judged by the injected clock, in `fits`.
        ignoreExpiration: true,
      } as unknown as ConstructorParameters<typeof Strategy>[0],
      (shown: unknown, claims: HopClaims, done: (error: unknown, claims?: HopClaims | false) => void) =>
        done(null, this.fits(claims, shown as Shown) ? claims : false),
    );
  }

  issue(to: ServiceName, method: string, target: string, principal: Principal, release?: Release): string {
    const claims: HopClaims = { ...this.claims(to, method, target), principal, ...(release ? { release } : {}) };
    return this.signed(to, claims);
  }

  /** For one call with this very body, in which the decisions stand. */
  issueForBody(to: ServiceName, method: string, target: string, body: string): string {
    const claims: GroupClaims = { ...this.claims(to, method, target), body: hash('sha256', body, 'hex') };
    return this.signed(to, claims);
  }

  private claims(aud: ServiceName, method: string, target: string): Omit<HopClaims, 'principal'> {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    return { iss: this.self, aud, iat, exp: iat + HOP_SECONDS, jti: randomHex(12), method, target };
  }

  private signed(to: ServiceName, claims: object): string {
    const { kid, hmac } = this.keys.signing(to);
    const input = `${this.headerOf(kid)}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${input}.${hmac.of(input).toString('base64url')}`;
  }

  /** Throws `hop.invalid` unless this very call was meant, by a service that holds a key with us, and is made once. */
  async verify(token: string | undefined, call: HopCall): Promise<HopClaims> {
    if (!token || token.length > MAX_BYTES) throw new Refusal('hop.invalid');
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new Refusal('hop.invalid'));
      const attempt = Object.assign(Object.create(this.strategy) as Strategy, {
        success: (claims: unknown) => resolve(claims as HopClaims),
        fail: refuse,
        error: refuse,
      });
      try {
        attempt.authenticate({ token, ...call } as unknown as Parameters<Strategy['authenticate']>[0]);
      } catch {
        refuse();
      }
    });
  }

  /** A key for another purpose that both of the pair, their replicas and their restarts share. */
  derivedKey(purpose: string, peer: ServiceName): Buffer {
    return this.keys.derived(purpose, peer)[0]!;
  }

  /** The same with the keys that are still accepted, the current one first. */
  derivedKeys(purpose: string, peer: ServiceName): readonly Buffer[] {
    return this.keys.derived(purpose, peer);
  }

  private headerOf(kid: string): string {
    let header = this.headers.get(kid);
    if (!header) {
      header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid })).toString('base64url');
      this.headers.set(kid, header);
    }
    return header;
  }

  /** The key of the pair that the token says it is from: a key of another pair cannot have signed it. */
  private keyOf(token: string): KeyObject {
    const [header, payload] = token
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown);
    const { kid } = header as { kid?: unknown };
    const { iss } = payload as { iss?: unknown };
    if (typeof kid !== 'string' || typeof iss !== 'string' || !/^[a-z-]{1,40}$/.test(iss) || iss === this.self)
      throw new Refusal('hop.invalid');
    const key = this.keys.verifying(iss as ServiceName, kid);
    if (!key) throw new Refusal('hop.invalid');
    return key.secret;
  }

  private fits(claims: HopClaims, call: HopCall): boolean {
    const now = this.clock.now().getTime() / 1000;
    const { iat, exp } = claims;
    return (
      typeof claims.jti === 'string' &&
      claims.aud === this.self &&
      Number.isInteger(iat) &&
      Number.isInteger(exp) &&
      exp - iat <= HOP_SECONDS &&
      exp > now &&
      iat <= now + HOP_SKEW_SECONDS &&
      claims.method === call.method &&
      claims.target === call.target &&
      typeof claims.principal === 'object' &&
      claims.principal !== null &&
      // A copy opens nothing: what else a call says, its body too, is not in the token.
      this.shown.isFirst(claims.jti, now)
    );
  }
}
