import type { Transaction } from '@qiongtong/platform';
import type { GoodRow } from '../ingest/rows';

/** Where those listen who send feeds: told with the commit, and only of resources that somebody subscribed to. */
export const FEED_CHANNEL = 'qiongtong_feeds';
const FED = `EXISTS (SELECT 1 FROM feed_subscription WHERE resource_id = $1 AND status IN ('ACTIVE', 'HELD'))`;

/** What a batch does to what is stored. */
export type Compared = Readonly<{
  inserted: number;
  updated: number;
  deleted: number;
  unchanged: number;
  /** Rows that a later one with the same key replaced. */
  replaced: number;
}>;
export type Applied = Compared &
  Readonly<{
    batchNo: number;
    /** Rows the resource holds now. */
    rows: number;
  }>;

/** Where the rows of a batch come from, as `incoming(record_key, payload)` with one row a key; null payload deletes. */
type Source = Readonly<{
  /** Its parameters begin with `$2`. */
  sql: string;
  params: readonly unknown[];
  arrived: number;
  /** They are all there is: what is stored and not among them goes. */
  whole: boolean;
  /** So few that each is looked up by its key, however many are stored. */
  few: boolean;
}>;

/** Rows staged under a batch; the last of each key counts. */
export const stagedRows = (
  batchId: string,
  arrived: number,
  whole = false,
  table: 'staged_row' | 'held_row' = 'staged_row',
): Source => ({
  sql: `SELECT DISTINCT ON (record_key) record_key, payload FROM ${table}
        WHERE batch_id = $2 ORDER BY record_key, n DESC`,
  params: [batchId],
  arrived,
  whole,
  few: false,
});

/** Rows at hand, in their order; the last of each key counts. Their values go as one text: a list of texts is quoted twice. */
export function givenRows(rows: readonly GoodRow[]): Source {
  const last = new Map(rows.map((row) => [row.key, row.payload]));
  return {
    sql: `SELECT record_key, NULLIF(payload, 'null'::jsonb) AS payload
          FROM ROWS FROM (unnest($2::text[]), jsonb_array_elements($3::jsonb)) AS given (record_key, payload)`,
    params: [[...last.keys()], `[${[...last.values()].map((payload) => payload ?? 'null').join()}]`],
    arrived: rows.length,
    whole: false,
    few: true,
  };
}

const STORED = 'record r ON r.resource_id = $1::text AND r.record_key = i.record_key';
/** Left to itself the database reads all records of a resource for every few that come, until there are very many. */
const STORED_ONE_BY_ONE = `LATERAL (
         SELECT payload FROM record WHERE resource_id = $1::text AND record_key = i.record_key OFFSET 0) r ON true`;

/** Common table expressions `incoming` and `compared(record_key, before, after)`: what differs from what is stored under $1. */
const comparison = ({ sql, whole, few }: Source): string =>
  whole
    ? `incoming AS MATERIALIZED (${sql}),
     compared AS MATERIALIZED (
       SELECT COALESCE(i.record_key, r.record_key) AS record_key, r.payload AS before, i.payload AS after
       FROM incoming i
       FULL JOIN (SELECT record_key, payload FROM record WHERE resource_id = $1::text) r USING (record_key)
       WHERE r.payload IS DISTINCT FROM i.payload)`
    : `incoming AS MATERIALIZED (${sql}),
     compared AS MATERIALIZED (
       SELECT i.record_key, r.payload AS before, i.payload AS after
       FROM incoming i LEFT JOIN ${few ? STORED_ONE_BY_ONE : STORED}
       WHERE r.payload IS DISTINCT FROM i.payload)`;

const COUNTS = `SELECT (SELECT count(*) FROM incoming) AS keys,
       count(*) FILTER (WHERE before IS NULL) AS inserted,
       count(*) FILTER (WHERE before IS NOT NULL AND after IS NOT NULL) AS updated,
       count(*) FILTER (WHERE after IS NULL) AS deleted
     FROM compared`;
type CountsRow = Record<'keys' | 'inserted' | 'updated' | 'deleted', string>;

function comparedOf(row: CountsRow, { arrived, whole }: Source): Compared {
  const [keys, inserted, updated, deleted] = [row.keys, row.inserted, row.updated, row.deleted].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  // What a snapshot removes is not among what arrived.
  const unchanged = keys - inserted - updated - (whole ? 0 : deleted);
  return { inserted, updated, deleted, unchanged, replaced: arrived - keys };
}

/** What applying the batch now would do. */
export async function compareRows(tx: Transaction, resourceId: string, source: Source): Promise<Compared> {
  const [row] = await tx.query<CountsRow>(`WITH ${comparison(source)} ${COUNTS}`, [resourceId, ...source.params]);
  return comparedOf(row!, source);
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
  const batch = `$${source.params.length + 2}::bigint`;
  const [row] = await tx.query<CountsRow>(
    `WITH ${comparison(source)},
     changes AS (
       INSERT INTO record_change (resource_id, batch_no, record_key, before)
       SELECT $1::text, ${batch}, record_key, before FROM compared),
     written AS (
       INSERT INTO record (resource_id, record_key, payload, batch_no, changed_at)
       SELECT $1::text, record_key, after, ${batch}, now() FROM compared WHERE after IS NOT NULL
       ON CONFLICT (resource_id, record_key) DO UPDATE
         SET payload = excluded.payload, batch_no = excluded.batch_no, changed_at = excluded.changed_at),
     removed AS (
       DELETE FROM record r USING compared c
       WHERE r.resource_id = $1::text AND r.record_key = c.record_key AND c.after IS NULL)
     ${COUNTS}`,
    [resourceId, ...source.params, batchNo],
  );
  const compared = comparedOf(row!, source);
  const [total] = await tx.query<{ rows: string }>(
    `WITH moment AS (
       INSERT INTO batch_moment (resource_id, batch_no, applied_at)
       SELECT $1::text, $3::bigint, GREATEST(clock_timestamp(), max(applied_at) + interval '1 microsecond')
       FROM batch_moment WHERE resource_id = $1),
     counted AS (UPDATE resource_counter SET rows = rows + $2::bigint WHERE resource_id = $1 RETURNING rows)
     SELECT rows, CASE WHEN ${FED} THEN pg_notify('${FEED_CHANNEL}', '')::text END AS told FROM counted`,
    [resourceId, compared.inserted - compared.deleted, batchNo],
  );
  return { ...compared, batchNo, rows: Number(total!.rows) };
}
