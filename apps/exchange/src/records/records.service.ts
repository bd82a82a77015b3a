import { Injectable } from '@nestjs/common';
import {
  RECORD_QUERY_LIMITS,
  Refusal,
  subjectOf,
  type RecordQuery,
  type Release,
  type ResourceState,
  type Verification,
} from '@qiongtong/contracts';
import { SealedCursors } from '@qiongtong/platform';
import { matchesRowFilter } from '@qiongtong/regulation';
import { ExchangeConfig } from '../config';
import { Deliveries, type Delivery } from '../deliveries/deliveries';
import { LivePolicy } from '../policy/live-policy';
import { Pools } from '../store/pools';
import { quietly } from '../store/quietly';
import { DailyRows } from './daily-rows';
import { cursorScope } from './domain/cursor-scope';
import { rowsStatement, type FoundRow, type Position } from './domain/page-sql';
import { checkedClaim, planRead, releasedItems, type Asked, type ReadPlan } from './domain/read-plan';
import { canonicalKey, checkKeyItems } from './record-key';
import { rowReleaser, rowTextReleaser } from './domain/released-row';
import { KeyedReader, type StoredRecord } from './keyed-reader';
import { MatterSubjects } from './matter-subjects';
import { Moments } from './moments';
import { RowCursor } from './row-cursor';

/** An answer that is whole: its text, its rows, and what it says left. */
export type Answer = Readonly<{ body: string; rows: number; delivery: string }>;

/** Where a stream goes: `write` resolves when more can be taken, and rejects when nobody takes it. */
export interface RowSink {
  begin(delivery: string): void;
  write(text: string): Promise<void>;
}

/** Bytes after which a page ends early; `next` leads on. */
export const PAGE_BYTES = 8 * 1024 * 1024;
export const NONE_LEFT: RecordQuery = { filter: null, fields: null, sort: [], limit: 1, cursor: null, asOf: null };

/** Reads of hosted records under a release token: what was decided is enforced here, whatever was asked. */
@Injectable()
export class RecordsService {
  private streams = 0;

  constructor(
    private readonly policy: LivePolicy,
    private readonly pools: Pools,
    private readonly keyed: KeyedReader,
    private readonly cursors: SealedCursors,
    private readonly deliveries: Deliveries,
    private readonly daily: DailyRows,
    private readonly matters: MatterSubjects,
    private readonly moments: Moments,
    private readonly config: ExchangeConfig,
  ) {}

  /** One record. A row outside the grant's filter is answered exactly as one that does not exist. [R12.7] */
  async byKey(
    release: Release,
    resourceId: string,
    encodedKey: string,
    query: RecordQuery = NONE_LEFT,
  ): Promise<Answer> {
    const resource = this.hosted(release, resourceId);
    if (query.filter !== null || query.sort.length > 0 || query.cursor !== null)
      throw new Refusal('request.invalid', {
        errors: [{ pointer: '', message: 'a record by its key takes only fields and asOf' }],
      });
    const key = canonicalKey(resource, encodedKey);
    const { obligations, grantId } = release.decision;
    const granted = grantId === null ? null : this.policy.index.grant(grantId)?.items;
    checkKeyItems(resource, granted);
    const items = releasedItems(query.fields, obligations.items);
    if (resource.matterNumberPerSubject) await this.matters.check(release, resource, key);
    const batchNo = await this.moments.batchAt(release, resource, query);
    const stored = await this.stored(resourceId, key, batchNo);
    const payload = stored && (JSON.parse(stored.payload) as Record<string, unknown>);
    if (!stored || !payload || !matchesRowFilter(obligations.rowFilter, payload, resource.items))
      throw new Refusal('request.not_found');
    if (resource.matterNumberPerSubject) await this.matters.bind(release, resource, [key]);
    if (obligations.limits.rowsPerDay !== undefined) await this.daily.take(release, 1);
    const row = rowReleaser({ items, mask: obligations.mask })(payload);
    const delivery = this.deliveries.ofRecord(resourceId, { key, batchNo: stored.batchNo });
    return { body: JSON.stringify(row), rows: 1, delivery: typeof delivery === 'string' ? delivery : await delivery };
  }

  /**
   * Whether the record with this key has these values: one answer for a wrong value, a record that does not exist and one
   * outside the grant's filter. What is said to have left is the subject that was asked about. [R12.7, R14.7]
   */
  async verify(release: Release, resourceId: string, asked: Verification): Promise<Answer> {
    const resource = this.hosted(release, resourceId);
    const key = subjectOf(asked, resource.items);
    const claim = checkedClaim(resource, release, asked);
    const { obligations } = release.decision;
    await this.matters.check(release, resource, key);
    const stored = await this.keyed.read(resourceId, key);
    const payload = stored && (JSON.parse(stored.payload) as Record<string, unknown>);
    const visible = payload !== null && matchesRowFilter(obligations.rowFilter, payload, resource.items);
    const matches = visible && matchesRowFilter(claim, payload, resource.items);
    if (visible) await this.matters.bind(release, resource, [key]);
    const delivery = await this.deliveries.ofRecord(resourceId, { key, batchNo: stored?.batchNo ?? 0 });
    return { body: `{"matches":${matches}}`, rows: matches ? 1 : 0, delivery };
  }

  /** A page `{items, next}`. */
  async page(release: Release, resourceId: string, query: RecordQuery, asked: Asked): Promise<Answer> {
    const resource = this.hosted(release, resourceId);
    const plan = planRead(resource, release, query, asked);
    const scope = this.scopeOf(release, resource, query);
    const limit = Math.min(query.limit, plan.mostRows ?? RECORD_QUERY_LIMITS.limit);
    const after = query.cursor === null ? null : this.cursors.open<Position>(query.cursor, scope);
    const asOf = await this.moments.batchAt(release, resource, query);
    const statement = rowsStatement({ resourceId, items: resource.items, ...plan, after, asOf, limit: limit + 1 });
    const { rows, more } = await this.withRows(statement, (cursor) => pageOf(cursor, limit));
    await this.moments.expectKept(resourceId, asOf);
    await this.matters.bind(
      release,
      resource,
      rows.map((row) => row.record_key),
    );
    await this.daily.take(release, rows.length);
    const released = rowReleaser({ items: plan.released, mask: release.decision.obligations.mask });
    const textOf = ({ row }: FoundRow) => JSON.stringify(released(JSON.parse(row) as Record<string, unknown>));
    const last = rows.at(-1);
    const next = more && last ? this.cursors.seal({ sorted: last.sorted, key: last.record_key }, scope) : null;
    const delivery = await this.deliveries.ofAnswer(deliveredBy(release), rows.map(leftOf));
    return {
      body: `{"items":[${rows.map(textOf).join(',')}],"next":${JSON.stringify(next)}}`,
      rows: rows.length,
      delivery,
    };
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
    const resource = this.hosted(release, resourceId);
    const plan = planRead(resource, release, query, asked);
    const limit = limited ? query.limit : null;
    if (plan.mostRows !== null && (limit === null || limit > plan.mostRows))
      throw new Refusal('exchange.stream_over_limit', { about: [String(plan.mostRows)] });
    if (this.streams >= this.config.CONCURRENT_STREAMS)
      throw new Refusal('service.unavailable', { retryAfterSeconds: 5 });
    const after =
      query.cursor === null ? null : this.cursors.open<Position>(query.cursor, this.scopeOf(release, resource, query));
    const asOf = await this.moments.batchAt(release, resource, query);
    const statement = rowsStatement({ resourceId, items: resource.items, ...plan, after, asOf, limit });
    this.streams++;
    try {
      await this.withEveryRow(statement, async (cursor) => {
        const first = await cursor.take();
        // What the cursor sees is settled now; what is forgotten later is there for it still.
        await this.moments.expectKept(resourceId, asOf);
        await this.matters.bind(
          release,
          resource,
          first.map((row) => row.record_key),
        );
        await this.daily.take(release, first.length);
        const delivery = await this.deliveries.open(deliveredBy(release));
        await this.pour(release, plan, cursor, first, delivery, sink);
      });
    } finally {
      this.streams--;
    }
  }

  private async pour(
    release: Release,
    plan: ReadPlan,
    cursor: RowCursor,
    first: FoundRow[],
    delivery: Delivery,
    sink: RowSink,
  ): Promise<void> {
    const until = performance.now() + this.config.STREAM_SECONDS * 1_000;
    const textOf = rowTextReleaser({ items: plan.released, mask: release.decision.obligations.mask });
    let outcome: 'complete' | 'aborted' = 'aborted';
    let next: Promise<FoundRow[]> = Promise.resolve([]);
    try {
      for (let rows = first, begun = false; ; rows = await next) {
        if (performance.now() > until) throw new Refusal('service.unavailable');
        if (begun) await this.daily.take(release, rows.length);
        // The database finds the next rows while the hashes of these are stored and their text is made.
        if (rows.length > 0) next = quietly(cursor.take());
        const stored = rows.length > 0 ? quietly(delivery.leaves(rows.map(leftOf))) : undefined;
        const text = rows.map(({ row }) => `${textOf(row)}\n`).join('');
        await stored;
        if (!begun) sink.begin(delivery.header);
        begun = true;
        if (rows.length === 0) break;
        await sink.write(text);
      }
      outcome = 'complete';
    } finally {
      // Its connection goes back only when nothing is read on it any more.
      await Promise.allSettled([next]);
      await delivery.close(outcome);
    }
  }

  private async stored(resourceId: string, key: string, batchNo: number | null): Promise<StoredRecord | null> {
    if (batchNo === null) return this.keyed.read(resourceId, key);
    const found = await this.moments.record(resourceId, key, batchNo);
    await this.moments.expectKept(resourceId, batchNo);
    return found;
  }

  private withRows<T>(
    statement: ReturnType<typeof rowsStatement>,
    work: (cursor: RowCursor) => Promise<T>,
  ): Promise<T> {
    return Pools.withClient(this.pools.reader, async (client) => {
      const cursor = RowCursor.of(client, statement);
      try {
        return await work(cursor);
      } finally {
        await cursor.close();
      }
    });
  }

  /** As long as they are taken, and not longer than a stream may last: meanwhile the database keeps what it could clear. */
  private withEveryRow(
    statement: ReturnType<typeof rowsStatement>,
    work: (cursor: RowCursor) => Promise<void>,
  ): Promise<void> {
    return Pools.withClient(this.pools.reader, async (client) => {
      await client.query('BEGIN TRANSACTION READ ONLY');
      try {
        await work(await RowCursor.declared(client, statement));
      } finally {
        await client.query('ROLLBACK');
      }
    });
  }

  private hosted({ use }: Release, resourceId: string): ResourceState {
    const resource = this.policy.index.resource(resourceId);
    if (!resource || use.resourceId !== resourceId) throw new Refusal('access.resource_unknown');
    if (resource.deliveryMode !== 'HOSTED') throw new Refusal('access.delivery_elsewhere', { about: [resourceId] });
    return resource;
  }

  private scopeOf(release: Release, resource: ResourceState, query: RecordQuery): string {
    return cursorScope(this.policy.index, release, resource, query);
  }
}

const leftOf = ({ record_key: key, batch_no: batchNo }: FoundRow) => ({ key, batchNo: Number(batchNo) });
export const deliveredBy = ({ decisionId, decision, use }: Release) => ({
  decisionId,
  resourceId: use.resourceId,
  grantId: decision.grantId,
});

async function pageOf(cursor: RowCursor, limit: number): Promise<{ rows: FoundRow[]; more: boolean }> {
  const rows: FoundRow[] = [];
  for (let bytes = 0; rows.length <= limit && bytes < PAGE_BYTES;) {
    const taken = await cursor.take(limit + 1 - rows.length);
    if (taken.length === 0) return { rows, more: false };
    for (const { row } of taken) bytes += row.length;
    rows.push(...taken);
  }
  return { rows: rows.slice(0, limit), more: rows.length > limit || !cursor.ended };
}
