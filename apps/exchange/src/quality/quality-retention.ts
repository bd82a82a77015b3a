import { Injectable } from '@nestjs/common';
import { Scheduler } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { QualityStore } from './quality.store';

const FORGET_EVERY_MS = 3_600_000;
const AT_ONCE = 5_000;
const DAY_MS = 24 * 3600 * 1000;

/** Forgets results after the configured time. */
@Injectable()
export class QualityRetention {
  constructor(
    private readonly store: QualityStore,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
  ) {
    scheduler.every('results of quality kept', FORGET_EVERY_MS, (now) => this.forget(now));
  }

  async forget(now: Date): Promise<void> {
    const before = new Date(now.getTime() - this.config.QUALITY_KEPT_DAYS * DAY_MS);
    while ((await this.store.forgetBefore(before, AT_ONCE)) === AT_ONCE);
  }
}
