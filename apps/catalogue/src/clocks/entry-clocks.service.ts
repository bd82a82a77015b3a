import { Injectable } from '@nestjs/common';
import type { CatalogueFact } from '@qiongtong/contracts';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { editionOf, rulePackFor, rulesUnder, type Calendars } from '@qiongtong/regulation';
import { recounted, rested, resumed, reviewClock, stateOf, yearlyClock, type EntryClock } from './domain/entry-clock';
import { EntryClockStore, type ListedClock } from './entry-clock.store';

const LOOK_EVERY_MS = 60_000;
const AT_ONCE = 200;
/** Most of what happens to entries moves no clock. */
const MOVING: ReadonlySet<string> = new Set([
  'catalogue.entry-submitted.v1',
  'catalogue.entry-returned.v1',
  'catalogue.revision-abandoned.v1',
  'catalogue.entry-published.v1',
  'catalogue.entry-withdrawn.v1',
]);

/** Keeps the clocks of entries: they follow what happens to an entry, and say when something is due. [R7.1, B.7] */
@Injectable()
export class EntryClocksService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: EntryClockStore,
    scheduler: Scheduler,
  ) {
    scheduler.every('entry clocks', LOOK_EVERY_MS, (now) => this.keep(now));
  }

  /** In the order in which it happened. */
  async follow(tx: Transaction, facts: readonly CatalogueFact[]): Promise<void> {
    const moving = facts.filter(({ type }) => MOVING.has(type));
    if (moving.length === 0) return;
    const calendars = await this.store.calendars(tx);
    for (const fact of moving) await this.one(tx, fact, calendars);
  }

  private async one(tx: Transaction, { type, key: entryId, at, data }: CatalogueFact, calendars: Calendars) {
    switch (type) {
      case 'catalogue.entry-submitted.v1': {
        const { catalogueReviewWorkingDays } = rulesUnder((data as { rulePack: string }).rulePack);
        const review = reviewClock(entryId, new Date(at), catalogueReviewWorkingDays, calendars);
        if (review) await this.store.save(tx, review);
        return this.change(tx, entryId, (clock) => rested(clock, at));
      }
      case 'catalogue.entry-returned.v1':
      case 'catalogue.revision-abandoned.v1':
        await this.store.end(tx, entryId, ['REVIEW']);
        return this.change(tx, entryId, resumed);
      case 'catalogue.entry-published.v1': {
        await this.store.end(tx, entryId, ['REVIEW']);
        await this.store.endRested(tx, entryId);
        return this.store.save(tx, yearlyClock(entryId, new Date(at), reviewMonths(new Date(at))));
      }
      case 'catalogue.entry-withdrawn.v1':
        return this.store.end(tx, entryId, ['REVIEW', 'UPDATE', 'YEARLY_REVIEW']);
    }
  }

  /** Counts again what was counted by earlier calendars, then tells what has become due. */
  async keep(now: Date): Promise<void> {
    while (await this.work.run((tx) => this.recount(tx, now)));
    while (await this.work.run((tx) => this.tell(tx, now)));
  }

  /** @returns whether there may be more */
  private async recount(tx: Transaction, now: Date): Promise<boolean> {
    const calendars = await this.store.calendars(tx);
    const lagging = await this.store.lagging(tx, editionOf(calendars), AT_ONCE);
    for (const { providerId, ...clock } of lagging) {
      const counted = recounted(clock, calendars);
      if (!counted) continue;
      // What a shorter time has made due is told by the look that follows; what is no longer late is so at once.
      const state = counted.dueAt === clock.dueAt ? clock.state : 'ON_TIME';
      await this.store.save(tx, { ...counted, state });
      if (counted.dueAt !== clock.dueAt || counted.provisional !== clock.provisional)
        tx.publish(told({ ...counted, state, providerId }, now));
    }
    return lagging.length === AT_ONCE;
  }

  private async tell(tx: Transaction, now: Date): Promise<boolean> {
    const due = await this.store.due(tx, now, AT_ONCE);
    for (const { providerId, ...clock } of due) {
      const moved = { ...clock, state: stateOf(clock, now) };
      await this.store.save(tx, moved);
      if (moved.state !== clock.state) tx.publish(told({ ...moved, providerId }, now));
    }
    return due.length === AT_ONCE;
  }

  private async change(tx: Transaction, entryId: string, how: (clock: EntryClock) => EntryClock): Promise<void> {
    const clock = await this.store.lock(tx, entryId, 'UPDATE');
    if (clock) await this.store.save(tx, how(clock));
  }
}

/** Nobody's act. Key and order are the entry's. */
function told({ entryId, providerId, kind, state, dueAt, provisional }: ListedClock, now: Date): CatalogueFact {
  const data = { entryId, providerId, kind, state, dueAt, provisional };
  return { type: 'catalogue.entry-clock-changed.v1', key: entryId, at: now.toISOString(), data };
}

/** The period of review is the same for grants and entries. [R8.5] */
export const reviewMonths = (at: Date): number => rulePackFor(at, 'OTHER').grantReviewMonths;
