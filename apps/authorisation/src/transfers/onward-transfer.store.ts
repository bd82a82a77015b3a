import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, lock, save } from '../rows';
import type { OnwardTransfer, OnwardTransferStatus } from './domain/onward-transfer';
import { OnwardTransferRow } from './onward-transfer.entity';

export type OnwardTransferFilter = Readonly<{ status?: OnwardTransferStatus; resourceId?: string; grantId?: string }>;

@Injectable()
export class OnwardTransferStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<OnwardTransfer | null> {
    return this.database.manager.findOne(OnwardTransferRow, { where: { id } });
  }

  all(ids: readonly string[]): Promise<OnwardTransfer[]> {
    return ids.length === 0
      ? Promise.resolve([])
      : this.database.manager.find(OnwardTransferRow, { where: { id: In([...ids]) } });
  }

  lock(tx: Transaction, id: string): Promise<OnwardTransfer> {
    return lock(tx, OnwardTransferRow, id);
  }

  async add(tx: Transaction, transfer: OnwardTransfer): Promise<void> {
    if (!(await add(tx, OnwardTransferRow, transfer))) throw new Refusal('request.lost_race');
  }

  save(tx: Transaction, transfer: OnwardTransfer): Promise<void> {
    return save(tx, OnwardTransferRow, transfer);
  }

  /** Newest first. */
  async list(
    { status, resourceId, grantId }: OnwardTransferFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<OnwardTransfer[]> {
    const filter = { status, resource_id: resourceId, parent_grant_id: grantId };
    const parties = { table: 'onward_transfer', columns: ['holder_id', 'provider_id'] } as const;
    const ids = await idsConcerning(this.database, parties, filter, by, after, limit);
    return this.database.manager.find(OnwardTransferRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
