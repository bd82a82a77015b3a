import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import { ACT_TYPES, type Act } from './domain/acts';
import { TRACED_FACTS, type Traced } from './domain/traced';

export type Use = Omit<Traced, 'hashBegins' | 'at' | 'key'> & Readonly<{ at: Date }>;
export type Span = Readonly<{ from: string | null; to: string | null }>;
export type RecordHash = Readonly<{ begin: string; text: string }>;

export type Copied = Readonly<{ traced: readonly Traced[]; acts: readonly Act[] }>;

/** A feed's batch and an export's file say which feed or export they are of, whose opening says who and what for. */
export const USE = `
  e.entry_index::float8 AS index, e.type, e.at, e.decision_id AS "decisionId", e.delivery_id AS "deliveryId",
  e.resource_id AS "resourceId", e.grant_id AS "grantId", e.outcome, e.rows::float8 AS rows,
  coalesce(e.department_id, o.department_id) AS "departmentId", coalesce(e.system_id, o.system_id) AS "systemId",
  coalesce(e.officer_id, o.officer_id) AS "officerId",
  CASE WHEN e.officer_id IS NULL THEN coalesce(o.officer_asserted, false) ELSE e.officer_asserted END AS "officerAsserted",
  coalesce(e.purpose, o.purpose) AS purpose, coalesce(e.matter_number, o.matter_number) AS "matterNumber",
  coalesce(e.action, o.action) AS action, coalesce(e.items, o.items) AS items`;
export const OPENED = `LEFT JOIN LATERAL (
  SELECT * FROM traced_entry o WHERE o.key = e.key
    AND e.type IN ('exchange.feed-batch-released.v1', 'exchange.export-completed.v1')
    AND o.type IN ('exchange.export-asked.v1', 'exchange.subscription-opened.v1') LIMIT 1) o ON true`;
export const within = (from: string, to: string): string =>
  `(${from}::timestamptz IS NULL OR e.at >= ${from}) AND (${to}::timestamptz IS NULL OR e.at <= ${to})`;

/** The copies by which the log is traced. */
@Injectable()
export class TraceStore {
  /** The next entry to copy; others wait, or are passed by with `skip`. null when somebody else is at it. */
  async next(query: Sql): Promise<number | null> {
    const [row] = await query<{ next: number }>(
      'SELECT next_index::float8 AS next FROM traced_to FOR UPDATE SKIP LOCKED',
    );
    return row?.next ?? null;
  }

  async to(query: Sql): Promise<number> {
    const [row] = await query<{ next: number }>('SELECT next_index::float8 AS next FROM traced_to');
    return row!.next;
  }

  async sealed(query: Sql): Promise<number> {
    const [row] = await query<{ size: number }>('SELECT coalesce(max(index) + 1, 0)::float8 AS size FROM log_entry');
    return row!.size;
  }

  entries(query: Sql, from: number, before: number): Promise<Readonly<{ index: number; entry: string }>[]> {
    return query(
      `SELECT index::float8 AS index, entry FROM log_entry
       WHERE index >= $1 AND index < $2
         AND (type LIKE 'access.%' OR type = ANY($3) OR type LIKE ANY($4)) ORDER BY index`,
      [from, before, TRACED_FACTS, ACT_TYPES.map((begin) => `${begin}%`)],
    );
  }

  async save(query: Sql, { traced, acts }: Copied, from: number, next: number): Promise<void> {
    await saveEntries(query, traced);
    await saveHashes(query, traced);
    await saveActs(query, acts);
    await query(COUNT_USES, [from, next]);
    await query('UPDATE traced_to SET next_index = $1', [next]);
  }

  /**
   * Entries in which the record's hash stands itself, from an index on. Of one whose text is in the archive the first
   * eight bytes of the hash settle it, which two records share once in eighteen trillion million.
   */
  keyed(query: Sql, hashes: readonly RecordHash[], span: Span, from: number, limit: number): Promise<Use[]> {
    return query<Use>(
      `SELECT ${USE}
       FROM (SELECT DISTINCT h.entry_index, asked.hash FROM unnest($1::bigint[], $2::text[]) AS asked (hash_begin, hash)
             JOIN traced_hash h USING (hash_begin) WHERE h.entry_index >= $5) held
       JOIN traced_entry e USING (entry_index)
       JOIN log_entry l ON l.index = e.entry_index AND (l.entry IS NULL OR strpos(l.entry, held.hash) > 0)
       ${OPENED}
       WHERE ${within('$3', '$4')}
       ORDER BY e.entry_index LIMIT $6`,
      [hashes.map(({ begin }) => begin), hashes.map(({ text }) => text), span.from, span.to, from, limit],
    );
  }

  /** Everything said of these deliveries: who was given them, and whether a file was made that nobody fetched. */
  ofDeliveries(query: Sql, deliveryIds: readonly string[], span: Span): Promise<Use[]> {
    return query<Use>(
      `SELECT ${USE} FROM traced_entry e ${OPENED}
       WHERE e.delivery_id = ANY($1) AND ${within('$2', '$3')} ORDER BY e.entry_index LIMIT 20000`,
      [deliveryIds, span.from, span.to],
    );
  }
}

const columnOf =
  <R>(rows: readonly R[]) =>
  (of: (row: R) => unknown): unknown[] =>
    rows.map(of);

async function saveEntries(query: Sql, traced: readonly Traced[]): Promise<void> {
  const column = columnOf(traced);
  await query(
    `INSERT INTO traced_entry (entry_index, type, key, at, decision_id, delivery_id, resource_id, grant_id,
       department_id, system_id, officer_id, officer_asserted, purpose, matter_number, action, outcome, rows, items)
     SELECT index, type, key, at, decision, delivery, resource, grant_id, department, system, officer, asserted, purpose,
       matter, action, outcome, rows,
       CASE WHEN items IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(items)) END
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
       $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[], $13::text[], $14::text[], $15::text[],
       $16::text[], $17::bigint[], $18::jsonb[]) AS given (index, type, key, at, decision, delivery, resource, grant_id,
       department, system, officer, asserted, purpose, matter, action, outcome, rows, items)`,
    [
      ...[column((t) => t.index), column((t) => t.type), column((t) => t.key), column((t) => t.at)],
      ...[column((t) => t.decisionId), column((t) => t.deliveryId), column((t) => t.resourceId)],
      ...[column((t) => t.grantId), column((t) => t.departmentId), column((t) => t.systemId)],
      ...[column((t) => t.officerId), column((t) => t.officerAsserted), column((t) => t.purpose)],
      ...[column((t) => t.matterNumber), column((t) => t.action), column((t) => t.outcome), column((t) => t.rows)],
      column((t) => t.items && JSON.stringify(t.items)),
    ],
  );
}

async function saveHashes(query: Sql, traced: readonly Traced[]): Promise<void> {
  const hashes = traced.flatMap(({ index, hashBegins }) => hashBegins.map((begin) => ({ index, begin })));
  if (hashes.length === 0) return;
  await query('INSERT INTO traced_hash (hash_begin, entry_index) SELECT * FROM unnest($1::bigint[], $2::bigint[])', [
    hashes.map(({ begin }) => begin),
    hashes.map(({ index }) => index),
  ]);
}

async function saveActs(query: Sql, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return;
  const column = columnOf(acts);
  await query(
    `INSERT INTO traced_act (entry_index, grant_id, type, at, by, parent_id, resource_id, provider_id, holder_id, told)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
       $8::text[], $9::text[], $10::jsonb[])`,
    [
      ...[column((a) => a.index), column((a) => a.grantId), column((a) => a.type), column((a) => a.at)],
      ...[column((a) => a.by), column((a) => a.parentId), column((a) => a.resourceId), column((a) => a.providerId)],
      ...[column((a) => a.holderId), column((a) => JSON.stringify(a.told))],
    ],
  );
}

/** What was copied in one step, counted by grant and by what it was. */
const COUNT_USES = `
  INSERT INTO traced_grant_use AS known (grant_id, type, action, outcome, uses, rows, first_at, last_at)
  SELECT e.grant_id, e.type, coalesce(e.action, o.action, ''), e.outcome, count(*), coalesce(sum(e.rows), 0), min(e.at), max(e.at)
  FROM traced_entry e ${OPENED}
  WHERE e.entry_index >= $1 AND e.entry_index < $2 AND e.grant_id IS NOT NULL
  GROUP BY 1, 2, 3, 4
  ON CONFLICT (grant_id, type, action, outcome) DO UPDATE SET
    uses = known.uses + excluded.uses, rows = known.rows + excluded.rows,
    first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`;
