import { Injectable } from '@nestjs/common';
import { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { LogFollower } from '../following/log-follower';
import { termsOf } from './domain/terms';
import { TermStore } from './term.store';

const EVERY_MS = 500;

/** Keeps what entries are found by. */
@Injectable()
export class TermFollower extends LogFollower {
  constructor(work: UnitOfWork, store: TermStore, scheduler: Scheduler) {
    super(
      work,
      {
        name: 'terms',
        everyMs: EVERY_MS,
        effect: (query, entries) =>
          store.save(
            query,
            entries.flatMap((entry) => termsOf(entry).map((term) => ({ term, index: entry.index }))),
          ),
      },
      scheduler,
    );
  }
}
