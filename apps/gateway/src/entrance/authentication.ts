import { Injectable } from '@nestjs/common';
import { ACCESS_UNAUTHENTICATED, Refusal, type Principal } from '@qiongtong/contracts';
import { AccessTokens, Clock, Drain, type AccessToken } from '@qiongtong/platform';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Connection } from '../reads/domain/named-use';
import { AccessLog } from '../records/access-log';

const COUNT_EVERY_MS = 10_000;
const ADDRESSES_COUNTED = 1_000;

/** Turns a bearer token into a principal: identity from the token, everything else from the projections. */
@Injectable()
export class Authentication {
  private readonly failures: RateLimiterMemory;
  private refused = new Map<string, number>();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly log: AccessLog,
    private readonly config: GatewayConfig,
    drain: Drain,
  ) {
    this.failures = new RateLimiterMemory({ points: config.UNAUTHENTICATED_PER_MINUTE, duration: 60 });
    const timer = setInterval(() => this.recordCounts(), COUNT_EVERY_MS);
    timer.unref();
    drain.add('unauthenticated counts', 'work', async () => {
      clearInterval(timer);
      this.recordCounts();
    });
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
    if (!principal) throw new Refusal('access.caller_unknown');
    return principal;
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
    if (this.refused.size < ADDRESSES_COUNTED || this.refused.has(address))
      this.refused.set(address, (this.refused.get(address) ?? 0) + 1);
    else this.refused.set('others', (this.refused.get('others') ?? 0) + 1);
    try {
      await this.failures.consume(address);
    } catch (spent) {
      const wait = (spent as { msBeforeNext?: number }).msBeforeNext ?? 60_000;
      throw new Refusal('request.too_many', { retryAfterSeconds: Math.ceil(wait / 1000) });
    }
  }

  private recordCounts(): void {
    if (this.refused.size === 0) return;
    const counts = Object.fromEntries(this.refused);
    this.refused = new Map();
    this.log.counted(ACCESS_UNAUTHENTICATED, { counts });
  }
}

function bearerOf(authorization: string | undefined): string {
  const match = /^Bearer ([^\s]+)$/i.exec(authorization ?? '');
  if (!match) throw new Refusal('token.missing');
  return match[1]!;
}
