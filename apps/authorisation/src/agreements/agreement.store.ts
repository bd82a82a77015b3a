import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, save } from '../rows';
import { AgreementRow } from './agreement.entity';
import type { Agreement, AgreementStatus } from './domain/agreement';

export type AgreementFilter = Readonly<{ status?: AgreementStatus; applicationId?: string }>;
type ChangedAgreement = Readonly<{ state: Agreement; event: Fact }>;

@Injectable()
export class AgreementStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<Agreement | null> {
    return this.database.manager.findOne(AgreementRow, { where: { id } });
  }

  /**
   * Every version of the agreement on an application, newest first. Whoever changes one locks them all, so that a text
   * is not accepted while another takes its place.
   */
  versions(tx: Transaction, applicationId: string): Promise<Agreement[]> {
    return tx.manager.find(AgreementRow, {
      where: { applicationId },
      order: { version: 'DESC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Applications whose agreement was to be amended, and whose grant has ended. */
  async amendingNothing(limit: number): Promise<string[]> {
    const rows = await sql<{ application_id: string }>(
      this.database,
      `SELECT application_id FROM agreement
       JOIN sharing_grant ON sharing_grant.id = agreement.amendment ->> 'grantId'
       WHERE agreement.status = 'PENDING' AND sharing_grant.status IN ('REVOKED', 'EXPIRED')
       LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.application_id);
  }

  async add(tx: Transaction, { state, event }: ChangedAgreement): Promise<void> {
    if (!(await add(tx, AgreementRow, state))) throw new Refusal('request.lost_race');
    tx.publish(event);
  }

  async save(tx: Transaction, { state, event }: ChangedAgreement): Promise<void> {
    await save(tx, AgreementRow, state);
    tx.publish(event);
  }

  /** Newest first. */
  async list(
    { status, applicationId }: AgreementFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<Agreement[]> {
    const parties = { table: 'agreement', columns: ['applicant_id', 'provider_id'] } as const;
    const filter = { status, application_id: applicationId };
    const ids = await idsConcerning(this.database, parties, filter, by, after, limit);
    return this.database.manager.find(AgreementRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
