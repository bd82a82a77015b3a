import { Injectable, Logger } from '@nestjs/common';
import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import { Drain } from '@qiongtong/platform';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { GatewayConfig } from '../config';

export type Limit = Readonly<{
  /** What is counted, e.g. `grant`; part of the key in the store. */
  kind: string;
  points: number;
  seconds: number;
  /** How its refusal is called. */
  refusal: RefusalCode;
}>;

const RETRY_AFTER_SECONDS = 5;

/**
 * Limits of use, counted by all replicas together in Redis or Valkey, or in memory by one. While the store cannot be
 * reached a limited use is refused with 503: a limit that nobody counts is none (`docs/decisions/0151-shared-limits.md`).
 */
@Injectable()
export class Limits {
  private readonly log = new Logger(Limits.name);
  private readonly limiters = new Map<string, RateLimiterAbstract>();
  private readonly store: Redis | null;
  private isAway = false;

  constructor({ LIMITS_REDIS_URL, LIMITS_TIMEOUT_MS }: GatewayConfig, drain: Drain) {
    this.store = LIMITS_REDIS_URL === undefined ? null : this.connect(LIMITS_REDIS_URL, LIMITS_TIMEOUT_MS);
    drain.add('limits', 'connections', async () => this.store?.disconnect());
  }

  /** Takes one of the limit's points for the key; refuses when none is left, or when they cannot be counted. */
  async take(limit: Limit, key: string, about?: readonly string[]): Promise<void> {
    try {
      await this.limiterOf(limit).consume(key);
    } catch (spent) {
      if (!(spent instanceof RateLimiterRes))
        throw new Refusal('access.limits_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS });
      throw new Refusal(limit.refusal, { about, retryAfterSeconds: Math.max(1, Math.ceil(spent.msBeforeNext / 1000)) });
    }
  }

  private limiterOf({ kind, points, seconds }: Limit): RateLimiterAbstract {
    const name = `${kind}-${points}`;
    let limiter = this.limiters.get(name);
    if (!limiter) {
      const options = { points, duration: seconds, keyPrefix: `qiongtong:limits:${name}` };
      limiter = this.store
        ? new RateLimiterRedis({ ...options, storeClient: this.store, rejectIfRedisNotReady: true })
        : new RateLimiterMemory(options);
      this.limiters.set(name, limiter);
    }
    return limiter;
  }

  private connect(url: string, timeoutMs: number): Redis {
    const store = new Redis(url, {
      commandTimeout: timeoutMs,
      connectTimeout: timeoutMs,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
    });
    store.on('error', (error: Error) => {
      if (!this.isAway) this.log.error(`the store of the limits is away: ${error.message}`);
      this.isAway = true;
    });
    store.on('ready', () => {
      this.isAway = false;
    });
    return store;
  }
}
