import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { editionOf } from '@qiongtong/regulation';
import { CalendarRecount, type Counted } from '../calendar/calendar-recount';
import { countAgain } from './domain/due';
import { countProvisionAgain } from './domain/provision';
import type { Recounted, SharingApplication } from './domain/sharing-application';
import { SharingApplicationStore } from './sharing-application.store';

/** The two clocks of an application that count working days: until the answer, and until what was agreed is provided. */
@Injectable()
export class ApplicationRecount implements OnModuleInit {
  constructor(
    private readonly applications: SharingApplicationStore,
    private readonly recount: CalendarRecount,
  ) {}

  onModuleInit(): void {
    this.recount.register('replies', async (tx, { calendars, after, most, now }) => {
      const lagging = await this.applications.lockLagging(tx, editionOf(calendars), after, most);
      return this.countAgain(tx, lagging, (application) => countAgain(application, calendars, now));
    });
    this.recount.register('provisions', async (tx, { calendars, after, most, now }) => {
      const lagging = await this.applications.lockLaggingProvisions(tx, editionOf(calendars), now, after, most);
      return this.countAgain(tx, lagging, (application) => countProvisionAgain(application, calendars, now));
    });
  }

  private async countAgain(
    tx: Transaction,
    lagging: readonly SharingApplication[],
    rule: (application: SharingApplication) => Recounted | null,
  ): Promise<Counted> {
    const counted = lagging.flatMap((application) => rule(application) ?? []);
    await this.applications.keepSteps(tx, counted);
    return { last: lagging.at(-1)?.id ?? null, moved: counted.filter(({ event }) => event !== null).length };
  }
}
