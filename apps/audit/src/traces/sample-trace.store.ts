import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { databaseErrorCode, type Sql } from '@qiongtong/platform';
import { OPENED, TraceStore, USE, within, type Span, type Use } from './trace.store';

/** A hash of the sample by its beginning, and the row that it may be. */
export type RowHash = Readonly<{ begin: string; row: number }>;
export type Holding = Readonly<{ index: number; at: Date; entry: string }>;

const TIMEOUT_MS = 10_000;
const CANCELLED = '57014';

/** Queries about the rows of a sample. */
@Injectable()
export class SampleTraceStore {
  constructor(readonly traces: TraceStore) {}

  /** Entries that have a hash of every row, the newest first; the beginnings may be another's, the entry settles it. */
  async holding(query: Sql, hashes: readonly RowHash[], rows: number, span: Span, most: number): Promise<Holding[]> {
    await query(`SELECT set_config('statement_timeout', $1, true)`, [String(TIMEOUT_MS)]);
    try {
      return await query<Holding>(
        `SELECT e.entry_index::float8 AS index, e.at, l.entry
         FROM (SELECT h.entry_index FROM unnest($1::bigint[], $2::int[]) AS asked (hash_begin, row)
               JOIN traced_hash h USING (hash_begin)
               GROUP BY h.entry_index HAVING count(DISTINCT asked.row) = $3) held
         JOIN traced_entry e USING (entry_index) JOIN log_entry l ON l.index = e.entry_index
         WHERE ${within('$4', '$5')} ORDER BY e.entry_index DESC LIMIT $6`,
        [hashes.map(({ begin }) => begin), hashes.map(({ row }) => row), rows, span.from, span.to, most],
      );
    } catch (error) {
      if (databaseErrorCode(error) !== CANCELLED) throw error;
      throw new Refusal('audit.search_too_wide');
    }
  }

  ofEntries(query: Sql, indexes: readonly number[]): Promise<Use[]> {
    return query<Use>(
      `SELECT ${USE} FROM traced_entry e ${OPENED} WHERE e.entry_index = ANY($1::bigint[]) ORDER BY e.entry_index`,
      [indexes],
    );
  }
}
