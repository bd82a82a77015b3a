import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';

/** Rows of what entries are found by. */
@Injectable()
export class TermStore {
  async save(query: Sql, rows: readonly Readonly<{ term: string; index: number }>[]): Promise<void> {
    await query(
      `INSERT INTO log_term (term, entry_index) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING`,
      [rows.map(({ term }) => term), rows.map(({ index }) => index)],
    );
  }
}
