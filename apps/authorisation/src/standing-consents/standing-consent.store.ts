import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, lock, save } from '../rows';
import type { StandingConsent, StandingConsentStatus } from './domain/standing-consent';
import { StandingConsentRow } from './standing-consent.entity';

export type StandingConsentFilter = Readonly<{ status?: StandingConsentStatus; resourceId?: string }>;
type Changed = Readonly<{ state: StandingConsent; event: Fact }>;

@Injectable()
export class StandingConsentStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<StandingConsent | null> {
    return this.database.manager.findOne(StandingConsentRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<StandingConsent> {
    return lock(tx, StandingConsentRow, id);
  }

  /** A new one has the revision 1. */
  async keep(tx: Transaction, { state, event }: Changed): Promise<void> {
    if (state.revision > 1) await save(tx, StandingConsentRow, state);
    else if (!(await add(tx, StandingConsentRow, state))) throw new Refusal('request.lost_race');
    tx.publish(event);
  }

  /** In force for a resource, the oldest first; none is withdrawn before the transaction ends. */
  active(tx: Transaction, resourceId: string): Promise<StandingConsent[]> {
    const where = { resourceId, status: 'ACTIVE' } as const;
    return tx.manager.find(StandingConsentRow, { where, order: { id: 'ASC' }, lock: { mode: 'pessimistic_read' } });
  }

  /** Newest first. */
  async list(
    { status, resourceId }: StandingConsentFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<StandingConsent[]> {
    const parties = { table: 'standing_consent', columns: ['provider_id', 'provider_id'] } as const;
    const ids = await idsConcerning(this.database, parties, { status, resource_id: resourceId }, by, after, limit);
    return this.database.manager.find(StandingConsentRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
