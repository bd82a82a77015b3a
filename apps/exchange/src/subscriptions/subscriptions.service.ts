import { Injectable } from '@nestjs/common';
import {
  actorOf,
  Refusal,
  type FeedBatchAcknowledged,
  type Principal,
  type Release,
  type SubscriptionOpened,
  type SubscriptionRequest,
  type SubscriptionRewound,
} from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page, type PageQuery } from '@qiongtong/platform';
import { ChangeStore } from '../changes/change.store';
import { END_OF_BATCH, type Reached } from '../changes/domain/change';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { expectLive, fact, MIXED_TERMS, steered, turned, type Subscription } from './domain/subscription';
import { FeedTopics } from './feed-topics';
import { Feeds } from './feeds';
import { SubscriptionStore } from './subscription.store';
import { WebhookNodes } from './webhook-nodes';

export type SubscriptionView = Readonly<{
  id: string;
  resourceId: string;
  departmentId: string;
  systemId: string;
  channel: Subscription['channel'];
  url: string | null;
  /** Of a feed by topic: its name on the cluster. */
  topic: string | null;
  status: Subscription['status'];
  /** Refusal code of why it is held or disabled. */
  cause: Subscription['cause'];
  /** Of the last batch that arrived, or that was rewound to. */
  position: number;
  acknowledged: number;
  /** Batches in a row that were not taken, since when, and why the last was not. */
  failures: number;
  failingSince: string | null;
  lastFailure: string | null;
  openedAt: string;
}>;
type Position = Readonly<{ at: string; id: string }>;

/** Subscriptions as whoever opened them sees and steers them. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SubscriptionStore,
    private readonly changes: ChangeStore,
    private readonly nodes: WebhookNodes,
    private readonly policy: LivePolicy,
    private readonly feeds: Feeds,
    private readonly topics: FeedTopics,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Takes what the gateway permitted. Nothing leaves by it: each batch is decided when it is sent. [R12.7, R13.4] */
  async open(release: Release, resourceId: string, asked: SubscriptionRequest): Promise<SubscriptionView> {
    const { use, decision, decisionId } = release;
    const { systemId } = use;
    if (systemId === null) throw new Refusal('subscription.systems_only');
    const resource = this.policy.index.resource(resourceId);
    if (!resource) throw new Refusal('access.resource_unknown');
    if (resource.deliveryMode !== 'HOSTED') throw new Refusal('access.delivery_elsewhere', { about: [resourceId] });
    const { channel } = asked;
    if (channel === 'KAFKA' && !this.policy.index.system(systemId)?.kafka) throw new Refusal('subscription.no_kafka');
    const url = asked.url === null ? null : this.nodes.addressOf(asked.url);
    const { last, keptFrom } = await this.changes.extent(resourceId);
    if (asked.from === 'BEGINNING' && keptFrom > 1) throw new Refusal('exchange.changes_gone', { about: [resourceId] });
    const reached: Reached = { batchNo: asked.from === 'NOW' ? last : 0, key: END_OF_BATCH };
    const opened = await this.work.run(async (tx) => {
      const most = this.config.SUBSCRIPTIONS_PER_DEPARTMENT;
      if ((await this.store.liveOf(tx, use.departmentId)) >= most)
        throw new Refusal('subscription.too_many', { about: [String(most)] });
      const now = this.clock.now();
      const it: Subscription = {
        ...{ id: newId(), resourceId, providerId: resource.providerId, departmentId: use.departmentId, systemId },
        ...{
          decisionId,
          grantId: decision.grantId,
          use,
          channel,
          url,
          status: 'ACTIVE',
          cause: null,
          reached,
          position: 0,
        },
        ...{ issued: 0, acknowledged: 0, terms: null, failures: 0, failingSince: null, lastFailure: null },
        ...{ dueAt: now, attempt: 0, openedAt: now },
      };
      await this.store.add(tx, it);
      const { grantId, providerId } = it;
      const began = { position: 0, previous: 0, to: reached, decisionId, terms: '', digest: '' };
      await this.store.addBatch(tx, it.id, began, now);
      await this.store.arrived(tx, it.id, 0, now);
      const event: SubscriptionOpened = {
        ...{ type: 'exchange.subscription-opened.v1', key: it.id, at: now.toISOString() },
        data: {
          subscriptionId: it.id,
          resourceId,
          providerId,
          decisionId,
          grantId,
          channel,
          host: url && new URL(url).hostname,
          use,
        },
      };
      tx.publish(event);
      return this.viewOf(it);
    });
    this.feeds.wake();
    return opened;
  }

  /** Of the caller's department, the latest first. */
  async list(by: Principal, page: PageQuery): Promise<Page<SubscriptionView>> {
    const scope = `subscriptions ${by.departmentId}`;
    const before = page.cursor === undefined ? null : this.cursors.decode<Position>(page.cursor, scope);
    const found = await this.store.ofDepartment(by.departmentId, before, page.limit + 1);
    const items = found.slice(0, page.limit).map((it) => this.viewOf(it));
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, next: last ? this.cursors.encode({ at: last.openedAt, id: last.id }, scope) : null };
  }

  async one(id: string, by: Principal): Promise<SubscriptionView> {
    return this.viewOf(await this.seen(id, by));
  }

  /** By the system that subscribed, or the responsible officer of its department. */
  async steer(id: string, act: 'pause' | 'resume' | 'end', by: Principal): Promise<SubscriptionView> {
    const known = await this.seen(id, by);
    expectOwner(known, by);
    const state = await this.work.run(async (tx) => {
      const locked = (await this.store.lock(tx, id))!;
      const acted = steered(locked, act, actorOf(by), this.clock.now());
      if (!acted) return locked;
      await this.store.save(tx, acted.state);
      tx.publish(acted.event);
      return acted.state;
    });
    this.feeds.wake();
    return this.viewOf(state);
  }

  /** What comes after that batch is told again, as it may be seen then, in batches with new positions. */
  async rewind(id: string, position: number, by: Principal): Promise<SubscriptionView> {
    expectOwner(await this.seen(id, by), by);
    const state = await this.work.run(async (tx) => {
      const known = (await this.store.lock(tx, id))!;
      expectLive(known);
      const batch = await this.store.batch(tx, id, position);
      const { keptFrom } = await this.changes.extent(known.resourceId);
      if (!batch || batch.to.batchNo < keptFrom - 1) throw new Refusal('subscription.position_unknown');
      const now = this.clock.now();
      // What was told up to there may have been told under other terms than what came last.
      const terms = position === 0 || batch.terms === known.terms ? known.terms : MIXED_TERMS;
      // Whoever sends at this moment has lost it by the attempt.
      const rewound: Subscription = {
        ...known,
        position,
        terms,
        reached: batch.to,
        attempt: known.attempt + 1,
        dueAt: now,
      };
      await this.store.save(tx, rewound);
      await this.store.keepLease(tx, id, 0);
      const event: SubscriptionRewound = fact(known, now, 'exchange.subscription-rewound.v1', { position, by: actorOf(by) }); // prettier-ignore
      tx.publish(event);
      return rewound;
    });
    this.feeds.wake();
    return this.viewOf(state);
  }

  /** The system says that it has everything up to this batch; saying so again changes nothing. [R14.9] */
  async acknowledge(
    id: string,
    { position, digest }: Readonly<{ position: number; digest: string }>,
    by: Principal,
  ): Promise<SubscriptionView> {
    const seen = await this.seen(id, by);
    if (by.systemId !== seen.systemId) throw new Refusal('subscription.of_another', { about: [id] });
    const state = await this.work.run(async (tx) => {
      const known = (await this.store.lock(tx, id))!;
      const batch = await this.store.batch(tx, id, position);
      if (!batch) throw new Refusal('subscription.position_unknown');
      if (batch.digest !== digest) throw new Refusal('subscription.digest_differs', { about: [String(position)] });
      if (position <= known.acknowledged) return known;
      const now = this.clock.now();
      const said = { position, digest, by: actorOf(by) };
      const event: FeedBatchAcknowledged = fact(known, now, 'exchange.feed-batch-acknowledged.v1', said);
      tx.publish(event);
      const owed = known.status === 'DISABLED' && known.cause === 'subscription.unacknowledged';
      const active = owed ? turned(known, 'ACTIVE', null, now) : null;
      if (active) tx.publish(active.event);
      const acknowledged: Subscription = { ...(active?.state ?? known), acknowledged: position };
      await this.store.save(tx, acknowledged);
      return acknowledged;
    });
    this.feeds.wake();
    return this.viewOf(state);
  }

  private viewOf(it: Subscription): SubscriptionView {
    return viewOf(it, it.channel === 'KAFKA' ? this.topics.nameOf(it) : null);
  }

  /** Somebody else's subscription looks like one that does not exist. */
  private async seen(id: string, { departmentId }: Principal): Promise<Subscription> {
    const it = await this.store.one(id);
    if (it?.departmentId !== departmentId) throw new Refusal('request.not_found');
    return it;
  }
}

function expectOwner({ id, systemId }: Subscription, by: Principal): void {
  const responsible = by.officerId !== null && by.roles.includes('RESPONSIBLE_OFFICER');
  if (!responsible && by.systemId !== systemId) throw new Refusal('subscription.of_another', { about: [id] });
}

const viewOf = (it: Subscription, topic: string | null): SubscriptionView => ({
  id: it.id,
  resourceId: it.resourceId,
  departmentId: it.departmentId,
  systemId: it.systemId,
  channel: it.channel,
  url: it.url,
  topic,
  status: it.status,
  cause: it.cause,
  position: it.position,
  acknowledged: it.acknowledged,
  failures: it.failures,
  failingSince: it.failingSince?.toISOString() ?? null,
  lastFailure: it.lastFailure,
  openedAt: it.openedAt.toISOString(),
});
