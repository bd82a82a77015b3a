import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { PermittedUse } from './uses';

/** Requests a minute that a grant allows each system. One replica counts in memory. */
@Injectable()
export class GrantLimits {
  private readonly limiters = new Map<number, RateLimiterMemory>();

  async take({ decision, use }: PermittedUse): Promise<void> {
    const points = decision.obligations.limits.requestsPerMinute;
    if (points === undefined || decision.grantId === null) return;
    const limiter =
      this.limiters.get(points) ?? new RateLimiterMemory({ points, duration: 60, keyPrefix: `grant-${points}` });
    this.limiters.set(points, limiter);
    try {
      await limiter.consume(`${decision.grantId}|${use.systemId ?? use.officerId}`);
    } catch (spent) {
      const wait = (spent as { msBeforeNext?: number }).msBeforeNext ?? 60_000;
      throw new Refusal('request.too_many', { about: [decision.grantId], retryAfterSeconds: Math.ceil(wait / 1000) });
    }
  }
}
