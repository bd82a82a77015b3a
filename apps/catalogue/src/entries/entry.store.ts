import { Injectable } from '@nestjs/common';
import type { Principal, SharingType } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In, MoreThan } from 'typeorm';
import { OrganisationRow } from '../organisations/organisation.entity';
import type { Entry, EntryStatus } from './domain/entry';
import { INTERNAL_STATUSES, isAuthority } from './domain/knowledge';
import type { RegistrationRefusal } from './domain/registration-refusal';
import { gramsOf, neededGrams, searchTextOf, wordsOf } from './domain/search-text';
import { EntryRow } from './entry.entity';
import { RegistrationRefusalRow } from './registration-refusal.entity';

export type EntryFilter = Readonly<{
  q?: string;
  providerId?: string;
  sharingType?: SharingType;
  status?: EntryStatus;
  /** With the classes below it. */
  classification?: string;
}>;

/** One line of a list: no items, no workflow. */
export type ListedEntry = Pick<Entry, 'id' | 'resourceCode' | 'providerId' | 'status' | 'revision' | 'publishedOn'> &
  Pick<
    Entry['content'],
    'classification' | 'name' | 'nameEn' | 'abstract' | 'sharingType' | 'deliveryMode' | 'formatCategory' | 'updateCycle' | 'dataLevel'
  > &
  Readonly<{ providerName: string | null; updatedAt: string }>; // prettier-ignore

@Injectable()
export class EntryStore {
  constructor(private readonly database: DataSource) {}

  async find(id: string): Promise<Entry | null> {
    const row = await this.database.manager.findOne(EntryRow, { where: { id } });
    return row && entryOf(row);
  }

  /** By their ids; one that is not there is left out. */
  async findAll(ids: readonly string[]): Promise<Map<string, Entry>> {
    const rows = await this.database.manager.find(EntryRow, { where: { id: In([...new Set(ids)]) } });
    return new Map(rows.map((row) => [row.id, entryOf(row)]));
  }

  /** Loads an entry that stays as it is until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<Entry | null> {
    const row = await tx.manager.findOne(EntryRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    return row && entryOf(row);
  }

  /** False when the code is taken, by whomever. */
  async add(tx: Transaction, entry: Entry): Promise<boolean> {
    const added = await tx.manager
      .createQueryBuilder()
      .insert()
      .into(EntryRow)
      .values(rowOf(entry))
      .orIgnore()
      .returning('id')
      .execute();
    return (added.raw as unknown[]).length > 0;
  }

  /** Ids of those that were added: a code that is taken, by whomever, is left out. */
  async addAll(tx: Transaction, entries: readonly Entry[]): Promise<ReadonlySet<string>> {
    const added = await tx.manager
      .createQueryBuilder()
      .insert()
      .into(EntryRow)
      .values(entries.map(rowOf))
      .orIgnore()
      .returning('id')
      .updateEntity(false)
      .execute();
    return new Set((added.raw as { id: string }[]).map(({ id }) => id));
  }

  /** In the order of ids, as they are at this moment. */
  async after(tx: Transaction, id: string, limit: number): Promise<Entry[]> {
    const rows = await tx.manager.find(EntryRow, { where: { id: MoreThan(id) }, order: { id: 'ASC' }, take: limit });
    return rows.map(entryOf);
  }

  /** Loads entries that stay as they are until the transaction ends, locked in the order of ids. */
  async lockAll(tx: Transaction, ids: readonly string[]): Promise<Entry[]> {
    if (ids.length === 0) return [];
    const where = { id: In([...ids]) };
    const rows = await tx.manager.find(EntryRow, { where, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
    return rows.map(entryOf);
  }

  /** Entries that are there, in one statement. */
  async saveAll(tx: Transaction, entries: readonly Entry[]): Promise<void> {
    if (entries.length > 0) await tx.manager.upsert(EntryRow, entries.map(rowOf), ['id']);
  }

  async save(tx: Transaction, entry: Entry): Promise<void> {
    const { id, ...row } = rowOf(entry);
    await tx.manager.update(EntryRow, { id }, row);
  }

  /** Nothing of the entry stays. */
  async wipe(tx: Transaction, id: string): Promise<void> {
    await tx.manager.delete(EntryRow, { id });
  }

  async keepRefusal(tx: Transaction, { by, at, ...refusal }: RegistrationRefusal): Promise<void> {
    await tx.manager.insert(RegistrationRefusalRow, { ...refusal, refusedTo: by, at: new Date(at) });
  }

  /** In the order in which whoever locks several locks them. */
  async idsOf(tx: Transaction, providerIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('SELECT id FROM entry WHERE provider_id = ANY($1) ORDER BY id', [
      providerIds,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Whose scheduled withdrawal has come, the longest due first. */
  async dueWithdrawals(now: Date, limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      'SELECT id FROM entry WHERE withdrawal_due_at <= $1 ORDER BY withdrawal_due_at LIMIT $2',
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Which of the ids are, or were, published. */
  async oncePublished(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM entry WHERE id = ANY($1) AND status IN ('PUBLISHED', 'WITHDRAWN')`,
      [ids],
    );
    return rows.map((row) => row.id);
  }

  /** What resources that are, or were, published derive from. */
  async originsOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, readonly string[]>> {
    const rows = await tx.query<{ id: string; derivedFrom: string[] }>(
      `SELECT id, content -> 'derivedFrom' AS "derivedFrom" FROM entry
       WHERE id = ANY($1) AND status IN ('PUBLISHED', 'WITHDRAWN')`,
      [ids],
    );
    return new Map(rows.map(({ id, derivedFrom }) => [id, derivedFrom]));
  }

  /** Entries after `after` in the order of ids, as far as the caller may know of them (see `knowledgeOf`). */
  async list(filter: EntryFilter, by: Principal, after: string | null, limit: number): Promise<ListedEntry[]> {
    const query = this.database
      .createQueryBuilder(EntryRow, 'entry')
      .leftJoin(OrganisationRow, 'provider', 'provider.id = entry.provider_id')
      .select([
        'entry.id AS id',
        'entry.resource_code AS "resourceCode"',
        'entry.provider_id AS "providerId"',
        'provider.name AS "providerName"',
        'entry.status AS status',
        'entry.revision AS revision',
        'entry.published_on::text AS "publishedOn"',
        'entry.updated_at AS "updatedAt"',
        ...LISTED_CONTENT.map((field) => `entry.content ->> '${field}' AS "${field}"`),
      ])
      .where(
        `(entry.provider_id = :mine OR (entry.status = 'PUBLISHED' AND entry.metadata_visibility <> 'HIDDEN')
          ${isAuthority(by) ? 'OR entry.status <> ALL(:internal)' : ''})`,
        { mine: by.departmentId, internal: INTERNAL_STATUSES },
      )
      .orderBy('entry.id')
      .limit(limit);
    if (after !== null) query.andWhere('entry.id > :after', { after });
    if (filter.providerId) query.andWhere('entry.provider_id = :providerId', { providerId: filter.providerId });
    if (filter.sharingType) query.andWhere('entry.sharing_type = :sharingType', { sharingType: filter.sharingType });
    if (filter.status) query.andWhere('entry.status = :status', { status: filter.status });
    if (filter.classification)
      query.andWhere(
        `(entry.content ->> 'classification') COLLATE "C" >= :from AND (entry.content ->> 'classification') COLLATE "C" < :below`,
        { from: filter.classification, below: `${filter.classification}.` },
      );
    wordsOf(filter.q ?? '').forEach((word, i) => {
      query.andWhere(`entry.search_grams @> :grams${i}`, { [`grams${i}`]: neededGrams(word) });
      query.andWhere(`position(:word${i} in entry.search_text) > 0`, { [`word${i}`]: word });
    });
    const rows = await query.getRawMany<Omit<ListedEntry, 'updatedAt'> & { updatedAt: Date }>();
    return rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
  }
}

const LISTED_CONTENT = [
  'classification',
  'name',
  'nameEn',
  'abstract',
  'sharingType',
  'deliveryMode',
  'formatCategory',
  'updateCycle',
  'dataLevel',
] as const;

function rowOf(entry: Entry) {
  const {
    id,
    resourceCode,
    providerId,
    formerProviders,
    status,
    version,
    revision,
    content,
    publishedOn,
    updatedAt,
    ...workflow
  } = entry;
  const searchText = searchTextOf(entry);
  return {
    id,
    resourceCode,
    providerId,
    formerProviders,
    status,
    version,
    revision,
    content,
    workflow,
    publishedOn,
    sharingType: content.sharingType,
    metadataVisibility: content.metadataVisibility,
    searchText,
    searchGrams: gramsOf(searchText),
    withdrawalDueAt: workflow.scheduledWithdrawal ? new Date(workflow.scheduledWithdrawal.effectiveAt) : null,
    updatedAt: new Date(updatedAt),
  };
}

const entryOf = (row: EntryRow): Entry => ({
  id: row.id,
  resourceCode: row.resourceCode,
  providerId: row.providerId,
  formerProviders: row.formerProviders,
  status: row.status,
  version: row.version,
  revision: row.revision,
  content: row.content,
  publishedOn: row.publishedOn,
  updatedAt: row.updatedAt.toISOString(),
  ...row.workflow,
  // An entry of before has no such thing in its workflow.
  proposedWithdrawal: row.workflow.proposedWithdrawal ?? null,
  scheduledWithdrawal: row.workflow.scheduledWithdrawal ?? null,
  withheldWithdrawal: row.workflow.withheldWithdrawal ?? null,
});
