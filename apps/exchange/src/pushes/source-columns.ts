import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';

/** Remembered for each source, so that a wide or changing table cannot fill the table of them. */
const MOST_COLUMNS = 500;
const NAME_CHARACTERS = 128;

/** Columns of sources that no entry has items for. */
@Injectable()
export class SourceColumns {
  /** @returns those that were not known yet */
  async notice(
    tx: Transaction,
    systemId: string,
    resourceId: string,
    columns: readonly string[],
    at: Date,
  ): Promise<string[]> {
    const rows = await tx.query<{ name: string }>(
      `WITH noticed AS (
         INSERT INTO source_column (system_id, resource_id, name, seen_at)
         SELECT $1, $2, name, $4 FROM unnest($3::text[]) AS given (name)
         WHERE (SELECT count(*) FROM source_column WHERE system_id = $1 AND resource_id = $2) < $5
         ON CONFLICT DO NOTHING RETURNING name)
       SELECT name FROM noticed ORDER BY name`,
      [systemId, resourceId, columns.map((name) => name.slice(0, NAME_CHARACTERS)).sort(), at, MOST_COLUMNS],
    );
    return rows.map(({ name }) => name);
  }
}
