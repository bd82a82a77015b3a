import { Injectable } from '@nestjs/common';
import type { FeedBatchReleased, RefusalCode, Release, ResourceState } from '@qiongtong/contracts';
import { Clock, newId, UnitOfWork, type Transaction, NotOurs } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { Deliveries } from '../deliveries/deliveries';
import { DailyRows } from '../records/daily-rows';
import { MatterSubjects } from '../records/matter-subjects';
import { fact, MIXED_TERMS, turned, waitAfter, type Subscription } from './domain/subscription';
import type { FeedBatch } from './feed-batches';
import { SubscriptionStore, type Run } from './subscription.store';
import type { Taken } from './webhook';

/** A feed that is held is looked at when the policy changes; without a change, the less often the longer it is held. */
const HELD_LOOK_MS = { least: 5_000, most: 300_000, share: 0.1 } as const;

/** What is put on record of a feed, by whoever has it at that moment. */
@Injectable()
export class FeedRecord {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SubscriptionStore,
    private readonly deliveries: Deliveries,
    private readonly daily: DailyRows,
    private readonly matters: MatterSubjects,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Everything that says what is about to leave, durable when this resolves. [R13.4, R14.9] */
  async releases(
    feed: Subscription,
    decision: Release['decision'],
    { batch, resource }: Readonly<{ batch: FeedBatch; resource: ResourceState }>,
  ): Promise<Subscription> {
    const release = { decisionId: newId(), use: feed.use, decision };
    if (batch.onRecord) return this.work.run((tx) => this.kept(tx, feed));
    const left = batch.told.filter(({ rows }) => rows).map(({ change: { key, batchNo } }) => ({ key, batchNo }));
    await this.matters.bind(
      release,
      resource,
      left.map(({ key }) => key),
    );
    const { grantId } = decision;
    const { decisionId } = release;
    const delivery = await this.deliveries.ofAnswer({ decisionId, resourceId: feed.resourceId, grantId }, left);
    return this.work.run(async (tx) => {
      const known = await this.kept(tx, feed);
      const now = this.clock.now();
      await this.daily.take({ decision }, left.length, tx.query);
      const { position, digest, to, terms } = batch;
      const size = { changes: batch.told.length, bytes: Buffer.byteLength(batch.body) };
      const sent = { position, previous: feed.position, to, decisionId, terms, digest };
      await this.store.addBatch(tx, feed.id, sent, now, size);
      const event: FeedBatchReleased = fact(known, now, 'exchange.feed-batch-released.v1', {
        ...{ decisionId, grantId, position, rows: left.length },
        ...{ ...size, digest, delivery },
      });
      tx.publish(event);
      const issued: Subscription = { ...known, issued: position, terms: known.terms === null ? terms : batch.mixed ? MIXED_TERMS : known.terms }; // prettier-ignore
      await this.store.save(tx, issued);
      return issued;
    });
  }

  /** It is permitted again. */
  permitted(feed: Subscription): Promise<Subscription> {
    return this.work.run(async (tx) => {
      const known = await this.sending(tx, feed);
      const active = turned(known, 'ACTIVE', null, this.clock.now());
      if (!active) return known;
      await this.store.save(tx, active.state);
      tx.publish(active.event);
      return active.state;
    });
  }

  /** Its receiver took it; also when the owner paused the feed meanwhile. */
  arrived(feed: Subscription, { position, to, terms }: FeedBatch): Promise<Subscription> {
    return this.work.run(async (tx) => {
      const known = await this.own(tx, feed);
      await this.store.arrived(tx, feed.id, position, this.clock.now());
      const state: Subscription = {
        ...{ ...known, position, reached: to, terms },
        ...{ failures: 0, failingSince: null, lastFailure: null },
      };
      await this.store.save(tx, state);
      return state;
    });
  }

  /** Its receiver did not take it: again later, or not at all any more. */
  failed(feed: Subscription, { gone, why, waitMs }: Extract<Taken, { taken: false }>): Promise<void> {
    return this.work.run(async (tx) => {
      const known = await this.sending(tx, feed);
      const now = this.clock.now();
      const failures = known.failures + 1;
      const wait = Math.max(waitAfter(failures, Math.random()), waitMs ?? 0);
      const failing: Subscription = {
        ...{ ...known, failures, failingSince: known.failingSince ?? now, lastFailure: why },
        dueAt: new Date(now.getTime() + wait),
      };
      const cause = gone ? 'subscription.receiver_gone' : 'subscription.not_delivered';
      await this.orDisabled(tx, failing, gone, cause, now);
    });
  }

  /** It is not permitted at the moment, and what was not sent stays where it is. [R12.7] */
  held(feed: Subscription, code: RefusalCode): Promise<void> {
    return this.work.run(async (tx) => {
      const known = await this.sending(tx, feed);
      const now = this.clock.now();
      const held = turned(known, 'HELD', code, now);
      if (held) tx.publish(held.event);
      const since = known.status === 'HELD' ? (known.failingSince ?? now) : now;
      const { least, most, share } = HELD_LOOK_MS;
      const wait = Math.min(most, Math.max(least, (now.getTime() - since.getTime()) * share));
      const state = { ...(held?.state ?? known), dueAt: new Date(now.getTime() + wait) };
      await this.orDisabled(tx, { ...state, failingSince: since }, false, code, now);
    });
  }

  /** Its receiver owes too many receipts, or what it stood at is gone. */
  disabled(feed: Subscription, code: RefusalCode): Promise<void> {
    return this.work.run(async (tx) => {
      await this.orDisabled(tx, await this.sending(tx, feed), true, code, this.clock.now());
    });
  }

  private async orDisabled(
    tx: Transaction,
    state: Subscription,
    atOnce: boolean,
    code: RefusalCode,
    now: Date,
  ): Promise<void> {
    const longest = this.config.FEED_FAILING_SECONDS * 1000;
    const over = atOnce || (state.failingSince !== null && now.getTime() - state.failingSince.getTime() >= longest);
    const disabled = over ? turned(state, 'DISABLED', code, now) : null;
    if (disabled) tx.publish(disabled.event);
    await this.store.save(tx, disabled?.state ?? state);
  }

  private async kept(tx: Transaction, feed: Subscription): Promise<Subscription> {
    const known = await this.sending(tx, feed);
    await this.store.keepLease(tx, feed.id, this.config.FEED_LEASE_MS);
    return known;
  }

  private async own(tx: Transaction, { id, attempt }: Run): Promise<Subscription> {
    const known = await this.store.lock(tx, id);
    if (!known || known.attempt !== attempt) throw new NotOurs();
    return known;
  }

  private async sending(tx: Transaction, run: Run): Promise<Subscription> {
    const known = await this.own(tx, run);
    if (known.status !== 'ACTIVE' && known.status !== 'HELD') throw new NotOurs();
    return known;
  }
}
