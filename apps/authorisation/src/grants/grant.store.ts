import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add } from '../rows';
import { grantState, type Grant, type GrantStatus } from './domain/grant';
import { GrantRow } from './grant.entity';

export type GrantFilter = Readonly<{
  status?: GrantStatus;
  resourceId?: string;
  holderId?: string;
  providerId?: string;
}>;
type ChangedGrant = Readonly<{ state: Grant; event: Fact }>;

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

  async add(tx: Transaction, grant: ChangedGrant): Promise<void> {
    if (!(await add(tx, GrantRow, grant.state))) throw new Refusal('request.lost_race');
    this.tell(tx, grant);
  }

  /** Keeps how the grants ended, all at once. */
  async saveEnded(tx: Transaction, ended: readonly ChangedGrant[]): Promise<void> {
    const rows = ended.map(({ state: { id, status, revocation, revision } }) => ({ id, status, revocation, revision }));
    await tx.query(
      `UPDATE sharing_grant SET status = given.status, revocation = given.revocation, revision = given.revision
       FROM jsonb_to_recordset($1::jsonb) AS given (id text, status text, revocation jsonb, revision integer)
       WHERE sharing_grant.id = given.id`,
      [JSON.stringify(rows)],
    );
    for (const grant of ended) this.tell(tx, grant);
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
    const ids = await idsConcerning(this.database, parties, filter, by, after, limit);
    return this.database.manager.find(GrantRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }

  private tell(tx: Transaction, { state, event }: ChangedGrant): void {
    tx.publish(event);
    tx.state('policy.grants', state.id, grantState(state));
  }
}
