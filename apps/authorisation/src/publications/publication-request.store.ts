import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning } from '../pages';
import { add, lock, save } from '../rows';
import type { PublicationRequest, PublicationRequestStatus } from './domain/publication-request';
import { PublicationRequestRow } from './publication.entities';

export type PublicationRequestFilter = Readonly<{ status?: PublicationRequestStatus; resourceId?: string }>;

@Injectable()
export class PublicationRequestStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<PublicationRequest | null> {
    return this.database.manager.findOne(PublicationRequestRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<PublicationRequest> {
    return lock(tx, PublicationRequestRow, id);
  }

  async add(tx: Transaction, request: PublicationRequest): Promise<void> {
    if (!(await add(tx, PublicationRequestRow, request))) throw new Refusal('request.lost_race');
  }

  save(tx: Transaction, request: PublicationRequest): Promise<void> {
    return save(tx, PublicationRequestRow, request);
  }

  /** Newest first. */
  async list(
    { status, resourceId }: PublicationRequestFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<PublicationRequest[]> {
    const parties = {
      table: 'publication_request',
      columns: ['requester_id', 'provider_id'],
      listed: 'deciders',
    } as const;
    const ids = await idsConcerning(this.database, parties, { status, resource_id: resourceId }, by, after, limit);
    return this.database.manager.find(PublicationRequestRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }
}
