import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import type { Found } from './domain/terms';

/** Rows of what entries are found by. */
@Injectable()
export class TermStore {
  /** Holds off whoever else would go on from the same place. */
  async place(query: Sql): Promise<number> {
    const [row] = await query<{ next: number }>('SELECT next_index::float8 AS next FROM log_term_place FOR UPDATE');
    if (!row) throw new Error('log_term_place has no row');
    return row.next;
  }

  /** Consecutive entries from there on, as many as keep the memory small; at least one when there is one. */
  following(query: Sql, from: number, limit: number, characters: number): Promise<(Found & { index: number })[]> {
    return query(
      `SELECT index, entry, type, key, actor, concerns FROM (
         SELECT log_entry.index::float8 AS index, entry, type, key, actor, concerns,
                sum(length(entry)) OVER (ORDER BY log_entry.index) - length(entry) AS preceding
         FROM log_entry WHERE log_entry.index >= $1 AND log_entry.index < $2) page
       WHERE preceding < $3 ORDER BY index`,
      [from, from + limit, characters],
    );
  }

  async save(query: Sql, rows: readonly Readonly<{ term: string; index: number }>[], next: number): Promise<void> {
    await query(
      `INSERT INTO log_term (term, entry_index) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING`,
      [rows.map(({ term }) => term), rows.map(({ index }) => index)],
    );
    await query('UPDATE log_term_place SET next_index = $1', [next]);
  }
}
