import { Injectable, Logger } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Scheduler } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import type { Subscription } from './domain/subscription';
import { decidedFeed } from './feed-decision';
import { FeedTopics } from './feed-topics';
import { SubscriptionStore } from './subscription.store';

const LOOK_EVERY_MS = 2_000;
const AT_ONCE = 500;
/** A batch that was on its way when its feed was shut is in the topic by then, or never. */
const ON_ITS_WAY_MS = 120_000;

/** What was done about a feed: first, and the last time. */
type Done = Readonly<{ what: 'open' | 'shut'; since: number; at: number }>;

/**
 * Keeps readers from topics of feeds that they may not have, also when there is nothing to send: what lies in such a topic
 * is deleted, and on a broker that asks who one is its reader is let in again when the feed is permitted again. [R12.7, R14.7]
 */
@Injectable()
export class FeedReaders {
  private readonly log = new Logger('feed topics');
  /** Forgotten when another replica may have done something else since. */
  private readonly done = new Map<string, Done>();

  constructor(
    private readonly policy: LivePolicy,
    private readonly store: SubscriptionStore,
    private readonly topics: FeedTopics,
    scheduler: Scheduler,
  ) {
    scheduler.every('readers of feeds', LOOK_EVERY_MS, (_, first) => {
      if (first) this.done.clear();
      return this.look();
    });
  }

  async look(): Promise<void> {
    if (this.policy.freshness() !== 'fresh') return;
    const seen = new Set<string>();
    for (let after = '', found = AT_ONCE; found === AT_ONCE;) {
      const feeds = await this.store.byTopic(after, AT_ONCE);
      for (const feed of feeds) {
        seen.add(feed.id);
        await this.keep(feed).catch((error: Error) => this.log.warn(`reader of ${feed.id}: ${error.message}`));
      }
      found = feeds.length;
      after = feeds.at(-1)?.id ?? '';
    }
    for (const id of this.done.keys()) if (!seen.has(id)) this.done.delete(id);
  }

  private async keep(feed: Subscription): Promise<void> {
    const wanted = this.wanted(feed);
    const done = this.done.get(feed.id);
    const at = performance.now();
    if (wanted === null || (done?.what === wanted && !againDue(done, at))) return;
    await (wanted === 'open' ? this.topics.open(feed) : this.topics.shut(feed));
    this.done.set(feed.id, { what: wanted, since: done?.what === wanted ? done.since : at, at });
  }

  /** null while nobody can tell. */
  private wanted(feed: Subscription): 'open' | 'shut' | null {
    try {
      decidedFeed(this.policy, feed);
      return 'open';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.entry.kind === 'unavailable' || error.entry.kind === 'tooMany' ? null : 'shut';
    }
  }
}

/** Shut again for a while, each time after twice as long: nothing that comes late stays in the topic. */
const againDue = ({ what, since, at }: Done, now: number): boolean =>
  what === 'shut' && at - since < ON_ITS_WAY_MS && now - since >= 2 * (at - since);
