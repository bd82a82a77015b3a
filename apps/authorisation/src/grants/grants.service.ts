import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, Scheduler, UnitOfWork, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import { relinquish } from './domain/ending';
import { seenBy, type ChangedGrant, type Grant } from './domain/grant';
import { fallDue, renew, reportDisposal, requestRenewal, review } from './domain/keeping';
import { GrantDesk, type LockedGrant } from './grant-desk';
import { GrantStore, type GrantFilter } from './grant.store';

/** Bounds one run; what is left comes with the next. */
const MOST_AT_ONCE = 500;
const LOOK_EVERY_MS = 60_000;

/** Reading grants, and what keeps one in order from its issue to the end of the data it gave. */
@Injectable()
export class GrantsService implements OnModuleInit {
  private readonly log = new Logger(GrantsService.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly grants: GrantStore,
    private readonly desk: GrantDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('grants', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  async find(id: string, by: Principal): Promise<Grant> {
    return seenBy(await this.desk.known(id, by), by);
  }

  async list(filter: GrantFilter, page: PageOf, by: Principal): Promise<Page<Grant>> {
    const { status, resourceId, holderId, providerId } = filter;
    const scope = ['grants', by.departmentId, status, resourceId, holderId, providerId];
    const found = await pageOf(page, this.cursors, scope, (after, limit) => this.grants.list(filter, by, after, limit));
    return { ...found, items: found.items.map((grant) => seenBy(grant, by)) };
  }

  relinquish(id: string, narrative: string, by: Principal): Promise<Grant> {
    return this.act(id, by, ({ grant, chain }, now) => relinquish(grant, chain, narrative, by, now));
  }

  requestRenewal(id: string, asked: Parameters<typeof requestRenewal>[1], by: Principal): Promise<Grant> {
    return this.act(id, by, ({ grant }, now) => [requestRenewal(grant, asked, by, now)]);
  }

  /** @param revision the grant as the provider saw it when it decided */
  renew(id: string, revision: number, by: Principal): Promise<Grant> {
    return this.act(id, by, ({ grant, chain }, now) => {
      const above = chain.find((link) => link.id === grant.parentId) ?? null;
      const renewed = renew(grant, above, by, now);
      expectRevision(grant.revision, revision);
      return [renewed];
    });
  }

  review(id: string, made: Parameters<typeof review>[1], by: Principal): Promise<Grant> {
    return this.act(id, by, ({ grant }, now) => [review(grant, made, by, now)]);
  }

  reportDisposal(id: string, made: Parameters<typeof reportDisposal>[1], by: Principal): Promise<Grant> {
    return this.act(id, by, ({ grant }, now) => [reportDisposal(grant, made, by, now)]);
  }

  /** Periods end, suspensions end, reviews and reports fall due. */
  async runDue(now: Date): Promise<void> {
    for (const id of await this.grants.due(now, MOST_AT_ONCE))
      await this.work
        .run(async (tx) => {
          let { grant } = await this.desk.lock(tx, id);
          for (let due = fallDue(grant, now); due; due = fallDue(grant, now)) {
            await this.desk.keep(tx, [grant], [due], now);
            grant = due.state;
          }
        })
        .catch((error: Error) => this.log.error(`grant ${id}: ${error.message}`));
  }

  private async act(
    id: string,
    by: Principal,
    rule: (locked: LockedGrant, now: Date) => ChangedGrant[],
  ): Promise<Grant> {
    await this.desk.known(id, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const locked = await this.desk.lock(tx, id);
      const changed = rule(locked, now);
      await this.desk.keep(tx, locked.chain, changed, now);
      return seenBy(changed[0]!.state, by);
    });
  }
}
