import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { CalendarStore } from '../calendar/calendar.store';
import { competentAuthority } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import { Rules } from '../rule-packs/rules';
import { countAgain, dueSteps, type Notified } from './domain/due';
import type { Recounted, SharingApplication } from './domain/sharing-application';
import { SharingApplicationStore } from './sharing-application.store';

const LOOK_EVERY_MS = 60_000;
const MOST_AT_ONCE = 200;

/** The provider's clocks: they remind, flag and tell, and never answer. [R12.4] */
@Injectable()
export class ClocksService implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly applications: SharingApplicationStore,
    private readonly organisations: OrganisationStore,
    private readonly scheduler: Scheduler,
    private readonly calendars: CalendarStore,
    private readonly rules: Rules,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('sharing-applications', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  /** Everything that is due by now is said once, however often and on however many replicas this runs. */
  async runDue(now: Date): Promise<void> {
    while ((await this.work.run((tx) => this.sayDue(tx, now))) === MOST_AT_ONCE);
  }

  private async sayDue(tx: Transaction, now: Date): Promise<number> {
    const due = await this.applications.lockDue(tx, now, MOST_AT_ONCE);
    const notified = await this.notified(tx, due, now);
    const calendars = await this.calendars.published(tx.query);
    const steps = due.flatMap((application): Recounted[] => {
      // Nobody is called late by a calendar that no longer holds.
      const counted = countAgain(application, calendars, now);
      const said = dueSteps(counted?.state ?? application, notified(application), now);
      return counted ? [counted, ...said] : said;
    });
    await this.applications.keepSteps(tx, steps);
    return due.length;
  }

  /** Whom a missing answer is told to: the provider's unit, and the authority that is competent now. [R12.4] */
  private async notified(
    tx: Transaction,
    due: readonly SharingApplication[],
    now: Date,
  ): Promise<(application: SharingApplication) => Notified> {
    const units = await this.organisations.unitsInOffice(
      tx,
      due.map(({ providerId }) => providerId),
    );
    const parties = await this.organisations.all(
      due.flatMap((one) => [one.providerId, one.applicantId]),
      tx.manager,
    );
    const bodies = await this.organisations.withRoles(tx.manager);
    return ({ providerId, applicantId }) => {
      const pair = [providerId, applicantId].flatMap((id) => parties.get(id) ?? []);
      const provider = parties.get(providerId);
      const rule = provider && this.rules.for(provider.type, now).refusalAuthority;
      const competent = competentAuthority(pair, bodies, now, rule);
      return { responsibleUnitId: units.get(providerId) ?? null, authorityId: competent?.organisationId ?? null };
    };
  }
}
