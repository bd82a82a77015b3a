import type { Transaction } from '@qiongtong/platform';
import type { GoodRow } from '../ingest/rows';

/** Where those listen who send feeds: told with the commit, and only of resources that somebody subscribed to. */
export const FEED_CHANNEL = 'qiongtong_feeds';
const FED = `EXISTS (SELECT 1 FROM feed_subscription WHERE resource_id = $1 AND status IN ('ACTIVE', 'HELD'))`;

/** Left to itself the database reads all records of a resource for every few that come, until there are very many. */
const ONE_BY_ONE = `, set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;

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
  /** Keys alone, for what is not among them; each may come more than once. */
  keysSql: string;
  arrived: number;
  /** How many keys there are, where that is known. */
  keys: number | null;
  /** They are all there is: what is stored and not among them goes. */
  whole: boolean;
  /** So few that each is looked up by its key, however many are stored. */
  few: boolean;
}>;

/**
 * Rows staged under a batch; the last of each key counts.
 * @param distinct each key came once: they are taken as they lie, without putting them in order first
 */
export function stagedRows(
  batchId: string,
  arrived: number,
  { whole = false, distinct = false, table = 'staged_row' as 'staged_row' | 'held_row' } = {},
): Source {
  const staged = `FROM ${table} WHERE batch_id = $2`;
  return {
    sql: distinct
      ? `SELECT record_key, payload ${staged}`
      : `SELECT DISTINCT ON (record_key) record_key, payload ${staged} ORDER BY record_key, n DESC`,
    params: [batchId],
    keysSql: `SELECT record_key ${staged}`,
    arrived,
    keys: distinct ? arrived : null,
    whole,
    few: false,
  };
}

/** Rows at hand, in their order; the last of each key counts. Their values go as one text: a list of texts is quoted twice. */
export function givenRows(rows: readonly GoodRow[]): Source {
  const last = new Map(rows.map((row) => [row.key, row.payload]));
  return {
    sql: `SELECT record_key, NULLIF(payload, 'null'::jsonb) AS payload
          FROM ROWS FROM (unnest($2::text[]), jsonb_array_elements($3::jsonb)) AS given (record_key, payload)`,
    params: [[...last.keys()], `[${[...last.values()].map((payload) => payload ?? 'null').join()}]`],
    keysSql: 'SELECT unnest($2::text[]) AS record_key',
    arrived: rows.length,
    keys: last.size,
    whole: false,
    few: true,
  };
}

/** What is stored and not among the keys goes. */
const removing = (keysSql: string): string => `
   removed AS (
     DELETE FROM record r
     WHERE r.resource_id = $1::text AND NOT EXISTS (SELECT FROM (${keysSql}) AS given WHERE given.record_key = r.record_key)
     RETURNING record_key, payload AS before, true AS gone),`;

const keysOf = ({ keys, keysSql }: Source): string =>
  keys === null ? `(SELECT count(DISTINCT record_key) FROM (${keysSql}) AS given)` : `${keys}::bigint`;

/** Common table expression `compared(record_key, before, after)`: what differs from what is stored under $1. */
const comparison = ({ sql, whole }: Source): string =>
  `compared AS (
     SELECT r.payload AS before, i.payload AS after
     FROM (${sql}) i ${whole ? 'FULL' : 'LEFT'} JOIN (SELECT record_key, payload FROM record WHERE resource_id = $1::text) r
       USING (record_key)
     WHERE r.payload IS DISTINCT FROM i.payload)`;

/**
 * Common table expression `touched(record_key, before, gone)`: writes what differs from what is stored under $1. The caller has the
 * lock of the resource, so that nobody else adds a key meanwhile.
 * @param batch expression for the batch's number
 */
const writing = ({ sql, keysSql, whole }: Source, batch: string): string =>
  `incoming AS (${sql}),
   merged AS (
     MERGE INTO record r USING incoming i ON r.resource_id = $1::text AND r.record_key = i.record_key
     WHEN MATCHED AND i.payload IS NULL THEN DELETE
     WHEN MATCHED AND r.payload IS DISTINCT FROM i.payload THEN
       UPDATE SET payload = i.payload, batch_no = ${batch}, changed_at = now()
     WHEN NOT MATCHED AND i.payload IS NOT NULL THEN
       INSERT (resource_id, record_key, payload, batch_no, changed_at)
       VALUES ($1::text, i.record_key, i.payload, ${batch}, now())
     RETURNING i.record_key, old.payload AS before, i.payload IS NULL AS gone),${whole ? removing(keysSql) : ''}
   touched AS (SELECT * FROM merged ${whole ? 'UNION ALL SELECT * FROM removed' : ''})`;

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
  const [row] = await tx.query<CountsRow>(
    `WITH ${comparison(source)}
     SELECT ${keysOf(source)} AS keys,
       count(*) FILTER (WHERE before IS NULL) AS inserted,
       count(*) FILTER (WHERE before IS NOT NULL AND after IS NOT NULL) AS updated,
       count(*) FILTER (WHERE after IS NULL) AS deleted
     FROM compared`,
    [resourceId, ...source.params],
  );
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
     RETURNING batch_no${source.few ? ONE_BY_ONE : ''}`,
    [resourceId],
  );
  const batchNo = Number(counter!.batch_no);
  const batch = `$${source.params.length + 2}::bigint`;
  const [row] = await tx.query<CountsRow>(
    `WITH ${writing(source, batch)},
     changes AS (
       INSERT INTO record_change (resource_id, batch_no, record_key, before)
       SELECT $1::text, ${batch}, record_key, before FROM touched)
     SELECT ${keysOf(source)} AS keys,
       count(*) FILTER (WHERE before IS NULL) AS inserted,
       count(*) FILTER (WHERE before IS NOT NULL AND NOT gone) AS updated,
       count(*) FILTER (WHERE gone) AS deleted
     FROM touched`,
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
