import { Injectable } from '@nestjs/common';
import { ACCESS_UNAUTHENTICATED, Refusal, type Principal } from '@qiongtong/contracts';
import { AccessTokens, Clock, Drain, type AccessToken } from '@qiongtong/platform';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Connection } from '../reads/domain/named-use';
import { AccessLog } from '../records/access-log';
import { RefusalCounts } from '../records/refusal-counts';

/** Turns a bearer token into a principal: identity from the token, everything else from the projections. */
@Injectable()
export class Authentication {
  private readonly failures: RateLimiterMemory;
  private readonly refused: RefusalCounts;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    log: AccessLog,
    private readonly config: GatewayConfig,
    drain: Drain,
  ) {
    this.failures = new RateLimiterMemory({ points: config.UNAUTHENTICATED_PER_MINUTE, duration: 60 });
    this.refused = new RefusalCounts(ACCESS_UNAUTHENTICATED, log, drain);
  }

  async principal(authorization: string | undefined, connection: Connection): Promise<Principal> {
    let token;
    try {
      token = await this.tokens.verify(bearerOf(authorization));
      this.checkBinding(token, connection);
    } catch (error) {
      await this.countFailure(connection.address ?? 'unknown');
      throw error;
    }
    // Identity is only as good as the registration it resolves to: an unknown or departed one is nobody. [R14.6]
    const principal = this.policy.index.principalOf(token, this.clock.now());
    if (principal) return principal;
    // Of a gateway that has only begun to read the policy, or reads it no more, nobody is unknown for certain.
    if (this.policy.freshness() !== 'fresh') throw new Refusal('access.policy_stale', { retryAfterSeconds: 5 });
    throw new Refusal('access.caller_unknown');
  }

  /**
   * A token that is bound to a certificate is worth nothing on another connection (RFC 8705); in production a system's
   * token that is bound to none is worth nothing anywhere. [R13.1]
   */
  private checkBinding({ certificate, sub, clientId }: AccessToken, connection: Connection): void {
    const unbound = certificate === null && sub === clientId && this.config.MODE === 'production';
    if (unbound || (certificate !== null && certificate !== connection.certificate)) throw new Refusal('token.invalid');
  }

  private async countFailure(address: string): Promise<void> {
    this.refused.add(address);
    try {
      await this.failures.consume(address);
    } catch (spent) {
      const wait = (spent as { msBeforeNext?: number }).msBeforeNext ?? 60_000;
      throw new Refusal('request.too_many', { retryAfterSeconds: Math.ceil(wait / 1000) });
    }
  }
}

function bearerOf(authorization: string | undefined): string {
  const match = /^Bearer ([^\s]+)$/i.exec(authorization ?? '');
  if (!match) throw new Refusal('token.missing');
  return match[1]!;
}
