import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Clock, SpanKind, Tracing } from '@qiongtong/platform';
import { BatchStore } from '../batches/batch.store';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Subscription } from './domain/subscription';
import { decidedFeed } from './feed-decision';
import { FeedBatches, type FeedBatch } from './feed-batches';
import { FeedRecord } from './feed-record';
import { FeedTopics } from './feed-topics';
import { SubscriptionStore } from './subscription.store';
import { Webhook, type Taken } from './webhook';

/** Steps of one feed before others have their turn. */
const MOST_STEPS = 20;
const MINUTE_MS = 60_000;
const UNDECIDABLE_MS = 1_000;

/** One feed's turn: batch after batch, each decided, put on record, decided again and sent. [R12.7, R13.4] */
@Injectable()
export class FeedTurn {
  constructor(
    private readonly policy: LivePolicy,
    private readonly batches: FeedBatches,
    private readonly record: FeedRecord,
    private readonly store: SubscriptionStore,
    private readonly webhook: Webhook,
    private readonly topics: FeedTopics,
    private readonly causes: BatchStore,
    private readonly tracing: Tracing,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Until nothing is left to tell, or nothing more may or can be told now. @returns when it is due again */
  async run(claimed: Subscription, stop: AbortSignal): Promise<Date> {
    let feed = claimed;
    for (let step = 0; step < MOST_STEPS && !stop.aborted; step++) {
      try {
        const next = await this.step(feed, stop);
        if (next instanceof Date) return next;
        feed = next;
      } catch (error) {
        if (error instanceof Refusal) return this.refused(feed, error);
        throw error;
      }
    }
    return this.clock.now();
  }

  /** @returns the feed as it stands afterwards, or when to come again */
  private async step(feed: Subscription, stop: AbortSignal): Promise<Subscription | Date> {
    const decision = decidedFeed(this.policy, feed);
    if (feed.issued - feed.acknowledged >= this.config.FEED_UNACKNOWLEDGED)
      throw new Refusal('subscription.unacknowledged', { about: [feed.id] });
    if (feed.status === 'HELD') return this.record.permitted(feed);
    const next = await this.batches.next(feed, decision);
    if (next.batch === null) {
      const { to, more } = next;
      if (!(await this.store.pass(feed, to)) || !more) return this.clock.now();
      return { ...feed, reached: to };
    }
    const recorded = await this.record.releases(feed, decision, next);
    // Between the record and the first byte somebody may have withdrawn it: what is on record need not leave.
    const again = decidedFeed(this.policy, feed);
    if (!isDeepStrictEqual(again.obligations, decision.obligations)) return recorded;
    const { batch } = next;
    const taken = await this.send(feed, batch, stop);
    if (!taken.taken) {
      if (!stop.aborted) await this.record.failed(recorded, taken);
      return this.clock.now();
    }
    const arrived = await this.record.arrived(recorded, batch);
    if (arrived.status !== 'ACTIVE') return this.clock.now();
    const perMinute = decision.obligations.limits.requestsPerMinute;
    return perMinute === undefined ? arrived : new Date(this.clock.now().getTime() + MINUTE_MS / perMinute);
  }

  /** Traced as a part of the push that brought the last of what is sent. */
  private async send(feed: Subscription, batch: FeedBatch, stop: AbortSignal): Promise<Taken> {
    const { url, channel, resourceId } = feed;
    const parent = this.tracing.on ? await this.causes.causeOf(resourceId, batch.to.batchNo) : undefined;
    const doing = { kind: SpanKind.PRODUCER, name: `feed ${channel}`, parent, attributes: { 'messaging.batch.message_count': batch.told.length } }; // prettier-ignore
    return this.tracing.within(doing, () =>
      url === null
        ? this.topics.send(feed, batch, stop)
        : this.webhook.send(url, `${feed.id}.${batch.position}`, batch.body, stop),
    );
  }

  private async refused(feed: Subscription, { code, entry, details }: Refusal): Promise<Date> {
    const after = (ms: number) => new Date(this.clock.now().getTime() + ms);
    if (entry.kind === 'unavailable') return after(UNDECIDABLE_MS);
    // The day's rows are taken: tried again until there are more.
    if (entry.kind === 'tooMany') return after(Math.min((details.retryAfterSeconds ?? 60) * 1000, MINUTE_MS));
    if (code === 'subscription.unacknowledged' || code === 'exchange.changes_gone')
      await this.record.disabled(feed, code);
    else await this.record.held(feed, code);
    return this.clock.now();
  }
}
