import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, save } from '../rows';
import type { SharingApplication, SharingApplicationStatus } from './domain/sharing-application';
import { SharingApplicationRow } from './sharing-application.entity';

export type SharingApplicationFilter = Readonly<{
  status?: SharingApplicationStatus;
  resourceId?: string;
  applicantId?: string;
  providerId?: string;
}>;

@Injectable()
export class SharingApplicationStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<SharingApplication | null> {
    return this.database.manager.findOne(SharingApplicationRow, { where: { id } });
  }

  async lock(tx: Transaction, id: string): Promise<SharingApplication> {
    const row = await tx.manager.findOne(SharingApplicationRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new Refusal('request.not_found');
    return row;
  }

  async add(tx: Transaction, application: SharingApplication): Promise<void> {
    if (!(await add(tx, SharingApplicationRow, application))) throw new Refusal('request.lost_race');
  }

  save(tx: Transaction, application: SharingApplication): Promise<void> {
    return save(tx, SharingApplicationRow, application);
  }

  /** Newest first. */
  async list(
    { status, resourceId, applicantId, providerId }: SharingApplicationFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<SharingApplication[]> {
    const filter = { status, resource_id: resourceId, applicant_id: applicantId, provider_id: providerId };
    const parties = { table: 'sharing_application', columns: ['applicant_id', 'provider_id'] } as const;
    const ids = await idsConcerning(this.database, parties, filter, by, after, limit);
    return this.database.manager.find(SharingApplicationRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
