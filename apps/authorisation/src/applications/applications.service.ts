import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, newId, type Page } from '@qiongtong/platform';
import { pageOf, type PageOf } from '../pages';
import { ApplicationActs } from './application-acts';
import { ApplicationDesk } from './application-desk';
import { acceptOffer } from './domain/consent';
import { declineOffer, supplement } from './domain/review';
import type { SeenApplication } from './domain/seen-by';
import { applicantOf, type Asked, type SharingApplication } from './domain/sharing-application';
import { amendDraft, prepare, withdraw } from './domain/submission';
import { SharingApplicationStore, type SharingApplicationFilter } from './sharing-application.store';
import { Submissions } from './submissions';

/** What the applicant does, and what anybody concerned reads. */
@Injectable()
export class ApplicationsService {
  constructor(
    private readonly applications: SharingApplicationStore,
    private readonly acts: ApplicationActs,
    private readonly desk: ApplicationDesk,
    private readonly submissions: Submissions,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<SeenApplication> {
    const [seen] = await this.acts.seen([await this.acts.known(id, by)], by);
    return seen!;
  }

  async list(filter: SharingApplicationFilter, page: PageOf, by: Principal): Promise<Page<SeenApplication>> {
    const scope = ['applications', by.departmentId, by.officerId, ...Object.entries(filter).flat()];
    const { items, next } = await pageOf(page, this.cursors, scope, (after, limit) =>
      this.applications.list(filter, by, this.clock.now(), after, limit),
    );
    return { items: await this.acts.seen(items, by), next };
  }

  /** Kept for the applicant alone. What it asks is held against the resource when it is submitted. */
  async draft(resourceId: string, asked: Asked, by: Principal): Promise<SeenApplication> {
    const { resource } = await this.desk.forApplication(resourceId, by.departmentId, this.clock.now());
    const prepared = prepare({ id: newId(), asked, batchId: null }, resource, by);
    return this.acts.begin(by, ({ tx, now }) => this.submissions.keepDraft(tx, prepared, by, now));
  }

  amendDraft(id: string, revision: number, change: Partial<Asked>, by: Principal): Promise<SeenApplication> {
    return this.acts.on(id, by, (application, { now }) => {
      const outcome = amendDraft(application, { ...application.asked, ...change }, by, now);
      expectRevision(application.revision, revision);
      return outcome;
    });
  }

  /** Delivers the application to the provider of the resource, whose clock starts. */
  async submit(resourceId: string, given: Asked, by: Principal): Promise<SeenApplication> {
    const { asked, ...delivery } = await this.desk.checkedApplication(
      resourceId,
      given,
      by.departmentId,
      this.clock.now(),
    );
    const prepared = prepare({ id: newId(), asked, batchId: null }, delivery.resource, by);
    return this.acts.begin(by, (acting) => this.submissions.deliver(prepared, delivery, by, acting));
  }

  async submitDraft(id: string, by: Principal): Promise<SeenApplication> {
    const known = await this.own(id, by);
    const { resourceId } = known;
    const { asked, ...delivery } = await this.desk.checkedApplication(
      resourceId,
      known.asked,
      by.departmentId,
      this.clock.now(),
    );
    return this.acts.begin(by, async (acting) => {
      const kept = await this.applications.lock(acting.tx, id);
      expectRevision(kept.revision, known.revision);
      return this.submissions.deliver({ ...kept, asked }, delivery, by, acting);
    });
  }

  /** @param change completes what was asked */
  async supplement(
    id: string,
    { change, note }: Readonly<{ change: Partial<Asked>; note: string }>,
    by: Principal,
  ): Promise<SeenApplication> {
    const known = await this.own(id, by);
    const given = { ...known.asked, ...change };
    const { asked } = await this.desk.checkedApplication(known.resourceId, given, by.departmentId, this.clock.now());
    return this.acts.on(id, by, (application, { calendars, now }) =>
      supplement(application, { asked, note }, by, calendars, now),
    );
  }

  acceptOffer(id: string, by: Principal): Promise<SeenApplication> {
    return this.acts.on(id, by, (application, { calendars, now }) =>
      acceptOffer(application, by, { grantId: newId(), calendars }, now),
    );
  }

  declineOffer(id: string, by: Principal): Promise<SeenApplication> {
    return this.acts.on(id, by, (application, { now }) => declineOffer(application, by, now));
  }

  withdraw(id: string, by: Principal): Promise<SeenApplication> {
    return this.acts.on(id, by, (application, { now }) => withdraw(application, by, now));
  }

  /** What it asks is only held against its own applicant: anybody else is told that they are not. */
  private async own(id: string, by: Principal): Promise<SharingApplication> {
    const known = await this.acts.known(id, by);
    applicantOf(known, by);
    return known;
  }
}
