import { Injectable } from '@nestjs/common';
import { Scheduler, UnitOfWork, type Sql } from '@qiongtong/platform';
import { termsOf } from './domain/terms';
import { TermStore } from './term.store';

const LOOK_EVERY_MS = 500;
const PAGE_ENTRIES = 1000;
const PAGE_CHARACTERS = 8_000_000;

/**
 * Goes over the log after the sealer and keeps what its entries are found by. Terms and place are one transaction, so
 * whatever stops it, it goes on where the terms end; sealing waits for none of it.
 */
@Injectable()
export class TermFollower {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: TermStore,
    scheduler: Scheduler,
  ) {
    scheduler.every('log terms', LOOK_EVERY_MS, () => this.follow());
  }

  async follow(): Promise<void> {
    while ((await this.page()) > 0);
  }

  private page(): Promise<number> {
    return this.work.run(async (tx) => {
      const query: Sql = (text, parameters) => tx.query(text, parameters);
      const from = await this.store.place(query);
      const entries = await this.store.following(query, from, PAGE_ENTRIES, PAGE_CHARACTERS);
      const last = entries.at(-1);
      if (!last) return 0;
      const rows = entries.flatMap((entry) => termsOf(entry).map((term) => ({ term, index: entry.index })));
      await this.store.save(query, rows, last.index + 1);
      return entries.length;
    });
  }
}
