import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { AuthorisationConfig } from '../config';
import { competentAuthority } from '../organisations/domain/competence';
import { OrganisationStore } from '../organisations/organisation.store';
import type { Calendars } from './domain/answer-clock';
import { dueSteps, moveDueDate, type Notified } from './domain/due';
import type { Outcome, SharingApplication } from './domain/sharing-application';
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
    private readonly config: AuthorisationConfig,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('sharing-applications', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  /** Everything that is due by now is said once, however often and on however many replicas this runs. */
  async runDue(now: Date): Promise<void> {
    while ((await this.work.run((tx) => this.sayDue(tx, now))) === MOST_AT_ONCE);
  }

  /** A calendar was published or changed: open clocks count again, and both sides are told where one moves. [R12.3] */
  async recompute(tx: Transaction, calendars: Calendars, now: Date): Promise<void> {
    for (let after = '', found = MOST_AT_ONCE; found === MOST_AT_ONCE;) {
      const open = await this.applications.lockOpen(tx, after, MOST_AT_ONCE);
      const moved = open.flatMap((application) => moveDueDate(application, calendars, now) ?? []);
      await this.applications.keepSteps(tx, moved);
      found = open.length;
      after = open.at(-1)?.id ?? after;
    }
  }

  private async sayDue(tx: Transaction, now: Date): Promise<number> {
    const due = await this.applications.lockDue(tx, now, MOST_AT_ONCE);
    const notified = await this.notified(tx, due, now);
    const outcomes: Outcome[] = due.flatMap((application) => dueSteps(application, notified(application), now));
    await this.applications.keepSteps(tx, outcomes);
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
      const competent = competentAuthority(pair, bodies, now, this.config.REFUSAL_AUTHORITY);
      return { responsibleUnitId: units.get(providerId) ?? null, authorityId: competent?.organisationId ?? null };
    };
  }
}
