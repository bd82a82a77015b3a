import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, lock, save } from '../rows';
import { permitState, type Permit, type PermitStatus } from './domain/permit';
import { PermitRow } from './publication.entities';

export type PermitFilter = Readonly<{ status?: PermitStatus; resourceId?: string }>;
type ChangedPermit = Readonly<{ state: Permit; event: Fact }>;

@Injectable()
export class PermitStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<Permit | null> {
    return this.database.manager.findOne(PermitRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<Permit> {
    return lock(tx, PermitRow, id);
  }

  async add(tx: Transaction, permit: ChangedPermit): Promise<void> {
    if (!(await add(tx, PermitRow, permit.state))) throw new Refusal('request.lost_race');
    this.tell(tx, permit);
  }

  async save(tx: Transaction, permit: ChangedPermit): Promise<void> {
    await save(tx, PermitRow, permit.state);
    this.tell(tx, permit);
  }

  /** Permits whose period is over but whose state does not say so yet. */
  async over(now: Date, limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      `SELECT id FROM publication_permit WHERE status = 'ACTIVE' AND period ->> 'until' <= $1 ORDER BY id LIMIT $2`,
      [now.toISOString(), limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Newest first. */
  async list(
    { status, resourceId }: PermitFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<Permit[]> {
    const parties = {
      table: 'publication_permit',
      columns: ['publisher_id', 'provider_id'],
      listed: 'deciders',
    } as const;
    const ids = await idsConcerning(this.database, parties, { status, resource_id: resourceId }, by, after, limit);
    return this.database.manager.find(PermitRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }

  private tell(tx: Transaction, { state, event }: ChangedPermit): void {
    tx.publish(event);
    tx.state('policy.permits', state.id, permitState(state));
  }
}
