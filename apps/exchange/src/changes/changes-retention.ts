import { Injectable } from '@nestjs/common';
import { Scheduler } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { ChangeStore } from './change.store';

const FORGET_EVERY_MS = 3_600_000;
const BATCHES_AT_ONCE = 200;
const DAY_MS = 24 * 3600 * 1000;

/** Forgets changes after the configured time; whoever stands further back has to read everything again. */
@Injectable()
export class ChangesRetention {
  constructor(
    private readonly store: ChangeStore,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
  ) {
    scheduler.every('changes kept', FORGET_EVERY_MS, (now) => this.forget(now));
  }

  async forget(now: Date): Promise<void> {
    const before = new Date(now.getTime() - this.config.CHANGES_KEPT_DAYS * DAY_MS);
    while ((await this.store.forgetBefore(before, BATCHES_AT_ONCE)) === BATCHES_AT_ONCE);
  }
}
