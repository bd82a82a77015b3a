import { Injectable } from '@nestjs/common';
import { Refusal, type Fact } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { add } from '../rows';
import { ApplicationBatchRow } from './batch.entity';
import type { ApplicationBatch } from './domain/batch';
import type { SharingApplication } from './domain/sharing-application';
import { SharingApplicationRow } from './sharing-application.entity';

@Injectable()
export class ApplicationBatchStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<ApplicationBatch | null> {
    return this.database.manager.findOne(ApplicationBatchRow, { where: { id } });
  }

  async add(tx: Transaction, { state, event }: Readonly<{ state: ApplicationBatch; event: Fact }>): Promise<void> {
    if (!(await add(tx, ApplicationBatchRow, state))) throw new Refusal('request.lost_race');
    tx.publish(event);
  }

  applications(batchId: string): Promise<SharingApplication[]> {
    return this.database.manager.find(SharingApplicationRow, { where: { batchId }, order: { id: 'ASC' } });
  }
}
