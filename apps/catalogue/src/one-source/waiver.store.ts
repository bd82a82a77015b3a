import { Injectable } from '@nestjs/common';
import { OVERSEERS, regionPrefix, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { EndState, Waiver, WaiverStatus } from './domain/waiver';

export type WaiverFilter = Readonly<{ entryId?: string; status?: WaiverStatus; endState?: EndState }>;
/** One whose day has come, and whether that is of no consequence. */
export type DueWaiver = Readonly<{ waiver: Waiver; moot: boolean }>;
type Row = Omit<Waiver, 'updatedAt'> & Readonly<{ updatedAt: Date }>;

const COLUMNS = `id, entry_id AS "entryId", element_id AS "elementId", population, region_code AS "regionCode",
  department_id AS "departmentId", department_region AS "departmentRegion", collector_ids AS "collectorIds", status,
  until::text AS until, since::text AS since, document_number AS "documentNumber", request, decision,
  end_state AS "endState", revision,  updated_at AS "updatedAt"`;

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
         collector_ids, request, status, until, since, document_number, decision, end_state, revision, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING RETURNING 1`,
      [w.id, w.entryId, w.elementId, w.population, w.regionCode, w.departmentId, w.departmentRegion, w.collectorIds,
        JSON.stringify(w.request), ...changing(w)],
    );
    return added.length > 0;
  } // prettier-ignore

  async save(tx: Transaction, w: Waiver): Promise<void> {
    await tx.query(
      `UPDATE collection_waiver SET status = $2, until = $3, since = $4, document_number = $5, decision = $6,
         end_state = $7, revision = $8, updated_at = $9 WHERE id = $1`,
      [w.id, ...changing(w)],
    );
  }

  /**
   * Granted ones that end by this day, or have ended, and of which that was not told; each stays so until the transaction
   * ends. An entry that is withdrawn, or does not say any more that it collects the element, needs none.
   */
  async due(tx: Transaction, today: string, until: string, limit: number): Promise<DueWaiver[]> {
    const rows = await tx.query<Row & Readonly<{ moot: boolean }>>(
      `SELECT ${COLUMNS}, moot
       FROM collection_waiver AS waiver
       CROSS JOIN LATERAL (SELECT
         EXISTS (SELECT 1 FROM collection_waiver AS later
           WHERE later.entry_id = waiver.entry_id AND later.element_id = waiver.element_id AND later.status = 'GRANTED'
             AND later.population = waiver.population AND later.region_code = waiver.region_code
             AND later.until > waiver.until)
         OR NOT EXISTS (SELECT 1 FROM entry JOIN entry_element AS held ON held.entry_id = entry.id
           WHERE entry.id = waiver.entry_id AND entry.status <> 'WITHDRAWN'
             AND held.element_id = waiver.element_id AND held.how = 'COLLECTED') AS moot) AS found
       WHERE status = 'GRANTED' AND end_state IN ('ON_TIME', 'ENDING')
         AND (until < $1 OR (end_state = 'ON_TIME' AND until <= $2 AND NOT moot))
       ORDER BY until LIMIT $3 FOR UPDATE OF waiver SKIP LOCKED`,
      [today, until, limit],
    );
    return rows.map(({ moot, ...row }) => ({ waiver: known(row), moot }));
  }

  /** Newest first, as far as the caller may know of them (see `isKnownTo`). */
  async list({ entryId, status, endState }: WaiverFilter, by: Principal, before: string | null, limit: number): Promise<Waiver[]> {
    const overseer = by.officerId !== null && OVERSEERS.some((role) => by.roles.includes(role));
    const region = overseer ? `${regionPrefix(by.regionCode)}%` : null;
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM collection_waiver
       WHERE (department_id = $1 OR collector_ids @> ARRAY[$1::text] OR department_region LIKE $2)
         AND ($3::text IS NULL OR entry_id = $3) AND ($4::text IS NULL OR status = $4) AND ($5::text IS NULL OR id < $5)
         AND ($7::text IS NULL OR end_state = $7)
       ORDER BY id DESC LIMIT $6`,
      [by.departmentId, region, entryId ?? null, status ?? null, before, limit, endState ?? null],
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
  w.endState,
  w.revision,
  w.updatedAt,
];
