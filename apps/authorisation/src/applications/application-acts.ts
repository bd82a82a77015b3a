import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { calendarsOf, type Calendars } from '@qiongtong/regulation';
import { CalendarStore } from '../calendar/calendar.store';
import { ApplicationDesk } from './application-desk';
import { ApplicationOutcomes } from './application-outcomes';
import { seenBy, type SeenApplication } from './domain/seen-by';
import type { Outcome, SharingApplication } from './domain/sharing-application';
import { SharingApplicationStore } from './sharing-application.store';

export type Acting = Readonly<{ tx: Transaction; now: Date; calendars: Calendars }>;
export type Rule = (application: SharingApplication, acting: Acting) => Outcome | Promise<Outcome>;

/** How an officer acts on one application, and sees it: only if it is known to them, and under its lock. */
@Injectable()
export class ApplicationActs {
  constructor(
    private readonly work: UnitOfWork,
    private readonly applications: SharingApplicationStore,
    private readonly desk: ApplicationDesk,
    private readonly outcomes: ApplicationOutcomes,
    private readonly calendars: CalendarStore,
    private readonly clock: Clock,
  ) {}

  async known(id: string, by: Principal): Promise<SharingApplication> {
    const application = await this.applications.find(id);
    if (!application || !(await this.desk.isKnownTo(application, by, this.clock.now())))
      throw new Refusal('request.not_found');
    return application;
  }

  /** An act of somebody to whom the application is known. */
  async on(id: string, by: Principal, rule: Rule): Promise<SeenApplication> {
    await this.known(id, by);
    return this.begin(by, async (acting) => {
      const application = await this.outcomes.lock(acting.tx, id, acting.calendars, acting.now);
      return this.outcomes.keep(acting.tx, application, await rule(application, acting), acting.now, { by });
    });
  }

  /** An act that makes an application, or finds its own. */
  begin(by: Principal, act: (acting: Acting) => Promise<SharingApplication>): Promise<SeenApplication> {
    return this.within(async (acting) => seenBy(await act(acting), by, acting.calendars, acting.now));
  }

  /** Calendars that are published meanwhile come with the recount. */
  within<T>(act: (acting: Acting) => Promise<T>): Promise<T> {
    return this.work.run(async (tx) => {
      const calendars = await this.calendars.published(tx.query);
      return act({ tx, now: this.clock.now(), calendars });
    });
  }

  async seen(applications: readonly SharingApplication[], by: Principal): Promise<SeenApplication[]> {
    const history = await this.calendars.history();
    return applications.map((application) => {
      const { clock } = application;
      // What has ended is shown by the calendars by which it was counted last, whatever was published since.
      const calendars = calendarsOf(history, clock?.endedAt ? clock.calendarEdition : undefined);
      return seenBy(application, by, calendars, this.clock.now());
    });
  }
}
