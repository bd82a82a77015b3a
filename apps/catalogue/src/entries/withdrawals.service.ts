import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { PLATFORM_CONFIG, Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import type { CatalogueConfig } from '../config';
import type { Outcome } from './domain/entry';
import {
  answerWithdrawal,
  retractWithdrawal,
  takenEffect,
  withdraw,
  type GivenWithdrawal,
  type WithdrawalAnswer,
} from './domain/withdrawal';
import { EffectsService } from './effects.service';
import { EntryDesk } from './entry-desk';
import { EntryStore } from './entry.store';

const LOOK_EVERY_MS = 60_000;
const AT_ONCE = 500;

/** Entries that are taken back: at once, with notice to who uses them, or on a law and with consent. [R10.4] */
@Injectable()
export class WithdrawalsService {
  private readonly log = new Logger(WithdrawalsService.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly desk: EntryDesk,
    private readonly entries: EntryStore,
    private readonly effects: EffectsService,
    @Inject(PLATFORM_CONFIG) private readonly config: CatalogueConfig,
    scheduler: Scheduler,
  ) {
    scheduler.every('withdrawals', LOOK_EVERY_MS, (now) => this.takeEffect(now));
  }

  withdraw(id: string, given: GivenWithdrawal, by: Principal) {
    const { WITHDRAWAL_NOTICE_DAYS: notice } = this.config;
    return this.desk.onEntry(id, by, given, (entry, now, tx) =>
      this.telling(tx, withdraw(entry, given, notice, by, now), now),
    );
  }

  answer(id: string, answer: WithdrawalAnswer, by: Principal) {
    const { WITHDRAWAL_NOTICE_DAYS: notice } = this.config;
    return this.desk.onEntry(id, by, answer, async (entry, now, tx) => {
      const competent = await this.desk.competentFor(tx, entry, now);
      return this.telling(tx, answerWithdrawal(entry, answer, competent, notice, by, now), now);
    });
  }

  retract(id: string, by: Principal) {
    return this.desk.onEntry(id, by, null, (entry, now, tx) =>
      this.telling(tx, retractWithdrawal(entry, by, now), now),
    );
  }

  /** Those whose time has come, each for itself: one that fails keeps no other waiting. */
  async takeEffect(now: Date): Promise<void> {
    const failed: string[] = [];
    for (const id of await this.entries.dueWithdrawals(now, AT_ONCE))
      await this.work
        .run(async (tx) => {
          const entry = await this.entries.lock(tx, id);
          const decision = entry && takenEffect(entry, now);
          if (decision) await this.desk.saveEntry(tx, entry, await this.effects.withTold(tx, decision, now));
        })
        .catch((error: unknown) => {
          this.log.error(`${id} is not withdrawn: ${error instanceof Error ? error.message : String(error)}`);
          failed.push(id);
        });
    if (failed.length > 0) throw new Error(`${failed.length} withdrawals did not take effect`);
  }

  private async telling(tx: Transaction, outcome: Outcome, now: Date): Promise<Outcome> {
    return 'refusedBy' in outcome ? outcome : this.effects.withTold(tx, outcome, now);
  }
}
