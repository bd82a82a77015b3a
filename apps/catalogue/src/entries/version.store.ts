import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In, LessThan, type EntityManager } from 'typeorm';
import type { Entry, ReviewDecision } from './domain/entry';
import { versionOf, workflowOf, type Version } from './domain/versions';
import { EntryRevisionRow, EntryVersionRow } from './version.entity';

/** One decision of the authority; an entry's are numbered in their order. */
export type Review = Readonly<{ number: number; version: number; decision: ReviewDecision }>;

@Injectable()
export class VersionStore {
  constructor(private readonly database: DataSource) {}

  /** The next version of an entry as an entry of its own. Whoever changes it holds the lock of the entry. */
  async revisionOf(entry: Entry, manager: EntityManager = this.database.manager): Promise<Entry | null> {
    const row = await manager.findOne(EntryRevisionRow, { where: { entryId: entry.id } });
    return row && compiledOf(entry, row);
  }

  /** The next versions of those entries that have one. */
  async revisionsOf(tx: Transaction, entries: readonly Entry[]): Promise<Map<string, Entry>> {
    const known = new Map(entries.map((entry) => [entry.id, entry]));
    const rows = await tx.manager.find(EntryRevisionRow, { where: { entryId: In([...known.keys()]) } });
    return new Map(rows.map((row) => [row.entryId, compiledOf(known.get(row.entryId)!, row)]));
  }

  async saveRevision(tx: Transaction, copy: Entry): Promise<void> {
    const { id: entryId, version, status, revision, content, updatedAt } = copy;
    const row = { entryId, version, status, revision, content, workflow: workflowOf(copy) };
    await tx.manager.upsert(EntryRevisionRow, { ...row, updatedAt: new Date(updatedAt) }, ['entryId']);
  }

  async dropRevision(tx: Transaction, entryId: string): Promise<void> {
    await tx.manager.delete(EntryRevisionRow, { entryId });
  }

  /** Once for each version; what was published is never written again. */
  async keep(tx: Transaction, entry: Entry): Promise<void> {
    const { publishedAt, ...version } = versionOf(entry);
    await tx.manager.insert(EntryVersionRow, { ...version, publishedAt: new Date(publishedAt) });
  }

  /** What the authority decided, for good: the entry itself shows its last word only. */
  async keepReview(tx: Transaction, { id, version, decision }: Entry): Promise<void> {
    if (!decision) throw new Error(`${id} was not decided on`);
    await tx.query(
      `INSERT INTO entry_review (entry_id, number, version, decision)
       SELECT $1, coalesce(max(number), 0) + 1, $2, $3 FROM entry_review WHERE entry_id = $1`,
      [id, version, decision],
    );
  }

  /** Of a version of which nothing may stay. [R2.2] */
  async wipeReviews(tx: Transaction, entryId: string, version: number): Promise<void> {
    await tx.query('DELETE FROM entry_review WHERE entry_id = $1 AND version = $2', [entryId, version]);
  }

  /** The newest first. */
  reviews(entryId: string, before: number | null, limit: number): Promise<Review[]> {
    return sql<Review>(
      this.database,
      `SELECT number, version, decision FROM entry_review
       WHERE entry_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3`,
      [entryId, before ?? 2_147_483_647, limit],
    );
  }

  async find(entryId: string, version: number): Promise<Version | null> {
    const row = await this.database.manager.findOne(EntryVersionRow, { where: { entryId, version } });
    return row && { ...row, publishedAt: row.publishedAt.toISOString() };
  }

  /** The newest first. */
  async list(entryId: string, before: number | null, limit: number): Promise<Version[]> {
    const rows = await this.database.manager.find(EntryVersionRow, {
      where: { entryId, ...(before !== null && { version: LessThan(before) }) },
      order: { version: 'DESC' },
      take: limit,
    });
    return rows.map((row) => ({ ...row, publishedAt: row.publishedAt.toISOString() }));
  }
}

const compiledOf = (
  entry: Entry,
  { version, status, revision, content, workflow, updatedAt }: EntryRevisionRow,
): Entry => ({
  ...entry,
  ...workflow,
  ...{ version, status, revision, content, updatedAt: updatedAt.toISOString() },
});
