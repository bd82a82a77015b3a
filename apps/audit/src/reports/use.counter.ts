import { Injectable } from '@nestjs/common';
import { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { LogFollower } from '../following/log-follower';
import { countsOf } from './domain/uses';
import { ReportStore } from './report.store';

const EVERY_MS = 1_000;

/** Counts uses as they are sealed, so that a report costs what it shows and not what the log has. */
@Injectable()
export class UseCounter extends LogFollower {
  constructor(work: UnitOfWork, store: ReportStore, scheduler: Scheduler) {
    const effect: ConstructorParameters<typeof LogFollower>[1]['effect'] = async (query, entries) => {
      const counts = countsOf(entries);
      if (counts.length > 0) await store.add(query, counts);
    };
    super(work, { name: 'reports', everyMs: EVERY_MS, effect }, scheduler);
  }
}
