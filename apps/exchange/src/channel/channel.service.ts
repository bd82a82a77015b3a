import { Injectable } from '@nestjs/common';
import { RECORD_QUERY_LIMITS, Refusal, subjectOf, type RecordQuery, type Release, type ResourceState, type RowFilter, type Verification } from '@qiongtong/contracts'; // prettier-ignore
import { SealedCursors } from '@qiongtong/platform';
import { matchesRowFilter } from '@qiongtong/regulation';
import { ExchangeConfig } from '../config';
import { Deliveries } from '../deliveries/deliveries';
import type { Endpoint } from '../endpoints/domain/endpoint';
import { EndpointStore } from '../endpoints/endpoint.store';
import { LivePolicy } from '../policy/live-policy';
import { DailyRows } from '../records/daily-rows';
import { cursorScope } from '../records/domain/cursor-scope';
import { checkedClaim, grantedRows, planRead, releasedItems, type Asked } from '../records/domain/read-plan';
import { canonicalKey, checkKeyItems, filterOfKey } from '../records/record-key';
import { rowReleaser } from '../records/domain/released-row';
import { MatterSubjects } from '../records/matter-subjects';
import { deliveredBy, NONE_LEFT, PAGE_BYTES, type Answer, type RowSink } from '../records/records.service';
import { providerQuery } from './domain/provider-query';
import { ProviderCalls } from './provider-calls';
import { ProviderHealth } from './provider-health';
import { pageOf, ProviderRows, type ProviderRow } from './provider-rows';
import { groupsOf } from './row-groups';

/** What is read of the provider came with no batch. */
const left = ({ key }: ProviderRow) => ({ key, batchNo: 0 });

/**
 * Reads that the provider answers itself. What was decided is applied again to every row on the way, whatever the
 * provider sends, and nothing is kept but keyed hashes of what left. [R9.1, R9.3, R12.7]
 */
@Injectable()
export class ChannelService {
  constructor(
    private readonly policy: LivePolicy,
    private readonly endpoints: EndpointStore,
    private readonly calls: ProviderCalls,
    private readonly health: ProviderHealth,
    private readonly cursors: SealedCursors,
    private readonly deliveries: Deliveries,
    private readonly daily: DailyRows,
    private readonly matters: MatterSubjects,
    private readonly config: ExchangeConfig,
  ) {}

  /** Whether the provider answers for it and not the store. */
  serves(resourceId: string): boolean {
    return this.policy.index.resource(resourceId)?.deliveryMode === 'EXCHANGE_CHANNEL';
  }

  /** One record. One outside the grant's filter is answered exactly as one that does not exist. [R12.7] */
  async byKey(release: Release, resourceId: string, encoded: string, query: RecordQuery = NONE_LEFT): Promise<Answer> {
    expectPresent(release, query);
    const { resource, endpoint } = await this.at(release, resourceId);
    if (query.filter !== null || query.sort.length > 0 || query.cursor !== null)
      throw new Refusal('request.invalid', {
        errors: [{ pointer: '', message: 'a record by its key takes only fields' }],
      });
    const key = canonicalKey(resource, encoded);
    const { obligations, grantId } = release.decision;
    checkKeyItems(resource, grantId === null ? null : this.policy.index.grant(grantId)?.items);
    const items = releasedItems(query.fields, obligations.items);
    await this.matters.check(release, resource, key);
    const row = await this.subject(release, resource, endpoint, key, items);
    if (!row) throw new Refusal('request.not_found');
    await this.matters.bind(release, resource, [key]);
    await this.daily.take(release, 1);
    const released = rowReleaser({ items, mask: obligations.mask })(row.values);
    return { body: JSON.stringify(released), rows: 1, delivery: await this.deliveries.ofRecord(resourceId, left(row)) };
  }

  /** Yes or no; the provider does not learn what was claimed. [R12.7, R14.7] */
  async verify(release: Release, resourceId: string, asked: Verification): Promise<Answer> {
    const { resource, endpoint } = await this.at(release, resourceId);
    const key = subjectOf(asked, resource.items);
    const claim = checkedClaim(resource, release, asked);
    await this.matters.check(release, resource, key);
    const row = await this.subject(release, resource, endpoint, key, Object.keys(asked.values));
    const matches = row !== null && matchesRowFilter(claim, row.values, resource.items);
    if (row) await this.matters.bind(release, resource, [key]);
    const delivery = await this.deliveries.ofRecord(resourceId, { key, batchNo: 0 });
    return { body: `{"matches":${matches}}`, rows: matches ? 1 : 0, delivery };
  }

  /** A page `{items, next}`; fewer rows than asked where the provider sent some that are not granted. */
  async page(release: Release, resourceId: string, query: RecordQuery, asked: Asked): Promise<Answer> {
    expectPresent(release, query);
    const { resource, endpoint } = await this.at(release, resourceId);
    const plan = planRead(resource, release, query, asked);
    const scope = `channel ${endpoint.revision} ${cursorScope(this.policy.index, release, resource, query)}`;
    const cursor = query.cursor === null ? null : this.cursors.open<{ next: string }>(query.cursor, scope).next;
    const limit = Math.min(query.limit, plan.mostRows ?? RECORD_QUERY_LIMITS.limit);
    const wanted = { sort: query.sort, limit, cursor };
    const { rows, next } = await this.asked(release, resource, endpoint, plan.released, plan.filters, wanted);
    await this.matters.bind(release, resource, rows.map(({ key }) => key)); // prettier-ignore
    await this.daily.take(release, rows.length);
    const released = rowReleaser({ items: plan.released, mask: release.decision.obligations.mask });
    const items = rows.map(({ values }) => JSON.stringify(released(values))).join(',');
    const sealed = next === null ? null : this.cursors.seal({ next }, scope);
    const delivery = await this.deliveries.ofAnswer(deliveredBy(release), rows.map(left));
    return { body: `{"items":[${items}],"next":${JSON.stringify(sealed)}}`, rows: rows.length, delivery };
  }

  /** Every row that is asked for, a line each; nothing leaves before its hash is stored. */
  async stream(
    release: Release,
    resourceId: string,
    query: RecordQuery,
    asked: Asked,
    limited: boolean,
    sink: RowSink,
  ): Promise<void> {
    expectPresent(release, query);
    const { resource, endpoint } = await this.at(release, resourceId);
    const plan = planRead(resource, release, query, asked);
    const limit = limited ? query.limit : null;
    if (plan.mostRows !== null && (limit === null || limit > plan.mostRows))
      throw new Refusal('exchange.stream_over_limit', { about: [String(plan.mostRows)] });
    if (query.cursor !== null)
      throw new Refusal('request.invalid', {
        errors: [{ pointer: '/cursor', message: 'a stream of a provider begins anew' }],
      });
    const ask = providerQuery(resource, plan.released, plan.filters, { sort: query.sort, limit, cursor: null });
    await this.health.watch(resource.providerId, resourceId, async () => {
      const rows = new ProviderRows(resource, ask.fields, plan.filters, limit);
      const groups = groupsOf(this.calls.lines(endpoint, release, ask), rows, this.config.ROW_BYTES);
      try {
        await this.pour(release, resource, plan.released, groups, sink);
      } finally {
        this.health.dropped(rows.beyond);
        // However it ended, the provider is not kept waiting for a reader.
        await groups.return(undefined).catch(() => undefined);
      }
    });
  }

  /** One group behind what has come: an answer that turns out wrong before a second group is refused and not reset. */
  private async pour(
    release: Release,
    resource: ResourceState,
    items: readonly string[],
    groups: AsyncGenerator<ProviderRow[]>,
    sink: RowSink,
  ): Promise<void> {
    const released = rowReleaser({ items, mask: release.decision.obligations.mask });
    let ready = (await groups.next()).value as ProviderRow[] | undefined;
    let next = ready && (await groups.next());
    const delivery = await this.deliveries.open(deliveredBy(release));
    let outcome: 'complete' | 'aborted' = 'aborted';
    let begun = false;
    const begin = (): void => {
      if (!begun) sink.begin(delivery.header);
      begun = true;
    };
    try {
      while (ready) {
        await this.matters.bind(release, resource, ready.map(({ key }) => key)); // prettier-ignore
        await this.daily.take(release, ready.length);
        await delivery.leaves(ready.map(left));
        begin();
        await sink.write(ready.map(({ values }) => `${JSON.stringify(released(values))}\n`).join(''));
        ready = next?.done ? undefined : next?.value;
        next = ready && (await groups.next());
      }
      begin();
      outcome = 'complete';
    } finally {
      await delivery.close(outcome);
    }
  }

  /** The record of this key as far as it is granted; null where there is none. */
  private async subject(
    release: Release,
    resource: ResourceState,
    endpoint: Endpoint,
    key: string,
    items: readonly string[],
  ): Promise<ProviderRow | null> {
    const granted = grantedRows(resource, release.decision.obligations);
    const filters: RowFilter[] = [filterOfKey(resource, key), ...(granted ? [granted] : [])];
    const wanted = { sort: [], limit: 1, cursor: null };
    const { rows } = await this.asked(release, resource, endpoint, items, filters, wanted);
    return rows.find((row) => row.key === key) ?? null;
  }

  private asked(
    release: Release,
    resource: ResourceState,
    endpoint: Endpoint,
    items: readonly string[],
    filters: readonly RowFilter[],
    wanted: Readonly<{ sort: RecordQuery['sort']; limit: number; cursor: string | null }>,
  ): Promise<{ rows: ProviderRow[]; next: string | null }> {
    const ask = providerQuery(resource, items, filters, wanted);
    return this.health.watch(resource.providerId, resource.id, async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of this.calls.page(endpoint, release, ask, PAGE_BYTES)) chunks.push(chunk);
      const page = pageOf(Buffer.concat(chunks));
      const reader = new ProviderRows(resource, ask.fields, filters, wanted.limit);
      const rows = page.items.flatMap((item) => reader.of(item) ?? []);
      this.health.dropped(reader.beyond);
      return { rows, next: page.next };
    });
  }

  /** The entry and the endpoint that answers for it at this moment. */
  async at(release: Release, resourceId: string): Promise<{ resource: ResourceState; endpoint: Endpoint }> {
    const resource = this.policy.index.resource(resourceId);
    if (!resource || release.use.resourceId !== resourceId) throw new Refusal('access.resource_unknown');
    const endpoint = await this.endpoints.one(resourceId);
    // One that another body registered, before the resource passed on, is not called.
    if (endpoint?.status !== 'ACTIVE' || endpoint.providerId !== resource.providerId)
      throw new Refusal('channel.no_endpoint', { about: [resourceId] });
    return { resource, endpoint };
  }
}

/** Of the past nothing is kept here. */
function expectPresent({ use }: Release, { asOf }: RecordQuery): void {
  if (asOf !== null || use.asOf !== undefined)
    throw new Refusal('exchange.moment_elsewhere', { about: [use.resourceId] });
}
