import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, Scheduler, UnitOfWork, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import { expire, withdraw, type Permit } from './domain/permit';
import { PermitStore, type PermitFilter } from './permit.store';
import { PublicationDesk } from './publication-desk';

const EXPIRE_EVERY_MS = 60_000;
const AT_ONCE = 200;

/** Permits to publish, and their end. */
@Injectable()
export class PermitsService implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly permits: PermitStore,
    private readonly desk: PublicationDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('expire publication permits', EXPIRE_EVERY_MS, (now) => this.expireDue(now));
  }

  async find(id: string, by: Principal): Promise<Permit> {
    const permit = await this.permits.find(id);
    if (!permit || !(await this.desk.isKnownTo({ requesterId: permit.publisherId, deciders: permit.deciders }, by)))
      throw new Refusal('request.not_found');
    return permit;
  }

  list(filter: PermitFilter, page: PageOf, by: Principal): Promise<Page<Permit>> {
    const scope = ['permits', by.departmentId, filter.status, filter.resourceId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.permits.list(filter, by, after, limit));
  }

  /** Ends the release: the gateway refuses from its next decision on. */
  async withdraw(id: string, reason: string, by: Principal): Promise<Permit> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const ended = withdraw(await this.permits.lock(tx, id), reason, by, this.clock.now());
      await this.permits.save(tx, ended);
      return ended.state;
    });
  }

  /** Says of permits whose period is over that they are; what they released has ended by itself. */
  async expireDue(now: Date): Promise<void> {
    for (let due = await this.permits.over(now, AT_ONCE); due.length > 0; due = await this.permits.over(now, AT_ONCE))
      for (const id of due)
        await this.work.run(async (tx) => {
          const expired = expire(await this.permits.lock(tx, id), now);
          if (expired) await this.permits.save(tx, expired);
        });
  }
}
