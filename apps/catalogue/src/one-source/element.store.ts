import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { gramsOf, neededGrams, wordsOf } from '../entries/domain/search-text';
import type { DataElement, ElementVersion, Standard } from './domain/data-element';

export type ElementFilter = Readonly<{ q?: string; status?: DataElement['status'] }>;
type Row = Omit<DataElement, 'keptAt'> & Readonly<{ keptAt: Date }>;
type VersionRow = Omit<ElementVersion, 'keptAt'> & Readonly<{ keptAt: Date }>;

const COLUMNS = `id, revision, status, retired_on::text AS "retiredOn", standard, effective_from::text AS "effectiveFrom",
  kept_by AS "keptBy", kept_at AS "keptAt"`;

@Injectable()
export class ElementStore {
  constructor(private readonly database: DataSource) {}

  async find(id: string): Promise<DataElement | null> {
    const [row] = await this.database.query<Row[]>(`SELECT ${COLUMNS} FROM data_element WHERE id = $1`, [id]);
    return row ? known(row) : null;
  }

  async lock(tx: Transaction, id: string): Promise<DataElement | null> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM data_element WHERE id = $1 FOR UPDATE`, [id]);
    return row ? known(row) : null;
  }

  /** Of those in force on the day, what they say then, by id. They stay so until the transaction ends. */
  async inForce(tx: Transaction, ids: readonly string[], day: string): Promise<Map<string, Standard>> {
    if (ids.length === 0) return new Map();
    await tx.query('SELECT FROM data_element WHERE id = ANY($1) ORDER BY id FOR SHARE', [ids]);
    const rows = await tx.query<{ id: string; standard: Standard }>(
      `SELECT element.id, version.standard FROM data_element AS element
       JOIN LATERAL (
         SELECT standard FROM data_element_version
         WHERE element_id = element.id AND effective_from <= $2 ORDER BY revision DESC LIMIT 1) AS version ON true
       WHERE element.id = ANY($1) AND element.status = 'IN_FORCE'`,
      [ids, day],
    );
    return new Map(rows.map(({ id, standard }) => [id, standard]));
  }

  /** False when there is one with this id. */
  async add(tx: Transaction, element: DataElement): Promise<boolean> {
    const added = await tx.query(
      `INSERT INTO data_element (id, revision, status, standard, effective_from, kept_by, kept_at, search_text, search_grams)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING 1`,
      [element.id, element.revision, element.status, JSON.stringify(element.standard), element.effectiveFrom,
        element.keptBy, element.keptAt, ...searched(element)],
    );
    if (added.length > 0) await this.keepVersion(tx, element);
    return added.length > 0;
  } // prettier-ignore

  async change(tx: Transaction, element: DataElement): Promise<void> {
    await this.save(tx, element);
    await this.keepVersion(tx, element);
  }

  async save(tx: Transaction, element: DataElement): Promise<void> {
    await tx.query(
      `UPDATE data_element SET revision = $2, status = $3, retired_on = $4, standard = $5, effective_from = $6,
         kept_by = $7, kept_at = $8, search_text = $9, search_grams = $10 WHERE id = $1`,
      [element.id, element.revision, element.status, element.retiredOn, JSON.stringify(element.standard),
        element.effectiveFrom, element.keptBy, element.keptAt, ...searched(element)],
    );
  } // prettier-ignore

  /** In the order of ids. */
  async list({ q, status }: ElementFilter, after: string | null, limit: number): Promise<DataElement[]> {
    const parameters: unknown[] = [limit];
    const parameter = (value: unknown) => `$${parameters.push(value)}`;
    const conditions = ['true'];
    if (after !== null) conditions.push(`id > ${parameter(after)}`);
    if (status !== undefined) conditions.push(`status = ${parameter(status)}`);
    for (const word of wordsOf(q ?? '')) {
      conditions.push(`search_grams @> ${parameter(neededGrams(word))}::text[]`);
      conditions.push(`position(${parameter(word)} in search_text) > 0`);
    }
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM data_element WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT $1`,
      parameters,
    );
    return rows.map(known);
  }

  /** The newest first. */
  async versions(elementId: string, before: number | null, limit: number): Promise<ElementVersion[]> {
    const rows = await this.database.query<VersionRow[]>(
      `SELECT revision, standard, effective_from::text AS "effectiveFrom", kept_by AS "keptBy", kept_at AS "keptAt"
       FROM data_element_version WHERE element_id = $1 AND ($2::int IS NULL OR revision < $2)
       ORDER BY revision DESC LIMIT $3`,
      [elementId, before, limit],
    );
    return rows.map((row) => ({ ...row, keptAt: row.keptAt.toISOString() }));
  }

  private async keepVersion(tx: Transaction, element: DataElement): Promise<void> {
    await tx.query(
      `INSERT INTO data_element_version (element_id, revision, standard, effective_from, kept_by, kept_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [element.id, element.revision, JSON.stringify(element.standard), element.effectiveFrom, element.keptBy, element.keptAt], // prettier-ignore
    );
  }
}

const known = (row: Row): DataElement => ({ ...row, keptAt: row.keptAt.toISOString() });

/** Names, synonyms and definition, folded as queries are. */
function searched({ id, standard }: DataElement): [text: string, grams: string[]] {
  const { name, nameEn, synonyms, definition } = standard;
  const text = wordsOf([id, name, nameEn, ...synonyms, definition].filter((t) => t !== null).join(' ')).join(' ');
  return [text, gramsOf(text)];
}
