import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add } from '../rows';
import { grantState, type ChangedGrant, type Grant, type GrantStatus } from './domain/grant';
import { nextDueAt } from './domain/keeping';
import { GrantRow } from './grant.entity';

export type GrantFilter = Readonly<{
  status?: GrantStatus;
  resourceId?: string;
  holderId?: string;
  providerId?: string;
}>;
/** Everything of a grant that may change, with its type in the database. */
const CHANGEABLE = {
  providerId: 'text',
  holderId: 'text',
  status: 'text',
  items: 'jsonb',
  rowFilter: 'jsonb',
  mask: 'jsonb',
  actions: 'jsonb',
  purposes: 'jsonb',
  matterNumber: 'text',
  scopeOfKnowledge: 'jsonb',
  systems: 'jsonb',
  period: 'jsonb',
  limits: 'jsonb',
  suspension: 'jsonb',
  amendment: 'jsonb',
  revocation: 'jsonb',
  proposals: 'jsonb',
  unconfirmedAt: 'timestamptz',
  renewal: 'jsonb',
  review: 'jsonb',
  disposal: 'jsonb',
  nextDueAt: 'timestamptz',
  revision: 'integer',
} as const;
const column = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const FIELDS = Object.keys(CHANGEABLE) as (keyof typeof CHANGEABLE)[];
const SET = FIELDS.map((field) => `${column(field)} = given.${column(field)}`).join(', ');
const GIVEN = FIELDS.map((field) => `${column(field)} ${CHANGEABLE[field]}`).join(', ');

@Injectable()
export class GrantStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<Grant | null> {
    return this.database.manager.findOne(GrantRow, { where: { id } });
  }

  /**
   * All grants with the same root. Whoever changes anything in a chain locks its root first: a transfer that is just
   * being authorised is waited for and then revoked with the rest, never missed.
   */
  async lockChain(tx: Transaction, id: string): Promise<Grant[]> {
    await tx.query(
      'SELECT 1 FROM sharing_grant WHERE id = (SELECT root_id FROM sharing_grant WHERE id = $1) FOR UPDATE',
      [id],
    );
    const grant = await tx.manager.findOne(GrantRow, { where: { id } });
    return grant ? tx.manager.find(GrantRow, { where: { rootId: grant.rootId } }) : [];
  }

  /** Which of the resources a department, or a third party for it, has whole: every row, nothing masked. */
  async givenWhole(
    tx: Transaction,
    resourceIds: readonly string[],
    holderId: string,
    vendorId: string | null,
  ): Promise<string[]> {
    const rows = await tx.query<{ resource_id: string }>(
      `SELECT DISTINCT resource_id FROM sharing_grant
       WHERE holder_id = $1 AND resource_id = ANY($2) AND recipient_owner_id IS NOT DISTINCT FROM $3
         AND status = 'ACTIVE' AND row_filter IS NULL AND mask = '{}'`,
      [holderId, resourceIds, vendorId],
    );
    return rows.map((row) => row.resource_id);
  }

  /** A grant's whole chain as it is, first the root. */
  chainOf(rootId: string, limit: number): Promise<Grant[]> {
    return this.database.manager.find(GrantRow, { where: { rootId }, order: { depth: 'ASC', id: 'ASC' }, take: limit });
  }

  async add(tx: Transaction, grant: ChangedGrant): Promise<void> {
    const row: GrantRow = { ...grant.state, nextDueAt: nextDueAt(grant.state) };
    if (!(await add(tx, GrantRow, row))) throw new Refusal('request.lost_race');
    this.tell(tx, grant);
  }

  /** Keeps what became of the grants of a locked chain, all at once. */
  async saveAll(tx: Transaction, changed: readonly ChangedGrant[]): Promise<void> {
    const rows = changed.map(({ state }) => {
      const whole = { ...state, nextDueAt: nextDueAt(state) };
      return Object.fromEntries([['id', state.id], ...FIELDS.map((field) => [column(field), whole[field]])]);
    });
    await tx.query(
      `UPDATE sharing_grant SET ${SET} FROM jsonb_to_recordset($1::jsonb) AS given (id text, ${GIVEN})
       WHERE sharing_grant.id = given.id`,
      [JSON.stringify(rows)],
    );
    for (const grant of changed) this.tell(tx, grant);
  }

  /** Grants to which time has something to do, the first due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      'SELECT id FROM sharing_grant WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT $2',
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Newest first. */
  async list(
    { status, resourceId, holderId, providerId }: GrantFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<Grant[]> {
    const filter = { status, resource_id: resourceId, holder_id: holderId, provider_id: providerId };
    const parties = { table: 'sharing_grant', columns: ['holder_id', 'provider_id'] } as const;
    // Whoever reports on the disposal in the place of a holder that exists no longer.
    const reporting = () => ({ conditions: [], concerning: [`disposal ->> 'reporterId' = $1`] });
    const ids = await idsConcerning(this.database, parties, filter, by, after, limit, reporting);
    return this.database.manager.find(GrantRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }

  private tell(tx: Transaction, { state, event }: ChangedGrant): void {
    if (event) tx.publish(event);
    tx.state('policy.grants', state.id, grantState(state));
  }
}
