import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { isAuthority } from '../entries/domain/knowledge';
import type { Assignment, AssignmentStatus } from './domain/assignment';
import type { BodySuccession } from './domain/assignment-succession';
import type { Collection } from './domain/collection';

export type AssignmentFilter = Readonly<{
  elementId?: string;
  departmentId?: string;
  regionCode?: string;
  status?: AssignmentStatus;
}>;
type Row = Omit<Assignment, 'updatedAt'> & Readonly<{ updatedAt: Date }>;

const COLUMNS = `id, element_id AS "elementId", population, region_code AS "regionCode", department_id AS "departmentId",
  status, duties, collection_assignment.document_number AS "documentNumber", in_force_from::text AS "inForceFrom",
  in_force_until::text AS "inForceUntil", former_id AS "formerId", proposal, decision, ending, revision,
  updated_at AS "updatedAt"`;

@Injectable()
export class AssignmentStore {
  constructor(private readonly database: DataSource) {}

  async find(id: string): Promise<Assignment | null> {
    const [row] = await this.database.query<Row[]>(`SELECT ${COLUMNS} FROM collection_assignment WHERE id = $1`, [id]);
    return row ? known(row) : null;
  }

  async lock(tx: Transaction, id: string): Promise<Assignment | null> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM collection_assignment WHERE id = $1 FOR UPDATE`, [id]);
    return row ? known(row) : null;
  }

  /** The one in force for exactly this collection. */
  async held(tx: Transaction, { elementId, population, regionCode }: Collection): Promise<Assignment | null> {
    const [row] = await tx.query<Row>(
      `SELECT ${COLUMNS} FROM collection_assignment
       WHERE element_id = $1 AND population = $2 AND region_code = $3 AND status = 'IN_FORCE'`,
      [elementId, population, regionCode],
    );
    return row ? known(row) : null;
  }

  /** In force for an element, or for some of its populations; enough of them to name. */
  async heldOf(tx: Transaction, elementId: string, populations: readonly string[] | null): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM collection_assignment
       WHERE element_id = $1 AND status = 'IN_FORCE' AND ($2::text[] IS NULL OR population = ANY($2))
       ORDER BY id LIMIT 20`,
      [elementId, populations],
    );
    return rows.map(({ id }) => id);
  }

  /** False when the database's own rule refuses it: the collection is assigned, or proposed by this department. */
  async add(tx: Transaction, a: Assignment): Promise<boolean> {
    const added = await tx.query(
      `INSERT INTO collection_assignment (id, element_id, population, region_code, department_id, status, duties,
         document_number, in_force_from, in_force_until, former_id, proposal, decision, ending, revision, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING RETURNING 1`,
      [a.id, a.elementId, a.population, a.regionCode, a.departmentId, a.status, a.duties, ...changing(a)],
    );
    return added.length > 0;
  }

  async save(tx: Transaction, a: Assignment): Promise<void> {
    await tx.query(
      `UPDATE collection_assignment SET status = $2, document_number = $3, in_force_from = $4, in_force_until = $5,
         former_id = $6, proposal = $7, decision = $8, ending = $9, revision = $10, updated_at = $11 WHERE id = $1`,
      [a.id, a.status, ...changing(a)],
    );
  }

  /** Somebody collects it again: what was vacant of it awaits nobody. */
  async endVacant(tx: Transaction, { elementId, population, regionCode }: Collection, now: Date): Promise<void> {
    await tx.query(
      `UPDATE collection_assignment SET status = 'ENDED', revision = revision + 1, updated_at = $4
       WHERE element_id = $1 AND population = $2 AND region_code = $3 AND status = 'VACANT'`,
      [elementId, population, regionCode, now],
    );
  }

  /** Of each body that a decision changed, what the newest decision says of who takes its place. */
  async keepSuccessions(tx: Transaction, successions: readonly BodySuccession[], at: string): Promise<void> {
    await tx.query(
      `INSERT INTO body_succession AS known
         (body_id, successor_id, change_id, document_number, decided_by, authority_id, told_at)
       SELECT "bodyId", "successorId", "changeId", "documentNumber", "decidedBy", "authorityId", $2
       FROM jsonb_to_recordset($1::jsonb) AS given ("bodyId" text, "successorId" text, "changeId" text,
         "documentNumber" text, "decidedBy" text, "authorityId" text)
       ON CONFLICT (body_id) DO UPDATE SET successor_id = excluded.successor_id, change_id = excluded.change_id,
         document_number = excluded.document_number, decided_by = excluded.decided_by,
         authority_id = excluded.authority_id, told_at = excluded.told_at
       WHERE known.told_at <= excluded.told_at`,
      [JSON.stringify(successions), at],
    );
  }

  /**
   * In force of bodies that are known to be no more, with what the decision says; one whose successor is not known yet
   * waits for it. They stay so until the transaction ends.
   */
  async ofEndedBodies(
    tx: Transaction,
    limit: number,
  ): Promise<Readonly<{ assignment: Assignment; succession: BodySuccession }>[]> {
    const rows = await tx.query<Row & Readonly<{ succession: BodySuccession }>>(
      `SELECT ${COLUMNS}, jsonb_build_object('bodyId', body_id, 'successorId', successor_id, 'changeId', change_id,
         'documentNumber', succession.document_number, 'decidedBy', decided_by, 'authorityId', authority_id) AS succession
       FROM body_succession AS succession
       JOIN collection_assignment ON department_id = body_id
       WHERE collection_assignment.status = 'IN_FORCE'
         AND EXISTS (SELECT 1 FROM organisation AS body WHERE body.id = body_id AND body.status = 'ABOLISHED')
         AND (successor_id IS NULL OR EXISTS (SELECT 1 FROM organisation AS heir WHERE heir.id = successor_id))
       ORDER BY id LIMIT $1 FOR UPDATE OF collection_assignment SKIP LOCKED`,
      [limit],
    );
    return rows.map(({ succession, ...row }) => ({ assignment: known(row), succession }));
  }

  /** Newest first, as far as the caller may know of them (see `isKnownTo`). */
  async list(filter: AssignmentFilter, by: Principal, before: string | null, limit: number): Promise<Assignment[]> {
    const parameters: unknown[] = [limit];
    const parameter = (value: unknown) => `$${parameters.push(value)}`;
    const conditions = isAuthority(by)
      ? ['true']
      : [`(status NOT IN ('PROPOSED', 'REJECTED') OR department_id = ${parameter(by.departmentId)})`];
    if (before !== null) conditions.push(`id < ${parameter(before)}`);
    for (const [field, column] of FILTERS)
      if (filter[field] !== undefined) conditions.push(`${column} = ${parameter(filter[field])}`);
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM collection_assignment WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $1`,
      parameters,
    );
    return rows.map(known);
  }
}

const FILTERS = [
  ['elementId', 'element_id'],
  ['departmentId', 'department_id'],
  ['regionCode', 'region_code'],
  ['status', 'status'],
] as const;

const known = (row: Row): Assignment => ({ ...row, updatedAt: row.updatedAt.toISOString() });
const changing = (a: Assignment): unknown[] => [
  a.documentNumber,
  a.inForceFrom,
  a.inForceUntil,
  a.formerId,
  a.proposal && JSON.stringify(a.proposal),
  a.decision && JSON.stringify(a.decision),
  a.ending && JSON.stringify(a.ending),
  a.revision,
  a.updatedAt,
];
