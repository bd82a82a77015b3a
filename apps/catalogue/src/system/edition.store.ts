import { Injectable } from '@nestjs/common';
import type { NotMigrated, Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { EntryStatus } from '../entries/domain/entry';
import { INTERNAL_STATUSES, isAuthority } from '../entries/domain/knowledge';
import type { CodeRule } from './domain/class-code';
import type { CatalogueClass, Edition } from './domain/edition';
import type { CatalogueSystem } from './domain/system';
import type { Template } from './domain/template';

const IN_FORCE = `hashtextextended('catalogue_edition/in-force', 0)`;

const COLUMNS = `number, status, title, document_number AS "documentNumber", effective_on::text AS "effectiveOn",
  code_rule AS "codeRule", template, revision, acts, migration, updated_at AS "updatedAt"`;
type Row = Omit<Edition, 'updatedAt'> & Readonly<{ updatedAt: Date }>;
const editionOf = (row: Row): Edition => ({ ...row, updatedAt: row.updatedAt.toISOString() });

const CLASS = 'code::text, zh, en, ended, replaced_by::text AS "replacedBy"';
const DUE = `status = 'ANNOUNCED' AND effective_on <= $1`;
const valuesOf = (edition: Edition): unknown[] => [
  ...[edition.status, edition.title, edition.documentNumber, edition.effectiveOn, JSON.stringify(edition.codeRule)],
  ...[JSON.stringify(edition.template), edition.revision, JSON.stringify(edition.acts)],
  ...[edition.migration && JSON.stringify(edition.migration), edition.updatedAt, edition.number],
];

export type EntryFault = NotMigrated & Readonly<{ entryId: string }>;
/** What could not be brought along, of an entry as it is now. */
export type ReportedFault = EntryFault &
  Readonly<{ resourceCode: string; providerId: string; status: EntryStatus; name: string; classification: string }>;

@Injectable()
export class EditionStore {
  constructor(private readonly database: DataSource) {}

  async inForce(): Promise<Edition> {
    const [row] = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM catalogue_edition WHERE status = 'IN_FORCE'`,
    );
    return editionOf(row!);
  }

  async find(number: number): Promise<Edition | null> {
    const [row] = await this.database.query<Row[]>(`SELECT ${COLUMNS} FROM catalogue_edition WHERE number = $1`, [number]); // prettier-ignore
    return row ? editionOf(row) : null;
  }

  /** The newest first. */
  async list(before: number | null, limit: number): Promise<Edition[]> {
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM catalogue_edition WHERE $1::int IS NULL OR number < $1 ORDER BY number DESC LIMIT $2`,
      [before, limit],
    );
    return rows.map(editionOf);
  }

  /** In the order of codes. A full stop follows the hyphen: what is below a class lies between. */
  classes(number: number, under: string | null, after: string, limit: number): Promise<CatalogueClass[]> {
    return this.database.query<CatalogueClass[]>(
      `SELECT ${CLASS} FROM catalogue_class
       WHERE edition = $1 AND code > $2 AND ($3::text IS NULL OR (code >= $3 AND code < $3 || '.'))
       ORDER BY code LIMIT $4`,
      [number, after, under, limit],
    );
  }

  /** The number of the edition in force, which stays so until the transaction ends. */
  async holdInForce(tx: Transaction): Promise<number> {
    // A statement of its own: what is read with it would be as it was before waiting.
    await tx.query(`SELECT pg_advisory_xact_lock_shared(${IN_FORCE})`);
    const [row] = await tx.query<{ number: number }>(`SELECT number FROM catalogue_edition WHERE status = 'IN_FORCE'`);
    return row!.number;
  }

  /** Resolves when nobody compiles by the edition in force any more; whoever begins to waits until this has ended. */
  async endInForce(tx: Transaction): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(${IN_FORCE})`);
  }

  async lockInForce(tx: Transaction): Promise<Edition> {
    return (await this.locked(tx, `status = 'IN_FORCE'`, []))!;
  }

  lock(tx: Transaction, number: number): Promise<Edition | null> {
    return this.locked(tx, 'number = $1', [number]);
  }

  lockDue(tx: Transaction, today: string): Promise<Edition | null> {
    return this.locked(tx, DUE, [today]);
  }

  /** The edition in force, as long as there are entries to bring along. */
  lockMigrating(tx: Transaction): Promise<Edition | null> {
    return this.locked(tx, `status = 'IN_FORCE' AND migration ->> 'finishedAt' IS NULL AND migration IS NOT NULL`, []);
  }

  async due(today: string): Promise<boolean> {
    return (await this.database.query<unknown[]>(`SELECT 1 FROM catalogue_edition WHERE ${DUE}`, [today])).length > 0;
  }

  private async locked(tx: Transaction, which: string, parameters: unknown[]): Promise<Edition | null> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM catalogue_edition WHERE ${which} FOR UPDATE`, parameters);
    return row ? editionOf(row) : null;
  }

  async nextNumber(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ number: number }>('SELECT max(number) + 1 AS number FROM catalogue_edition');
    return row!.number;
  }

  /** False where another is to come already. */
  async add(tx: Transaction, edition: Edition): Promise<boolean> {
    const added = await tx.query(
      `INSERT INTO catalogue_edition
         (status, title, document_number, effective_on, code_rule, template, revision, acts, migration, updated_at, number)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING 1`,
      valuesOf(edition),
    );
    return added.length > 0;
  }

  async save(tx: Transaction, edition: Edition): Promise<void> {
    await tx.query(
      `UPDATE catalogue_edition SET status = $1, title = $2, document_number = $3, effective_on = $4, code_rule = $5,
         template = $6, revision = $7, acts = $8, migration = $9, updated_at = $10 WHERE number = $11`,
      valuesOf(edition),
    );
  }

  /** Those that take entries. */
  async copyClasses(tx: Transaction, from: number, to: number): Promise<void> {
    await tx.query(
      `INSERT INTO catalogue_class (edition, code, zh, en)
       SELECT $2, code, zh, en FROM catalogue_class WHERE edition = $1 AND NOT ended`,
      [from, to],
    );
  }

  allClasses(tx: Transaction, number: number): Promise<CatalogueClass[]> {
    return tx.query<CatalogueClass>(`SELECT ${CLASS} FROM catalogue_class WHERE edition = $1`, [number]);
  }

  /** Writes what is otherwise than before. */
  async saveClasses(
    tx: Transaction,
    number: number,
    before: readonly CatalogueClass[],
    after: readonly CatalogueClass[],
  ): Promise<void> {
    const [was, is] = [new Set(before), new Set(after.map(({ code }) => code))];
    const gone = before.flatMap(({ code }) => (is.has(code) ? [] : [code]));
    await tx.query('DELETE FROM catalogue_class WHERE edition = $1 AND code = ANY($2)', [number, gone]);
    const changed = after.filter((one) => !was.has(one));
    await tx.query(
      `INSERT INTO catalogue_class (edition, code, zh, en, ended, replaced_by)
       SELECT $1, code, zh, en, ended, "replacedBy"
       FROM jsonb_to_recordset($2::jsonb) AS given (code text, zh text, en text, ended boolean, "replacedBy" text)
       ON CONFLICT (edition, code) DO UPDATE
       SET zh = excluded.zh, en = excluded.en, ended = excluded.ended, replaced_by = excluded.replaced_by`,
      [number, JSON.stringify(changed)],
    );
  }

  async keepFaults(tx: Transaction, number: number, faults: readonly EntryFault[]): Promise<void> {
    await tx.query(
      `INSERT INTO catalogue_edition_fault (edition, entry_id, field, reason)
       SELECT $1, entry, field, reason FROM unnest($2::text[], $3::text[], $4::text[]) AS given (entry, field, reason)
       ON CONFLICT DO NOTHING`,
      [
        number,
        faults.map(({ entryId }) => entryId),
        faults.map(({ field }) => field),
        faults.map(({ reason }) => reason),
      ],
    );
  }

  /** Of entries that the caller may know all of, as they are now. */
  faults(
    number: number,
    by: Principal,
    after: readonly [entryId: string, field: string, reason: string],
    limit: number,
  ): Promise<ReportedFault[]> {
    return this.database.query<ReportedFault[]>(
      `SELECT entry_id AS "entryId", resource_code AS "resourceCode", provider_id AS "providerId", status, reason, field,
         content ->> 'name' AS name, content ->> 'classification' AS classification
       FROM catalogue_edition_fault JOIN entry ON entry.id = entry_id
       WHERE edition = $1 AND (entry_id, field, reason) > ($2, $3, $4)
         AND (provider_id = $5 OR ($6 AND status <> ALL($7)))
       ORDER BY entry_id, field, reason LIMIT $8`,
      [number, ...after, by.departmentId, isAuthority(by), INTERNAL_STATUSES, limit],
    );
  }

  /** The edition as entries are compiled by it. */
  async system(tx: Transaction, number: number): Promise<CatalogueSystem> {
    const [row] = await tx.query<{ codeRule: CodeRule; template: Template; classes: string[] }>(
      `SELECT code_rule AS "codeRule", template, ARRAY(
         SELECT code::text FROM catalogue_class WHERE edition = number AND NOT ended) AS classes
       FROM catalogue_edition WHERE number = $1`,
      [number],
    );
    return { edition: number, codeRule: row!.codeRule, template: row!.template, classes: new Set(row!.classes) };
  }
}
