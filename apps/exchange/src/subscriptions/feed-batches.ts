import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Refusal, type Release, type ResourceState } from '@qiongtong/contracts';
import { ChangeStore } from '../changes/change.store';
import { changeViewer, END_OF_BATCH, type Reached, type StoredChange } from '../changes/domain/change';
import { toldOf, type Told } from '../changes/domain/told';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { grantedRows, releasedItems } from '../records/domain/read-plan';
import { rowReleaser } from '../records/domain/released-row';
import type { Subscription } from './domain/subscription';
import { SubscriptionStore, type SentBatch } from './subscription.store';

/** Changes looked at for one batch, and UTF-16 units of what it tells: what one run holds is bounded. */
const LOOKED_AT = 200;
const UNITS = 1024 * 1024;

/** What a feed tells next. */
export type FeedBatch = Readonly<{
  /** Of a webhook what is posted; of a topic the values of its messages, a line each. */
  body: string;
  /** SHA-256, hex, of the body. */
  digest: string;
  position: number;
  previous: number;
  termsChanged: boolean;
  to: Reached;
  terms: string;
  /** One under other terms is on record in the same place, and may have arrived. */
  mixed: boolean;
  told: readonly Told[];
  /** It is on record already under this decision, sent or not. */
  onRecord: SentBatch | null;
}>;
export type Next =
  | Readonly<{ batch: FeedBatch; resource: ResourceState }>
  /** Nothing of what was looked at is told. */
  | Readonly<{ batch: null; to: Reached; more: boolean }>;
type Permit = Release['decision'];

/** Makes the next batch of a feed, as the decision of this moment lets it be seen. */
@Injectable()
export class FeedBatches {
  constructor(
    private readonly policy: LivePolicy,
    private readonly changes: ChangeStore,
    private readonly store: SubscriptionStore,
    private readonly config: ExchangeConfig,
  ) {}

  /**
   * What is pending is made again with the same end, so that the same decision gives the same bytes; under another
   * decision it is another batch. [R12.7]
   */
  async next(feed: Subscription, { obligations }: Permit): Promise<Next> {
    const resource = this.hosted(feed.resourceId);
    // Before what is found: whatever is committed up to there is seen below.
    const { last, keptFrom } = await this.changes.extent(resource.id);
    if (feed.reached.batchNo < keptFrom - 1) throw new Refusal('exchange.changes_gone', { about: [resource.id] });
    const pending = await this.store.pending(feed);
    const all = await this.changes.after(resource.id, feed.reached, LOOKED_AT + 1);
    const found = pending ? upTo(all, pending.to) : all;
    const { rowsPerRequest = Infinity, rowsPerDay = Infinity } = obligations.limits;
    const naming = await this.changes.naming(resource.id, feed.grantId ?? feed.departmentId);
    const view = changeViewer({
      items: resource.items,
      rowFilter: grantedRows(resource, obligations),
      release: rowReleaser({
        items: releasedItems(feed.use.items, obligations.items),
        mask: obligations.mask,
      }),
    });
    const changes = Math.max(1, Math.min(this.config.FEED_CHANGES, rowsPerRequest, rowsPerDay));
    const { told, reached, more } = toldOf(
      found,
      { view, naming, changes, lookedAt: LOOKED_AT, units: UNITS },
      feed.reached,
    );
    const to =
      more || found.length < all.length ? reached : { batchNo: Math.max(last, reached.batchNo), key: END_OF_BATCH };
    if (told.length === 0) return { batch: null, to, more: more || found.length < all.length };
    const terms = termsOf(resource, obligations);
    // Of a pending batch nobody knows whether it arrived.
    const mixed = pending !== null && pending.terms !== terms;
    const termsChanged = feed.terms !== null && (mixed || feed.terms !== terms);
    const made = (position: number): FeedBatch => {
      const body = feed.channel === 'KAFKA' ? linesOf(told) : bodyOf(feed, position, termsChanged, told);
      const digest = createHash('sha256').update(body).digest('hex');
      return { body, digest, position, previous: feed.position, termsChanged, to, terms, mixed, told, onRecord: null };
    };
    const again = pending && made(pending.position);
    const same = again !== null && again.digest === pending!.digest && !mixed;
    const batch = same ? { ...again, onRecord: pending } : made(feed.issued + 1);
    return { batch, resource };
  }

  private hosted(resourceId: string): ResourceState {
    const resource = this.policy.index.resource(resourceId);
    if (!resource) throw new Refusal('access.resource_unknown');
    if (resource.deliveryMode !== 'HOSTED') throw new Refusal('access.delivery_elsewhere', { about: [resourceId] });
    return resource;
  }
}

/** Without what came since the end that it had; all of it when that end is not among it. */
function upTo(found: StoredChange[], end: Reached): StoredChange[] {
  const after = found.findIndex(({ batchNo, key }) =>
    end.key === END_OF_BATCH ? batchNo > end.batchNo : batchNo === end.batchNo && key === end.key,
  );
  // Past that end already: what was pending is told by nothing any more.
  if (after === -1 || (after === 0 && end.key === END_OF_BATCH)) return found;
  return found.slice(0, end.key === END_OF_BATCH ? after : after + 1);
}

/** What is permitted, in short: when it changes, what was told before may be more or less than what is told now. */
function termsOf({ version }: ResourceState, { items, rowFilter, mask }: Permit['obligations']): string {
  return createHash('sha256')
    .update(JSON.stringify([version, items, rowFilter, mask]))
    .digest('base64url');
}

const linesOf = (told: readonly Told[]): string => told.map(({ line }) => line).join('\n');

/** Nothing in it depends on when it is made: sent again it is the same. */
function bodyOf(feed: Subscription, position: number, termsChanged: boolean, told: readonly Told[]): string {
  const head = {
    subscriptionId: feed.id,
    resourceId: feed.resourceId,
    position,
    previous: feed.position,
    termsChanged,
  };
  return `${JSON.stringify(head).slice(0, -1)},"items":[${told.map(({ line }) => line).join(',')}]}`;
}
