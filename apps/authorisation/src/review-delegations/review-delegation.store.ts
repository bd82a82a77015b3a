import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import { sql, type Sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, lock, save } from '../rows';
import type { ReviewDelegation } from './domain/review-delegation';
import { ReviewDelegationRow } from './review-delegation.entity';

type Changed = Readonly<{ state: ReviewDelegation; event: Fact }>;

/** Condition on a row of `sharing_application`: the provider has passed its review on to the caller. */
export const delegatedTo = (by: Principal, now: string, parameter: (value: unknown) => string): string =>
  `EXISTS (SELECT FROM review_delegation AS held WHERE held.delegate_id = ${parameter(by.departmentId)}
     AND held.provider_id = sharing_application.provider_id AND held.resource_ids ? sharing_application.resource_id
     AND (held.officer_id IS NULL OR held.officer_id = ${parameter(by.officerId ?? '')}) AND held."end" IS NULL
     AND held.period ->> 'from' <= ${now} AND ${now} < held.period ->> 'until')`;

@Injectable()
export class ReviewDelegationStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<ReviewDelegation | null> {
    return this.database.manager.findOne(ReviewDelegationRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<ReviewDelegation> {
    return lock(tx, ReviewDelegationRow, id);
  }

  /** A new one has the revision 1. */
  async keep(tx: Transaction, { state, event }: Changed): Promise<void> {
    if (state.revision > 1) await save(tx, ReviewDelegationRow, state);
    else if (!(await add(tx, ReviewDelegationRow, state))) throw new Refusal('request.lost_race');
    tx.publish(event);
  }

  /**
   * Does the caller review this application for its provider, by delegation in force?
   *
   * @param query of the transaction that decides
   */
  async covers(applicationId: string, by: Principal, now: Date, query?: Sql): Promise<boolean> {
    const values: unknown[] = [applicationId, now.toISOString()];
    const condition = delegatedTo(by, '$2', (value) => `$${values.push(value)}`);
    const ask: Sql = query ?? ((text, given) => sql(this.database, text, given));
    const rows = await ask(`SELECT FROM sharing_application WHERE id = $1 AND ${condition}`, values);
    return rows.length > 0;
  }

  /** Newest first. */
  async list(by: Principal, after: string | null, limit: number): Promise<ReviewDelegation[]> {
    const parties = { table: 'review_delegation', columns: ['provider_id', 'delegate_id'] } as const;
    const ids = await idsConcerning(this.database, parties, {}, by, after, limit);
    return this.database.manager.find(ReviewDelegationRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
