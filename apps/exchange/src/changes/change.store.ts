import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HmacSha256 } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import type { Naming, Reached, StoredChange } from './domain/change';

const KEY_BYTES = 32;
const ID_BYTES = 16;

/** Rows of `record_change`, and the keys by which records are named in feeds. */
@Injectable()
export class ChangeStore {
  private readonly namings = new Map<string, HmacSha256>();

  constructor(private readonly pools: Pools) {}

  /** Last batch of a resource, and the first whose changes are still kept. */
  async extent(resourceId: string): Promise<{ last: number; keptFrom: number }> {
    const { rows } = await this.pools.reader.query<{ last: string; kept_from: string }>(
      'SELECT batch_no AS last, changes_from AS kept_from FROM resource_counter WHERE resource_id = $1',
      [resourceId],
    );
    return { last: Number(rows[0]?.last ?? 0), keptFrom: Number(rows[0]?.kept_from ?? 1) };
  }

  /**
   * The next changes in the order of their batches, which is the order of their commits: none is ever passed over. What a
   * change led to is what the next one of the same record found, or what is stored where none came since.
   */
  async after(resourceId: string, { batchNo, key }: Reached, limit: number): Promise<StoredChange[]> {
    const { rows } = await this.pools.reader.query<{
      batch_no: string;
      record_key: string;
      before: StoredChange['before'];
      after: StoredChange['after'];
    }>({
      name: 'changes-after',
      text: `SELECT c.batch_no, c.record_key, c.before, CASE WHEN n.is THEN n.before ELSE r.payload END AS after
             FROM (
               SELECT batch_no, record_key, before FROM record_change
               WHERE resource_id = $1 AND (batch_no, record_key) > ($2, $3)
               ORDER BY batch_no, record_key LIMIT $4) c
             LEFT JOIN LATERAL (
               SELECT true AS is, before FROM record_change
               WHERE resource_id = $1 AND record_key = c.record_key AND batch_no > c.batch_no
               ORDER BY batch_no LIMIT 1) n ON true
             LEFT JOIN LATERAL (
               SELECT payload FROM record WHERE n.is IS NULL AND resource_id = $1 AND record_key = c.record_key OFFSET 0) r ON true
             ORDER BY c.batch_no, c.record_key`,
      values: [resourceId, batchNo, key, limit],
    });
    return rows.map((row) => ({
      batchNo: Number(row.batch_no),
      key: row.record_key,
      before: row.before,
      after: row.after,
    }));
  }

  /** @param reader whose feed it is: two readers cannot compare what they were told */
  async naming(resourceId: string, reader: string): Promise<Naming> {
    let hmac = this.namings.get(resourceId);
    if (!hmac) {
      const { rows } = await this.pools.writer.query<{ key: Buffer }>(
        `INSERT INTO feed_key (resource_id, key) VALUES ($1, $2)
         ON CONFLICT (resource_id) DO UPDATE SET key = feed_key.key RETURNING key`,
        [resourceId, randomBytes(KEY_BYTES)],
      );
      hmac = new HmacSha256(rows[0]!.key);
      this.namings.set(resourceId, hmac);
    }
    return (recordKey) => hmac.of(`${reader}\0${recordKey}`).subarray(0, ID_BYTES).toString('base64url');
  }

  /** Drops the changes of batches that were settled before, at most so many batches. Returns how many it dropped. */
  async forgetBefore(at: Date, batches: number): Promise<number> {
    const { rows } = await this.pools.writer.query<{ n: string }>(
      `WITH old AS (
         SELECT c.resource_id, b.batch_no
         FROM resource_counter c CROSS JOIN LATERAL (
           SELECT batch_no, settled_at FROM batch
           WHERE resource_id = c.resource_id AND batch_no >= c.changes_from ORDER BY batch_no LIMIT $2) b
         WHERE b.settled_at < $1 LIMIT $2),
       upto AS (SELECT resource_id, max(batch_no) AS batch_no FROM old GROUP BY resource_id),
       moved AS (
         UPDATE resource_counter c SET changes_from = u.batch_no + 1 FROM upto u
         WHERE c.resource_id = u.resource_id AND c.changes_from <= u.batch_no),
       moments AS (
         DELETE FROM batch_moment m USING upto u WHERE m.resource_id = u.resource_id AND m.batch_no < u.batch_no),
       gone AS (
         DELETE FROM record_change r USING upto u WHERE r.resource_id = u.resource_id AND r.batch_no <= u.batch_no)
       SELECT count(*) AS n FROM old`,
      [at, batches],
    );
    return Number(rows[0]!.n);
  }
}
