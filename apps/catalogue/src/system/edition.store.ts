import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { CodeRule } from './domain/class-code';
import type { CatalogueClass, Edition } from './domain/edition';
import type { CatalogueSystem } from './domain/system';
import type { Template } from './domain/template';

const IN_FORCE = `hashtextextended('catalogue_edition/in-force', 0)`;

const COLUMNS = `number, status, title, document_number AS "documentNumber", effective_on::text AS "effectiveOn",
  code_rule AS "codeRule", template, revision, acts, updated_at AS "updatedAt"`;
type Row = Omit<Edition, 'updatedAt'> & Readonly<{ updatedAt: Date }>;
const editionOf = (row: Row): Edition => ({ ...row, updatedAt: row.updatedAt.toISOString() });

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
      `SELECT code, zh, en, ended, replaced_by AS "replacedBy" FROM catalogue_class
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
