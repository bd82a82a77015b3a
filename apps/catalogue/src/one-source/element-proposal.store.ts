import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { isAuthority } from '../entries/domain/knowledge';
import type { ElementProposal, ElementProposalStatus } from './domain/element-proposal';

export type ElementProposalFilter = Readonly<{ status?: ElementProposalStatus }>;
type Row = Omit<ElementProposal, 'updatedAt'> & Readonly<{ updatedAt: Date }>;

const COLUMNS = `id, element_id AS "elementId", department_id AS "departmentId", status, standard, proposal, decision,
  revision, updated_at AS "updatedAt"`;
const known = (row: Row): ElementProposal => ({ ...row, updatedAt: row.updatedAt.toISOString() });

@Injectable()
export class ElementProposalStore {
  constructor(private readonly database: DataSource) {}

  async find(id: string): Promise<ElementProposal | null> {
    const [row] = await this.database.query<Row[]>(`SELECT ${COLUMNS} FROM data_element_proposal WHERE id = $1`, [id]);
    return row ? known(row) : null;
  }

  async lock(tx: Transaction, id: string): Promise<ElementProposal | null> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM data_element_proposal WHERE id = $1 FOR UPDATE`, [id]);
    return row ? known(row) : null;
  }

  /** False when the department's proposal of this element awaits the authority. */
  async add(tx: Transaction, p: ElementProposal): Promise<boolean> {
    const added = await tx.query(
      `INSERT INTO data_element_proposal (id, element_id, department_id, status, standard, proposal, revision, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1`,
      [p.id, p.elementId, p.departmentId, p.status, JSON.stringify(p.standard), JSON.stringify(p.proposal), p.revision, p.updatedAt], // prettier-ignore
    );
    return added.length > 0;
  }

  async save(tx: Transaction, { id, status, decision, revision, updatedAt }: ElementProposal): Promise<void> {
    await tx.query(
      'UPDATE data_element_proposal SET status = $2, decision = $3, revision = $4, updated_at = $5 WHERE id = $1',
      [id, status, decision && JSON.stringify(decision), revision, updatedAt],
    );
  }

  /** Newest first, as far as the caller may know of them (see `isKnownTo`). */
  list({ status }: ElementProposalFilter, by: Principal, before: string | null, limit: number): Promise<ElementProposal[]> {
    return this.database
      .query<Row[]>(
        `SELECT ${COLUMNS} FROM data_element_proposal
         WHERE ($1 OR department_id = $2) AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR id < $4)
         ORDER BY id DESC LIMIT $5`,
        [isAuthority(by), by.departmentId, status ?? null, before, limit],
      )
      .then((rows) => rows.map(known));
  } // prettier-ignore
}
