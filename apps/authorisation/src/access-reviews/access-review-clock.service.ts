import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { newId, Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { competentAuthority, monthsLater } from '@qiongtong/regulation';
import { AuthorisationConfig } from '../config';
import { OrganisationStore } from '../organisations/organisation.store';
import { AccessReviewDesk } from './access-review-desk';
import { AccessReviewStore } from './access-review.store';
import { fallDue, open, sweep, type AccessReview, type ChangedReview, type Notified } from './domain/access-review';

/** Bounds one run; what is left comes with the next. */
const MOST_AT_ONCE = 200;
const LOOK_EVERY_MS = 60_000;

/** Opens reviews when they are due, reminds of them and says when they are overdue. It ends nothing. [R8.5] */
@Injectable()
export class AccessReviewClock implements OnModuleInit {
  private readonly log = new Logger(AccessReviewClock.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly reviews: AccessReviewStore,
    private readonly desk: AccessReviewDesk,
    private readonly organisations: OrganisationStore,
    private readonly scheduler: Scheduler,
    private readonly config: AuthorisationConfig,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('access reviews', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  async runDue(now: Date): Promise<void> {
    const since = monthsLater(now, -this.config.ACCESS_REVIEW_EVERY_MONTHS);
    for (const id of await this.work.run((tx) => this.reviews.waiting(tx, since, MOST_AT_ONCE)))
      await this.alone(`access review of ${id}`, (tx) => this.begin(tx, id, now));
    for (const id of await this.reviews.due(now, MOST_AT_ONCE))
      await this.alone(`access review ${id}`, (tx) => this.advance(tx, id, now));
  }

  private async begin(tx: Transaction, organisationId: string, now: Date): Promise<void> {
    const organisation = await this.organisations.find(organisationId, tx.manager);
    if (!organisation) return;
    const standing = await this.desk.standing(tx, organisation, now);
    const { ACCESS_REVIEW_DAYS: days, ACCESS_REVIEW_REMINDER_DAYS: reminderDays } = this.config;
    const opened = open({ id: newId(), organisationId, standing }, { days, reminderDays }, now);
    // Another run may have opened it meanwhile: one at a time.
    await this.reviews.add(tx, opened, now);
  }

  private async advance(tx: Transaction, id: string, now: Date): Promise<void> {
    const review = await this.reviews.lock(tx, id);
    const organisation = await this.organisations.find(review.organisationId, tx.manager);
    if (!organisation) return;
    const changes: ChangedReview[] = sweep(review, await this.desk.standing(tx, organisation, now), now);
    const notified = await this.notified(tx, review, now);
    const current = (): AccessReview => changes.at(-1)?.state ?? review;
    for (let due = fallDue(current(), notified, now); due; due = fallDue(current(), notified, now)) changes.push(due);
    await this.reviews.keep(tx, review, changes, now);
  }

  private async notified(tx: Transaction, { organisationId }: AccessReview, now: Date): Promise<Notified> {
    const units = await this.organisations.unitsInOffice(tx, [organisationId]);
    const department = await this.organisations.find(organisationId, tx.manager);
    const bodies = await this.organisations.withRoles(tx.manager);
    const competent = department && competentAuthority([department], bodies, now, this.config.REFUSAL_AUTHORITY);
    return {
      responsibleUnitId: units.get(organisationId) ?? null,
      authorityId: competent?.organisationId ?? null,
    };
  }

  /** One department's trouble is no other's. */
  private alone(what: string, work: (tx: Transaction) => Promise<void>): Promise<void> {
    return this.work.run(work).catch((error: Error) => this.log.error(`${what}: ${error.message}`));
  }
}
