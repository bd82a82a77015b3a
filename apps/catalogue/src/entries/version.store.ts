import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, LessThan, type EntityManager } from 'typeorm';
import type { Entry } from './domain/entry';
import { versionOf, workflowOf, type Version } from './domain/versions';
import { EntryRevisionRow, EntryVersionRow } from './version.entity';

@Injectable()
export class VersionStore {
  constructor(private readonly database: DataSource) {}

  /** The next version of an entry as an entry of its own. Whoever changes it holds the lock of the entry. */
  async revisionOf(entry: Entry, manager: EntityManager = this.database.manager): Promise<Entry | null> {
    const row = await manager.findOne(EntryRevisionRow, { where: { entryId: entry.id } });
    if (!row) return null;
    const { version, status, revision, content, workflow, updatedAt } = row;
    return { ...entry, ...workflow, version, status, revision, content, updatedAt: updatedAt.toISOString() };
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
