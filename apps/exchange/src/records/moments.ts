import { Injectable } from '@nestjs/common';
import { Refusal, type RecordQuery, type Release, type ResourceState } from '@qiongtong/contracts';
import type { PoolClient } from 'pg';
import { Pools } from '../store/pools';
import type { StoredRecord } from './keyed-reader';

/** Most batches are done within it. */
const GLANCE_MS = 50;
const LOCK_WAIT_MS = 10_000;
/** Readers that wait longer, each with a connection that batches need too. */
const MOST_WAITING = 4;
const LOCK_NOT_AVAILABLE = '55P03';

type Known = Readonly<{
  /** The moment has not come yet. */
  future: boolean;
  /** No batch was applied after the moment, as far as can be seen. */
  latest: boolean;
  /** The last batch at the moment; null when there was none that is remembered. */
  batchNo: string | null;
  changesFrom: string | null;
  oldest: Date | null;
}>;

const KNOWN = `
  SELECT clock_timestamp() < $2::timestamptz AS future,
    NOT EXISTS (SELECT FROM batch_moment WHERE resource_id = $1 AND applied_at > $2) AS latest,
    (SELECT batch_no FROM batch_moment WHERE resource_id = $1 AND applied_at <= $2
     ORDER BY applied_at DESC, batch_no DESC LIMIT 1) AS "batchNo",
    (SELECT changes_from FROM resource_counter WHERE resource_id = $1) AS "changesFrom",
    (SELECT date_trunc('milliseconds', applied_at + interval '999 microseconds') FROM batch_moment
     WHERE resource_id = $1 ORDER BY applied_at, batch_no LIMIT 1) AS oldest`;

/**
 * What a resource held at a moment: the state after the last batch that was applied until then. Found again the same,
 * whatever is pushed meanwhile (`docs/decisions/0241-reads-as-of-a-moment.md`).
 */
@Injectable()
export class Moments {
  private waiting = 0;

  constructor(private readonly pools: Pools) {}

  /**
   * The last batch at the moment that is asked for, null for the present.
   *
   * @throws hop.invalid when another moment was decided on
   * @throws exchange.moment_in_future, exchange.moment_not_kept with the oldest that is
   */
  async batchAt({ use }: Release, { id }: Pick<ResourceState, 'id'>, { asOf }: RecordQuery): Promise<number | null> {
    if ((use.asOf ?? null) !== asOf) throw new Refusal('hop.invalid');
    return this.at(id, asOf);
  }

  /** The same of a moment that no use named. */
  async at(id: string, asOf: string | null): Promise<number | null> {
    if (asOf === null) return null;
    const seen = await this.known(this.pools.reader, id, asOf);
    if (seen.future) throw new Refusal('exchange.moment_in_future', { about: [asOf] });
    return keptBatch(seen.latest ? await this.settled(id, asOf) : seen);
  }

  /** Refuses what was read when changes that it was put together from were forgotten meanwhile. */
  async expectKept(resourceId: string, batchNo: number | null): Promise<void> {
    if (batchNo === null) return;
    const { rows } = await this.pools.reader.query<{ gone: boolean; oldest: Date | null }>(
      `SELECT changes_from > $2::bigint + 1 AS gone,
         (SELECT min(applied_at) FROM batch_moment WHERE resource_id = $1) AS oldest
       FROM resource_counter WHERE resource_id = $1`,
      [resourceId, batchNo],
    );
    if (rows[0]?.gone) throw notKept(rows[0].oldest);
  }

  /** One record as it was after a batch. */
  async record(resourceId: string, key: string, batchNo: number): Promise<StoredRecord | null> {
    const { rows } = await this.pools.reader.query<{ payload: string; batch_no: string }>({
      name: 'record-at-batch',
      text: `SELECT payload::text, batch_no FROM (
               SELECT payload, batch_no FROM record
               WHERE resource_id = $1 AND record_key = $2 AND batch_no <= $3::bigint
               UNION ALL (
                 SELECT before, $3::bigint FROM record_change
                 WHERE resource_id = $1 AND record_key = $2 AND batch_no > $3::bigint ORDER BY batch_no LIMIT 1)
             ) AS found WHERE payload IS NOT NULL`,
      values: [resourceId, key, batchNo],
    });
    return rows[0] ? { payload: rows[0].payload, batchNo: Number(rows[0].batch_no) } : null;
  }

  /**
   * A batch that is being applied may get a time before this moment and be seen only later: it is waited for. Whatever
   * comes after it gets a later time.
   */
  private async settled(resourceId: string, asOf: string): Promise<Known> {
    const known = await this.locked(resourceId, asOf, GLANCE_MS);
    if (known) return known;
    if (this.waiting >= MOST_WAITING) throw new Refusal('service.unavailable', { retryAfterSeconds: 1 });
    this.waiting++;
    try {
      const waited = await this.locked(resourceId, asOf, LOCK_WAIT_MS);
      if (waited) return waited;
    } finally {
      this.waiting--;
    }
    throw new Refusal('service.unavailable', { retryAfterSeconds: 5 });
  }

  /** @returns null when the batch in hand takes longer */
  private locked(resourceId: string, asOf: string, waitMs: number): Promise<Known | null> {
    return Pools.withClient(this.pools.writer, async (client) => {
      await client.query('BEGIN');
      try {
        await client.query(`SET LOCAL lock_timeout = ${waitMs}`);
        // Taken back at once: waits for the first batch of a resource, which has no row to wait for yet.
        await client.query(
          'INSERT INTO resource_counter (resource_id, batch_no, rows) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING',
          [resourceId],
        );
        await client.query('SELECT FROM resource_counter WHERE resource_id = $1 FOR SHARE', [resourceId]);
        return await this.known(client, resourceId, asOf);
      } catch (error) {
        if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return null;
        throw error;
      } finally {
        await client.query('ROLLBACK');
      }
    });
  }

  private async known(client: Pick<PoolClient, 'query'>, resourceId: string, asOf: string): Promise<Known> {
    const { rows } = await client.query<Known>(KNOWN, [resourceId, asOf]);
    return rows[0]!;
  }
}

function keptBatch({ batchNo, changesFrom, oldest }: Known): number {
  // From the first change on nothing was forgotten: before it there was nothing.
  const reached = batchNo === null ? 0 : Number(batchNo);
  if (Number(changesFrom ?? 1) > reached + 1) throw notKept(oldest);
  return reached;
}

const notKept = (oldest: Date | null) =>
  new Refusal('exchange.moment_not_kept', { about: oldest === null ? [] : [oldest.toISOString()] });
