import { Injectable } from '@nestjs/common';
import { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { actOf } from './domain/acts';
import { tracedOf } from './domain/traced';
import { TraceStore } from './trace.store';

const EVERY_MS = 1_000;
/** Entries in one step; each step is a transaction. */
export const STEP = 2_000;
/** Steps that an answer waits for; further back it says how much of the log it has seen. */
const MOST_STEPS = 50;

/**
 * Copies behind the sealer what traces are found by, in a transaction of its own: sealing never waits for it, and what
 * it has not come to yet is copied before a trace is answered.
 */
@Injectable()
export class TraceCopies {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: TraceStore,
    scheduler: Scheduler,
  ) {
    scheduler.every('copies for traces', EVERY_MS, async () => {
      while (await this.step());
    });
  }

  /** Copies what is not copied yet, as far as an answer can wait for it. */
  async catchUp(): Promise<void> {
    for (let step = 0; step < MOST_STEPS && (await this.step()); step += 1);
  }

  /** False when there is nothing more, or somebody else is at it. */
  step(): Promise<boolean> {
    return this.work.run(async (tx) => {
      const from = await this.store.next(tx.query);
      if (from === null) return false;
      const before = Math.min(from + STEP, await this.store.sealed(tx.query));
      if (before <= from) return false;
      const entries = await this.store.entries(tx.query, from, before);
      const traced = entries.flatMap(({ index, entry }) => tracedOf(index, entry) ?? []);
      const acts = entries.flatMap(({ index, entry }) => actOf(index, entry) ?? []);
      await this.store.save(tx.query, { traced, acts }, from, before);
      return before === from + STEP;
    });
  }
}
