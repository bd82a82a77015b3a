import { Injectable, Optional } from '@nestjs/common';
import { KEPT_FROM } from '@qiongtong/contracts';
import type { Sql } from '@qiongtong/platform';
import { ArchivedTexts } from '../archive/archived-texts';

export type SignedHead = Readonly<{ size: number; root: Buffer; note: string; signedAt: Date }>;
export type Entry = Readonly<{ index: number; leafHash: Buffer; entry: string; sealedAt: Date }>;
/** As it stands in the database: without its text when that is in the archive alone. */
export type StoredEntry = Omit<Entry, 'entry'> & Readonly<{ entry: string | null }>;
export type EntryFilter = Readonly<{
  topic?: string;
  type?: string;
  key?: string;
  actor?: string;
  /** An organisation the entry concerns. */
  concerns?: string;
}>;
export type GapRow = Readonly<{
  topic: string;
  partition: number | null;
  producer: string;
  run: string;
  from: number;
  to: number;
  foundAt: Date;
}>;
export type ConflictRow = Omit<GapRow, 'from' | 'to'> & Readonly<{ n: number; entryIndex: number }>;

export const ENTRY = 'log_entry.index::float8 AS index, leaf_hash AS "leafHash", entry, sealed_at AS "sealedAt"';
const CHECKPOINT = 'size::float8 AS size, root, note, signed_at AS "signedAt"';
const CONDITIONS = {
  topic: (p: string) => `topic = ${p}`,
  type: (p: string) => `type = ${p}`,
  key: (p: string) => `key = ${p}`,
  actor: (p: string) => `actor = ${p}`,
  concerns: (p: string) => `concerns @> ARRAY[${p}::text]`,
} as const satisfies Record<keyof EntryFilter, (parameter: string) => string>;
/**
 * Only what is of such a type is read as JSON: an entry may hold text that the database cannot. One that was pruned does
 * not say here whom it is kept from: only those who read the whole log read it.
 */
export const notKeptFrom = (department: string, kept: string): string =>
  `NOT EXISTS (SELECT FROM jsonb_each_text(${kept}::jsonb) AS kept (type, field)
     WHERE CASE WHEN kept.type = log_entry.type
       THEN log_entry.entry IS NULL OR log_entry.entry::jsonb #>> ARRAY['data', kept.field] = ${department}
       ELSE false END)`;
/** Characters of one page of an export; a page has at least one entry. */
const PAGE_CHARACTERS = 500_000;
/** Indexes have no holes, so a page is a range of them and costs the same anywhere in the log. */
const PAGE_ENTRIES = 500;
/** Of one whose text is in the archive nothing is known but how long it may be at most, and what most are. */
const LENGTH = 'coalesce(length(entry), 2000)';

/** Rows and queries of those who read the log. */
@Injectable()
export class LogStore {
  constructor(@Optional() private readonly texts: ArchivedTexts = new ArchivedTexts(null)) {}

  async newest(query: Sql): Promise<SignedHead | null> {
    const [row] = await query<SignedHead>(`SELECT ${CHECKPOINT} FROM checkpoint ORDER BY size DESC LIMIT 1`);
    return row ?? null;
  }

  async checkpoint(query: Sql, size: number): Promise<SignedHead | null> {
    const [row] = await query<SignedHead>(`SELECT ${CHECKPOINT} FROM checkpoint WHERE size = $1`, [size]);
    return row ?? null;
  }

  /** The highest checkpoint above `from` and up to `to`. */
  async checkpointWithin(query: Sql, from: number, to: number): Promise<SignedHead | null> {
    const [row] = await query<SignedHead>(
      `SELECT ${CHECKPOINT} FROM checkpoint WHERE size > $1 AND size <= $2 ORDER BY size DESC LIMIT 1`,
      [from, to],
    );
    return row ?? null;
  }

  /** Entries in order, from `from` on, as far as `concerning` may know of them (null: all). */
  async entries(
    query: Sql,
    from: number,
    filter: EntryFilter,
    concerning: string | null,
    limit: number,
  ): Promise<Entry[]> {
    const parameters: unknown[] = [from, limit];
    const conditions = (Object.keys(CONDITIONS) as (keyof EntryFilter)[]).flatMap((name) =>
      filter[name] === undefined ? [] : [CONDITIONS[name](`$${parameters.push(filter[name])}`)],
    );
    if (concerning !== null) {
      const department = `$${parameters.push(concerning)}`;
      conditions.push(CONDITIONS.concerns(department), notKeptFrom(department, `$${parameters.push(KEPT_FROM)}`));
    }
    const where = ['index >= $1', ...conditions].join(' AND ');
    const text = `SELECT ${ENTRY} FROM log_entry WHERE ${where} ORDER BY index LIMIT $2`;
    return this.texts.fill(await query<StoredEntry>(text, parameters));
  }

  async entry(query: Sql, index: number, concerning: string | null): Promise<Entry | null> {
    const [row] = await this.entries(query, index, {}, concerning, 1);
    return row?.index === index ? row : null;
  }

  /** Value of a message that is too large for its entry; null for an entry that has it itself. */
  async largeMessage(query: Sql, index: number): Promise<Buffer | null> {
    const [row] = await query<{ value: Buffer | null }>('SELECT value FROM large_message WHERE entry_index = $1', [
      index,
    ]);
    return row ? (row.value ?? Buffer.alloc(0)) : this.texts.message(index);
  }

  /** Records of one decision; there are few: at most a start and an end. */
  access(query: Sql, decisionId: string, concerning: string | null): Promise<Entry[]> {
    return this.entries(query, 0, { topic: 'facts.access', key: decisionId }, concerning, 100);
  }

  /** Consecutive entries, as many as keep the memory small however large they are. */
  async exportPage(query: Sql, from: number, before: number): Promise<Entry[]> {
    const rows = await query<StoredEntry>(
      `SELECT index, "leafHash", entry, "sealedAt" FROM (
         SELECT ${ENTRY}, sum(${LENGTH}) OVER (ORDER BY log_entry.index) - ${LENGTH} AS preceding
         FROM log_entry WHERE log_entry.index >= $1 AND log_entry.index < $2) page
       WHERE preceding < $3 ORDER BY index`,
      [from, Math.min(before, from + PAGE_ENTRIES), PAGE_CHARACTERS],
    );
    return this.texts.fill(rows);
  }

  gaps(query: Sql, limit: number): Promise<GapRow[]> {
    return query<GapRow>(
      `SELECT topic, nullif(partition, -1) AS partition, producer, run, from_n::float8 AS "from", to_n::float8 AS "to",
              found_at AS "foundAt"
       FROM number_gap ORDER BY found_at DESC, topic, partition, producer, run, from_n LIMIT $1`,
      [limit],
    );
  }

  conflicts(query: Sql, limit: number): Promise<ConflictRow[]> {
    return query<ConflictRow>(
      `SELECT topic, nullif(partition, -1) AS partition, producer, run, n::float8 AS n,
              entry_index::float8 AS "entryIndex", found_at AS "foundAt"
       FROM number_conflict ORDER BY entry_index DESC LIMIT $1`,
      [limit],
    );
  }
}
