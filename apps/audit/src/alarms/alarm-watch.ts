import { Injectable } from '@nestjs/common';
import { Clock, Scheduler, UnitOfWork } from '@qiongtong/platform';
import { AlarmSettings } from './alarm-settings';
import { Alarms } from './alarms';
import { FindingsStore } from './findings.store';

const EVERY_MS = 5_000;

/** Looks at what is missing: what has been so for too long becomes an alarm, and what came after all closes its own. */
@Injectable()
export class AlarmWatch {
  constructor(
    private readonly work: UnitOfWork,
    private readonly findings: FindingsStore,
    private readonly alarms: Alarms,
    private readonly settings: AlarmSettings,
    private readonly clock: Clock,
    scheduler: Scheduler,
  ) {
    scheduler.every('alarms of the log', EVERY_MS, () => this.look());
  }

  look(): Promise<void> {
    const { gapDelayMs, outcomeDelayMs, clockClearMs } = this.settings;
    const ago = (milliseconds: number): Date => new Date(this.clock.now().getTime() - milliseconds);
    return this.work.run(async (tx) => {
      const { findings, alarms } = this;
      await alarms.settle(tx, 'SEQUENCE_GAP', await findings.gaps(tx.query, ago(gapDelayMs)));
      await alarms.settle(tx, 'OUTCOME_MISSING', await findings.openOutcomes(tx.query, ago(outcomeDelayMs)));
      await alarms.settle(tx, 'CLOCK_BACKWARDS', await findings.jumps(tx.query, ago(clockClearMs)));
    });
  }
}
