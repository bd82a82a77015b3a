import { Injectable } from '@nestjs/common';
import { OVERSEERS, regionPrefix, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { Waiver, WaiverStatus } from './domain/waiver';

export type WaiverFilter = Readonly<{ entryId?: string; status?: WaiverStatus }>;
type Row = Omit<Waiver, 'updatedAt'> & Readonly<{ updatedAt: Date }>;

const COLUMNS = `id, entry_id AS "entryId", element_id AS "elementId", population, region_code AS "regionCode",
  department_id AS "departmentId", department_region AS "departmentRegion", collector_ids AS "collectorIds", status,
  until::text AS until, since::text AS since, document_number AS "documentNumber", request, decision, revision,
  updated_at AS "updatedAt"`;

@Injectable()
export class WaiverStore {
  constructor(private readonly database: DataSource) {}

  async find(id: string): Promise<Waiver | null> {
    const [row] = await this.database.query<Row[]>(`SELECT ${COLUMNS} FROM collection_waiver WHERE id = $1`, [id]);
    return row ? known(row) : null;
  }

  async lock(tx: Transaction, id: string): Promise<Waiver | null> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM collection_waiver WHERE id = $1 FOR UPDATE`, [id]);
    return row ? known(row) : null;
  }

  /** Of an entry, the newest of each collection last. */
  async ofEntry(tx: Transaction, entryId: string): Promise<Waiver[]> {
    const rows = await tx.query<Row>(`SELECT ${COLUMNS} FROM collection_waiver WHERE entry_id = $1 ORDER BY id`, [entryId]); // prettier-ignore
    return rows.map(known);
  }

  /** False when the same one awaits the authority. */
  async add(tx: Transaction, w: Waiver): Promise<boolean> {
    const added = await tx.query(
      `INSERT INTO collection_waiver (id, entry_id, element_id, population, region_code, department_id, department_region,
         collector_ids, request, status, until, since, document_number, decision, revision, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING RETURNING 1`,
      [w.id, w.entryId, w.elementId, w.population, w.regionCode, w.departmentId, w.departmentRegion, w.collectorIds,
        JSON.stringify(w.request), ...changing(w)],
    );
    return added.length > 0;
  } // prettier-ignore

  async save(tx: Transaction, w: Waiver): Promise<void> {
    await tx.query(
      `UPDATE collection_waiver SET status = $2, until = $3, since = $4, document_number = $5, decision = $6,
         revision = $7, updated_at = $8 WHERE id = $1`,
      [w.id, ...changing(w)],
    );
  }

  /** Newest first, as far as the caller may know of them (see `isKnownTo`). */
  async list({ entryId, status }: WaiverFilter, by: Principal, before: string | null, limit: number): Promise<Waiver[]> {
    const overseer = by.officerId !== null && OVERSEERS.some((role) => by.roles.includes(role));
    const region = overseer ? `${regionPrefix(by.regionCode)}%` : null;
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM collection_waiver
       WHERE (department_id = $1 OR collector_ids @> ARRAY[$1::text] OR department_region LIKE $2)
         AND ($3::text IS NULL OR entry_id = $3) AND ($4::text IS NULL OR status = $4) AND ($5::text IS NULL OR id < $5)
       ORDER BY id DESC LIMIT $6`,
      [by.departmentId, region, entryId ?? null, status ?? null, before, limit],
    );
    return rows.map(known);
  } // prettier-ignore
}

const known = (row: Row): Waiver => ({ ...row, updatedAt: row.updatedAt.toISOString() });
const changing = (w: Waiver): unknown[] => [
  w.status,
  w.until,
  w.since,
  w.documentNumber,
  w.decision && JSON.stringify(w.decision),
  w.revision,
  w.updatedAt,
];
