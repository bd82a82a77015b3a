import { Injectable } from '@nestjs/common';
import { Clock, Scheduler, UnitOfWork } from '@qiongtong/platform';
import { AlarmSettings } from './alarm-settings';
import { Alarms } from './alarms';
import { clocksOf, watchClocks } from './domain/clocks';
import { outcomesIn } from './domain/outcomes';
import { FindingsStore } from './findings.store';
import { CompletenessStore } from './completeness.store';

const EVERY_MS = 1_000;
/** Entries of one transaction. */
const STEP = 2_000;

/**
 * Goes over the log after the sealer and keeps what completeness is told by: times of producers, and uses whose
 * release began. Sealing waits for none of it, and whatever stops it, it goes on where it ended. [R14.9]
 */
@Injectable()
export class CompletenessFollower {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: CompletenessStore,
    private readonly findings: FindingsStore,
    private readonly alarms: Alarms,
    private readonly settings: AlarmSettings,
    private readonly clock: Clock,
    scheduler: Scheduler,
  ) {
    scheduler.every('log completeness', EVERY_MS, () => this.follow());
  }

  async follow(): Promise<void> {
    while ((await this.step()) === STEP);
  }

  private step(): Promise<number> {
    return this.work.run(async (tx) => {
      const from = await this.store.next(tx.query);
      const entries = from === null ? [] : await this.store.entries(tx.query, from, STEP);
      const last = entries.at(-1);
      if (!last) return 0;
      const before = await this.store.clocks(tx.query, clocksOf(entries));
      const clocks = watchClocks(entries, before, this.settings.clockToleranceMs);
      await this.store.saveClocks(tx.query, clocks, this.clock.now());
      const { begun, ended } = outcomesIn(entries);
      if (begun.length > 0) await this.store.saveBegun(tx.query, begun);
      if (ended.length > 0) await this.store.saveEnded(tx.query, ended);
      await this.alarms.add(tx, 'NUMBER_REUSED', await this.findings.reuses(tx.query, entries[0]!.index));
      await this.store.moveTo(tx.query, last.index + 1);
      return entries.length;
    });
  }
}
