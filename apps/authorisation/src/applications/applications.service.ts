import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page } from '@qiongtong/platform';
import { issue } from '../grants/domain/grant';
import { GrantStore } from '../grants/grant.store';
import { pageOf, type PageOf } from '../pages';
import { ApplicationDesk } from './application-desk';
import {
  consent,
  submit,
  withdraw,
  type Asked,
  type SharingApplication,
  type Terms,
} from './domain/sharing-application';
import { SharingApplicationStore, type SharingApplicationFilter } from './sharing-application.store';

@Injectable()
export class ApplicationsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly applications: SharingApplicationStore,
    private readonly grants: GrantStore,
    private readonly desk: ApplicationDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<SharingApplication> {
    const application = await this.applications.find(id);
    if (!application || !(await this.desk.isKnownTo(application, by))) throw new Refusal('request.not_found');
    return application;
  }

  list(filter: SharingApplicationFilter, page: PageOf, by: Principal): Promise<Page<SharingApplication>> {
    const { status, resourceId, applicantId, providerId } = filter;
    const scope = ['applications', by.departmentId, status, resourceId, applicantId, providerId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.applications.list(filter, by, after, limit));
  }

  /** Delivers the application to the provider of the resource, whose clock starts. */
  async submit(resourceId: string, given: Asked, by: Principal): Promise<SharingApplication> {
    const now = this.clock.now();
    const { resource, applicant, rules } = await this.desk.forApplication(resourceId, by, now);
    const asked = await this.desk.checkedAsk(given, resource, applicant.id, now);
    return this.work.run(async (tx) => {
      const { state, event } = submit({ id: newId(), asked }, resource, applicant, rules, by, now);
      await this.applications.add(tx, state);
      tx.publish(event);
      return state;
    });
  }

  /** The provider consents, and the grant is there: nothing else has to happen before the first use. */
  async consent(id: string, given: Terms, by: Principal): Promise<SharingApplication> {
    const { asked, resourceId } = await this.find(id, by);
    const terms = await this.desk.checkedTerms(given, asked, resourceId);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const application = await this.applications.lock(tx, id);
      const { state, scope, event } = consent(application, terms, newId(), by, now);
      const { by: officer, grantId } = state.decision!;
      const origin = { kind: 'sharing-application', id } as const;
      await this.applications.save(tx, state);
      tx.publish(event);
      await this.grants.add(
        tx,
        issue(scope, { id: grantId, parent: null, origin, rulePack: state.rulePack, by: officer }, now),
      );
      return state;
    });
  }

  async withdraw(id: string, by: Principal): Promise<SharingApplication> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const { state, event } = withdraw(await this.applications.lock(tx, id), by, this.clock.now());
      await this.applications.save(tx, state);
      tx.publish(event);
      return state;
    });
  }
}
