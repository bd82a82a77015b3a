import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Drain, listen, Scheduler } from '@qiongtong/platform';
import { FEED_CHANNEL } from '../batches/apply-rows';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Subscription } from './domain/subscription';
import { NotOurs } from './feed-record';
import { FeedTurn } from './feed-turn';
import { SubscriptionStore } from './subscription.store';

/** Without a word from the database; retries become due by it. */
const LOOK_EVERY_MS = 500;
/** Many changes of the policy come at once. */
const SETTLED_MS = 250;
const AGAIN_AFTER_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;
const FORGET_AT_ONCE = 1_000;
const DAY_MS = 24 * 3_600_000;

/** Sends feeds as soon as a batch is committed, of which each replica takes its share. */
@Injectable()
export class Feeds implements OnApplicationBootstrap {
  private readonly log = new Logger('feeds');
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private woken = false;
  private rouse: () => void = () => undefined;
  private changed: NodeJS.Timeout | undefined;
  private working: Promise<unknown> | undefined;

  constructor(
    private readonly store: SubscriptionStore,
    private readonly turn: FeedTurn,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
    drain: Drain,
  ) {
    scheduler.every('batches of feeds kept', FORGET_EVERY_MS, (now) => this.forget(now));
    policy.onChange(() => this.permitsChanged());
    drain.add('feeds', 'work', () => this.end());
  }

  /** Of one department at the same time: receivers that never answer are slow for their own alone. */
  private get share(): number {
    return Math.max(1, Math.floor(this.config.FEED_WORKERS / 2));
  }

  onApplicationBootstrap(): void {
    const wake = () => this.wake();
    const { DATABASE_URL: databaseUrl } = this.config;
    const listening = { databaseUrl, name: 'exchange-feeds', channel: FEED_CHANNEL, heard: wake, begun: wake };
    this.working = Promise.all([this.look(), listen(listening, this.stop.signal)]);
  }

  /** Something may be there to send. */
  wake(): void {
    this.woken = true;
    this.rouse();
  }

  private permitsChanged(): void {
    this.changed ??= setTimeout(() => {
      this.changed = undefined;
      if (this.stop.signal.aborted) return;
      this.store.lookAtHeld(this.clock.now()).then(
        () => this.wake(),
        (error: Error) => this.log.warn(`held feeds wait for their time: ${error.message}`),
      );
    }, SETTLED_MS).unref();
  }

  private async end(): Promise<void> {
    clearTimeout(this.changed);
    this.stop.abort();
    this.wake();
    await this.working;
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      this.woken = false;
      await this.take().catch((error: Error) => this.log.warn(`feeds could not be looked for: ${error.message}`));
      if (!this.woken) await this.rest(LOOK_EVERY_MS);
    }
  }

  private async take(): Promise<void> {
    while (
      this.running.size < this.config.FEED_WORKERS &&
      !this.stop.signal.aborted &&
      this.policy.freshness() === 'fresh'
    ) {
      const feed = await this.store.claim(this.config.FEED_LEASE_MS, this.share, this.clock.now());
      if (!feed) return;
      const running = this.one(feed).finally(() => {
        this.running.delete(running);
        this.wake();
      });
      this.running.add(running);
    }
  }

  /** Never rejects: what went wrong is tried again, here or elsewhere. */
  private async one(feed: Subscription): Promise<void> {
    try {
      await this.store.handBack(feed, await this.turn.run(feed, this.stop.signal));
    } catch (error) {
      const lost = error instanceof NotOurs;
      if (!lost) this.log.warn(`feed ${feed.id}: ${(error as Error).message}`);
      const after = new Date(this.clock.now().getTime() + (lost ? 0 : AGAIN_AFTER_MS));
      await this.store.handBack(feed, after).catch(() => this.log.warn(`feed ${feed.id} is left to its lease`));
    }
  }

  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Batches that were put on record longer ago than changes are kept can be rewound to no more. */
  private async forget(now: Date): Promise<void> {
    const before = new Date(now.getTime() - this.config.CHANGES_KEPT_DAYS * DAY_MS);
    while ((await this.store.forgetBefore(before, FORGET_AT_ONCE)) === FORGET_AT_ONCE);
  }
}
