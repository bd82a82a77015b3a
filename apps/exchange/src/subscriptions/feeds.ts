import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Drain, listen, Scheduler, NotOurs, Workers } from '@qiongtong/platform';
import { FEED_CHANNEL } from '../batches/apply-rows';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Subscription } from './domain/subscription';
import { FeedTurn } from './feed-turn';
import { SubscriptionStore } from './subscription.store';

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
  private readonly workers: Workers<Subscription>;
  private changed: NodeJS.Timeout | undefined;
  private listening: Promise<void> | undefined;

  constructor(
    private readonly store: SubscriptionStore,
    private readonly turn: FeedTurn,
    policy: LivePolicy,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
    drain: Drain,
  ) {
    // Of one department at the same time: receivers that never answer are slow for their own alone.
    const share = Math.max(1, Math.floor(config.FEED_WORKERS / 2));
    this.workers = new Workers({
      most: config.FEED_WORKERS,
      mayTake: () => policy.freshness() === 'fresh',
      claim: () => store.claim(config.FEED_LEASE_MS, share, clock.now()),
      run: (feed, stop) => this.one(feed, stop),
      unseen: (error) => this.log.warn(`feeds could not be looked for: ${error.message}`),
    });
    scheduler.every('batches of feeds kept', FORGET_EVERY_MS, (now) => this.forget(now));
    policy.onChange(() => this.permitsChanged());
    drain.add('feeds', 'work', () => this.end());
  }

  onApplicationBootstrap(): void {
    const wake = () => this.wake();
    const { DATABASE_URL: databaseUrl } = this.config;
    const listening = { databaseUrl, name: 'exchange-feeds', channel: FEED_CHANNEL, heard: wake, begun: wake };
    this.workers.start();
    this.listening = listen(listening, this.workers.ending);
  }

  /** Something may be there to send. */
  wake(): void {
    this.workers.wake();
  }

  private permitsChanged(): void {
    this.changed ??= setTimeout(() => {
      this.changed = undefined;
      if (this.workers.ending.aborted) return;
      this.store.lookAtHeld(this.clock.now()).then(
        () => this.wake(),
        (error: Error) => this.log.warn(`held feeds wait for their time: ${error.message}`),
      );
    }, SETTLED_MS).unref();
  }

  private async end(): Promise<void> {
    clearTimeout(this.changed);
    await this.workers.end();
    await this.listening;
  }

  /** Never rejects: what went wrong is tried again, here or elsewhere. */
  private async one(feed: Subscription, stop: AbortSignal): Promise<void> {
    try {
      await this.store.handBack(feed, await this.turn.run(feed, stop));
    } catch (error) {
      const lost = error instanceof NotOurs;
      if (!lost) this.log.warn(`feed ${feed.id}: ${(error as Error).message}`);
      const after = new Date(this.clock.now().getTime() + (lost ? 0 : AGAIN_AFTER_MS));
      await this.store.handBack(feed, after).catch(() => this.log.warn(`feed ${feed.id} is left to its lease`));
    }
  }

  /** Batches that were put on record longer ago than changes are kept can be rewound to no more. */
  private async forget(now: Date): Promise<void> {
    const before = new Date(now.getTime() - this.config.CHANGES_KEPT_DAYS * DAY_MS);
    while ((await this.store.forgetBefore(before, FORGET_AT_ONCE)) === FORGET_AT_ONCE);
  }
}
