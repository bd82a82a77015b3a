import { Injectable } from '@nestjs/common';
import { Clock, Scheduler, UnitOfWork } from '@qiongtong/platform';
import { LogFollower } from '../following/log-follower';
import { termOf, termsOf } from '../search/domain/terms';
import { matchesOf, WATCH_KINDS, type WatchFilter } from './domain/watch';
import { WatchStore } from './watch.store';

const EVERY_MS = 500;
const termsOfFilter = (filter: WatchFilter): string[] =>
  WATCH_KINDS.flatMap((kind) => (filter[kind] === undefined ? [] : [termOf(kind, filter[kind])]));

/** Tells watches of what they wait for. What was matched and how far is one transaction: nothing is lost or told twice. */
@Injectable()
export class WatchFollower extends LogFollower {
  constructor(work: UnitOfWork, store: WatchStore, clock: Clock, scheduler: Scheduler) {
    const effect: ConstructorParameters<typeof LogFollower>[1]['effect'] = async (query, entries) => {
      const active = await store.active(query);
      const watches = active.map(({ filter, ...watch }) => ({
        ...watch,
        terms: termsOfFilter(filter),
        types: filter.types,
      }));
      const withTerms = (watches.length === 0 ? [] : entries).map((entry) => ({ ...entry, terms: termsOf(entry) }));
      const matches = matchesOf(watches, withTerms);
      if (matches.length > 0) await store.addMatches(query, matches);
      await store.notify(query, clock.now());
    };
    // What waits becomes due while nothing new is sealed, too.
    super(work, { name: 'watches', everyMs: EVERY_MS, effect }, scheduler, () =>
      work.run((tx) => store.notify(tx.query, clock.now())),
    );
  }
}
