import { Injectable, Optional } from '@nestjs/common';
import { KEPT_FROM, Refusal } from '@qiongtong/contracts';
import { databaseErrorCode, type Sql } from '@qiongtong/platform';
import { ArchivedTexts } from '../archive/archived-texts';
import { ENTRY, notKeptFrom, type Entry, type StoredEntry } from '../log/log.store';

/** Entries of a search: every term is met, as far as `department` may know of them (null: all). */
export type Wanted = Readonly<{ terms: readonly string[]; department: string | null }>;
export type Span = Readonly<{ from: number; before: number }>;

/** Entries that one page may compare, and that one export may hold. Beyond that a filter more is asked for, or a shorter period. */
const MOST_COMPARED = 50_000;
const TIMEOUT_MS = 10_000;
const CANCELLED = '57014';

/** Queries of those who search the log. */
@Injectable()
export class SearchStore {
  constructor(@Optional() private readonly texts: ArchivedTexts = new ArchivedTexts(null)) {}

  async searchedTo(query: Sql): Promise<number> {
    const [row] = await query<{ next: number }>(
      `SELECT next_index::float8 AS next FROM log_follower WHERE name = 'terms'`,
    );
    return row?.next ?? 0;
  }

  /** The first entry before `before` that was sealed then or later: entries are sealed in order, so halving finds it. */
  async sealedFrom(query: Sql, moment: string, before: number): Promise<number> {
    const [row] = await query<{ lo: number }>(
      `WITH RECURSIVE half (lo, hi) AS (
         SELECT 0::bigint, $2::bigint
         UNION ALL
         SELECT CASE WHEN m.sealed_at < $1::timestamptz THEN m.index + 1 ELSE lo END,
                CASE WHEN m.sealed_at < $1::timestamptz THEN hi ELSE m.index END
         FROM half CROSS JOIN LATERAL (SELECT index, sealed_at FROM log_entry WHERE index = (lo + hi) / 2) m
         WHERE lo < hi)
       SELECT lo::float8 AS lo FROM half ORDER BY hi - lo LIMIT 1`,
      [moment, before],
    );
    return row?.lo ?? 0;
  }

  /** Refuses what would have to compare too much, or export too much, and asks the database to give up in time. */
  async bound(query: Sql, { terms, department }: Wanted, span: Span, how = 'page'): Promise<string | null> {
    await query(`SELECT set_config('statement_timeout', $1, true)`, [String(TIMEOUT_MS)]);
    const expectExportable = (count: number): void => {
      if (how === 'export' && count > MOST_COMPARED)
        throw new Refusal('audit.export_too_wide', { about: [String(MOST_COMPARED)] });
    };
    if (terms.length === 0) {
      expectExportable(span.before - span.from);
      return null;
    }
    const counts = await query<{ term: string; count: number }>(
      `SELECT wanted.term, (SELECT count(*)::int FROM (
         SELECT FROM log_term t WHERE t.term = wanted.term AND t.entry_index >= $2 AND t.entry_index < $3 LIMIT $4) hits) AS count
       FROM unnest($1::text[]) AS wanted (term) ORDER BY count, term`,
      [terms, span.from, span.before, MOST_COMPARED + 1],
    );
    const [rarest] = counts as [{ term: string; count: number }];
    if (rarest.count > MOST_COMPARED && (terms.length > 1 || department !== null))
      throw new Refusal('audit.search_too_wide', { about: terms });
    expectExportable(rarest.count);
    return rarest.term;
  }

  /** @param rarest the term whose entries are gone through */
  async page(query: Sql, wanted: Wanted, rarest: string | null, span: Span, limit: number): Promise<Entry[]> {
    const parameters: unknown[] = [span.from, span.before, limit];
    const conditions: string[] = [];
    if (rarest !== null)
      conditions.push(
        `t.term = $${parameters.push(rarest)}`,
        `NOT EXISTS (SELECT FROM unnest($${parameters.push(wanted.terms.filter((t) => t !== rarest))}::text[]) AS w (term)
           WHERE NOT EXISTS (SELECT FROM log_term o WHERE o.term = w.term AND o.entry_index = t.entry_index))`,
      );
    if (wanted.department !== null) {
      const department = `$${parameters.push(wanted.department)}`;
      conditions.push(`concerns @> ARRAY[${department}::text]`);
      conditions.push(notKeptFrom(department, `$${parameters.push(KEPT_FROM)}`));
    }
    const index = rarest === null ? 'log_entry.index' : 't.entry_index';
    const source = rarest === null ? 'log_entry' : 'log_term t JOIN log_entry ON log_entry.index = t.entry_index';
    const where = [`${index} >= $1`, `${index} < $2`, ...conditions].join(' AND ');
    try {
      const text = `SELECT ${ENTRY} FROM ${source} WHERE ${where} ORDER BY ${index} LIMIT $3`;
      return await this.texts.fill(await query<StoredEntry>(text, parameters));
    } catch (error) {
      if (databaseErrorCode(error) !== CANCELLED) throw error;
      throw new Refusal('audit.search_too_wide', { about: wanted.terms });
    }
  }
}
