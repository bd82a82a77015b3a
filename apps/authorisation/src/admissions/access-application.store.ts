import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { overseenRegions } from '../pages';
import { add, save } from '../rows';
import { AccessApplicationRow } from './admission.entities';
import type { AccessApplication } from './domain/access-application';
import type { AccessApplicationStatus } from './domain/transitions';

export type AccessApplicationFilter = Readonly<{ organisationId?: string; status?: AccessApplicationStatus }>;

@Injectable()
export class AccessApplicationStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<AccessApplication | null> {
    return this.database.manager.findOne(AccessApplicationRow, { where: { id } });
  }

  async organisationOf(tx: Transaction, id: string): Promise<string | null> {
    const rows = await tx.query<{ organisation_id: string }>(
      'SELECT organisation_id FROM access_application WHERE id = $1',
      [id],
    );
    return rows[0]?.organisation_id ?? null;
  }

  lock(tx: Transaction, id: string): Promise<AccessApplication | null> {
    return tx.manager.findOne(AccessApplicationRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** False when one of the department is in hand. */
  add(tx: Transaction, application: AccessApplication): Promise<boolean> {
    return add(tx, AccessApplicationRow, application);
  }

  save(tx: Transaction, application: AccessApplication): Promise<void> {
    return save(tx, AccessApplicationRow, application);
  }

  /** Newest first. */
  list(
    { organisationId, status }: AccessApplicationFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<AccessApplication[]> {
    const query = this.database
      .createQueryBuilder(AccessApplicationRow, 'application')
      .orderBy('application.id', 'DESC')
      .limit(limit);
    const regions = overseenRegions(by);
    query.where(
      `(application.organisation_id = :own
        ${regions === null ? '' : `OR (application.status <> 'DRAFT' AND EXISTS (SELECT FROM organisation WHERE organisation.id = application.organisation_id AND organisation.region_code LIKE :regions))`})`,
      { own: by.departmentId, regions },
    );
    if (organisationId !== undefined)
      query.andWhere('application.organisation_id = :organisationId', { organisationId });
    if (status !== undefined) query.andWhere('application.status = :status', { status });
    if (after !== null) query.andWhere('application.id < :after', { after });
    return query.getMany();
  }
}
