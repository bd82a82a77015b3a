import { Injectable } from '@nestjs/common';
import { KEPT_FROM, Refusal } from '@qiongtong/contracts';
import { databaseErrorCode, type Sql } from '@qiongtong/platform';
import { notKeptFrom } from '../log/log.store';
import { termOf } from '../search/domain/terms';
import { appointingIn } from './domain/touched';

export type TouchEntry = Readonly<{ index: number; entry: string; actor: string | null }>;
export type Wanted = Readonly<{ officerId: string; from: number; before: number; limit: number }>;

const APPOINTING = ['authorisation.officer-registered.v1', 'authorisation.officer-amended.v1'];
const TIMEOUT_MS = 10_000;
const CANCELLED = '57014';

/** Queries about what one officer did, and what was done about them. */
@Injectable()
export class OfficerTraceStore {
  /** Organisations that ever appointed the officer. */
  async organisations(query: Sql, officerId: string): Promise<string[]> {
    const rows = await query<{ entry: string }>('SELECT entry FROM log_entry WHERE key = $1 AND type = ANY($2)', [
      officerId,
      APPOINTING,
    ]);
    return rows.flatMap(({ entry }) => appointingIn(entry));
  }

  /** In the order of the log; each of the two terms gives a page at most. @param department null: all of the log */
  async touched(
    query: Sql,
    { officerId, from, before, limit }: Wanted,
    department: string | null,
  ): Promise<TouchEntry[]> {
    await query(`SELECT set_config('statement_timeout', $1, true)`, [String(TIMEOUT_MS)]);
    const parameters: unknown[] = [termOf('actor', officerId), termOf('about', officerId), from, before, limit];
    const own = department === null ? '' : ownOnly(department, parameters);
    const page = (term: string) =>
      `(SELECT t.entry_index FROM log_term t JOIN log_entry ON log_entry.index = t.entry_index
        WHERE t.term = ${term} AND t.entry_index >= $3 AND t.entry_index < $4 ${own} ORDER BY t.entry_index LIMIT $5)`;
    try {
      return await query<TouchEntry>(
        `SELECT log_entry.index::float8 AS index, entry, actor
         FROM (${page('$1')} UNION ${page('$2')}) found JOIN log_entry ON log_entry.index = found.entry_index
         ORDER BY log_entry.index LIMIT $5`,
        parameters,
      );
    } catch (error) {
      if (databaseErrorCode(error) !== CANCELLED) throw error;
      throw new Refusal('audit.search_too_wide', { about: [officerId] });
    }
  }
}

function ownOnly(department: string, parameters: unknown[]): string {
  const own = `$${parameters.push(department)}`;
  return `AND concerns @> ARRAY[${own}::text] AND ${notKeptFrom(own, `$${parameters.push(KEPT_FROM)}`)}`;
}
