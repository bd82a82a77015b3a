import type { Transaction } from '@qiongtong/platform';
import type { GoodRow } from '../ingest/rows';

export type Applied = Readonly<{
  batchNo: number;
  inserted: number;
  updated: number;
  deleted: number;
  unchanged: number;
  /** Rows that a later one with the same key replaced. */
  replaced: number;
  /** Rows the resource holds now. */
  rows: number;
}>;

/** Where the rows of a batch come from, as `incoming(record_key, payload)` with one row a key; null payload deletes. */
type Source = Readonly<{ sql: string; params: readonly unknown[]; arrived: number }>;

/** Rows staged under a batch; the last of each key counts. */
export const stagedRows = (batchId: string, arrived: number): Source => ({
  sql: `SELECT DISTINCT ON (record_key) record_key, payload FROM staged_row
        WHERE batch_id = $3 ORDER BY record_key, n DESC`,
  params: [batchId],
  arrived,
});

/** Rows at hand, in their order; the last of each key counts. */
export function givenRows(rows: readonly GoodRow[]): Source {
  const last = new Map(rows.map((row) => [row.key, row.payload]));
  return {
    sql: `SELECT * FROM unnest($3::text[], $4::jsonb[]) AS given (record_key, payload)`,
    params: [[...last.keys()], [...last.values()]],
    arrived: rows.length,
  };
}

/**
 * Applies a batch: takes the resource's next batch number under its row lock, so that batch order is commit order,
 * compares with what is stored, writes what differs and appends it to the changes. Set-based, in the caller's
 * transaction.
 */
export async function applyRows(tx: Transaction, resourceId: string, source: Source): Promise<Applied> {
  const [counter] = await tx.query<{ batch_no: string }>(
    `INSERT INTO resource_counter (resource_id, batch_no, rows) VALUES ($1, 1, 0)
     ON CONFLICT (resource_id) DO UPDATE SET batch_no = resource_counter.batch_no + 1
     RETURNING batch_no`,
    [resourceId],
  );
  const batchNo = Number(counter!.batch_no);
  const [counts] = await tx.query<Record<'keys' | 'inserted' | 'updated' | 'deleted', string>>(
    `WITH incoming AS MATERIALIZED (${source.sql}),
     compared AS MATERIALIZED (
       SELECT i.record_key, r.payload AS before, i.payload AS after
       FROM incoming i LEFT JOIN record r ON r.resource_id = $1::text AND r.record_key = i.record_key
       WHERE r.payload IS DISTINCT FROM i.payload),
     changes AS (
       INSERT INTO record_change (resource_id, batch_no, record_key, before, after)
       SELECT $1::text, $2::bigint, record_key, before, after FROM compared),
     written AS (
       INSERT INTO record (resource_id, record_key, payload, batch_no, changed_at)
       SELECT $1::text, record_key, after, $2::bigint, now() FROM compared WHERE after IS NOT NULL
       ON CONFLICT (resource_id, record_key) DO UPDATE
         SET payload = excluded.payload, batch_no = excluded.batch_no, changed_at = excluded.changed_at),
     removed AS (
       DELETE FROM record r USING compared c
       WHERE r.resource_id = $1::text AND r.record_key = c.record_key AND c.after IS NULL)
     SELECT (SELECT count(*) FROM incoming) AS keys,
       count(*) FILTER (WHERE before IS NULL) AS inserted,
       count(*) FILTER (WHERE before IS NOT NULL AND after IS NOT NULL) AS updated,
       count(*) FILTER (WHERE after IS NULL) AS deleted
     FROM compared`,
    [resourceId, batchNo, ...source.params],
  );
  const [keys, inserted, updated, deleted] = [counts!.keys, counts!.inserted, counts!.updated, counts!.deleted].map(
    Number,
  ) as [number, number, number, number];
  const [total] = await tx.query<{ rows: string }>(
    `WITH counted AS (UPDATE resource_counter SET rows = rows + $2::bigint WHERE resource_id = $1 RETURNING rows)
     SELECT rows FROM counted`,
    [resourceId, inserted - deleted],
  );
  return {
    batchNo,
    inserted,
    updated,
    deleted,
    unchanged: keys - inserted - updated - deleted,
    replaced: source.arrived - keys,
    rows: Number(total!.rows),
  };
}
