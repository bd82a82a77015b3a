import { Injectable } from '@nestjs/common';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import { atItsEnd, endingUntil } from './domain/waiver';
import { WaiverStore } from './waiver.store';

const LOOK_EVERY_MS = 60_000;
const AT_ONCE = 200;

/** Tells before a waiver ends and when it has; it decides nothing. [R6.3, R8.1] */
@Injectable()
export class WaiverClock {
  constructor(
    private readonly work: UnitOfWork,
    private readonly waivers: WaiverStore,
    private readonly organisations: OrganisationStore,
    scheduler: Scheduler,
  ) {
    scheduler.every('ends of waivers', LOOK_EVERY_MS, (now) => this.tell(now));
  }

  async tell(now: Date): Promise<void> {
    while (await this.work.run((tx) => this.tellSome(tx, now)));
  }

  /** @returns whether there may be more */
  private async tellSome(tx: Transaction, now: Date): Promise<boolean> {
    const due = await this.waivers.due(tx, localDayOf(now), endingUntil(now), AT_ONCE);
    let moved = 0;
    for (const { waiver, moot } of due) {
      const competent = await this.organisations.competentFor(tx, waiver.departmentId, waiver.collectorIds, now);
      const outcome = atItsEnd(waiver, moot, competent, now);
      if (!outcome) continue;
      moved++;
      await this.waivers.save(tx, outcome.state);
      if (outcome.event) tx.publish(outcome.event);
    }
    return moved > 0 && due.length === AT_ONCE;
  }
}
