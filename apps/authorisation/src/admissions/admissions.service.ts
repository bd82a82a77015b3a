import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import { admit, holdsRole, type Organisation } from '../organisations/domain/organisation';
import { OrganisationStore } from '../organisations/organisation.store';
import { pageOf, type PageOf } from '../pages';
import { AccessApplicationStore, type AccessApplicationFilter } from './access-application.store';
import * as admissions from './domain/access-application';
import { CURRENT_PLEDGE } from './domain/pledge-text';

type AccessApplication = admissions.AccessApplication;
export type Signature = Readonly<{ textVersion: string; signerName: string; signerPost: string }>;

@Injectable()
export class AdmissionsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly applications: AccessApplicationStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<AccessApplication> {
    const application = await this.applications.find(id);
    const applicant = application && (await this.organisations.find(application.organisationId));
    if (!application || !applicant || !admissions.isKnownTo(applicant, by)) throw new Refusal('request.not_found');
    return application;
  }

  list(filter: AccessApplicationFilter, page: PageOf, by: Principal): Promise<Page<AccessApplication>> {
    const { organisationId, status } = filter;
    return pageOf(page, this.cursors, ['access', by.departmentId, organisationId, status], (after, limit) =>
      this.applications.list(filter, by, after, limit),
    );
  }

  submit(pledge: Signature, by: Principal): Promise<AccessApplication> {
    return this.work.run(async (tx) => {
      const organisation = await this.organisations.lock(tx, by.departmentId);
      const now = this.clock.now();
      const given = { ...pledge, id: newId(), rulePack: rulePackFor(now, organisation.type).reference };
      const { state, event } = admissions.submit(given, applicantOf(organisation, now), CURRENT_PLEDGE, by, now);
      if (!(await this.applications.add(tx, state))) throw new Refusal('admission.already_pending');
      tx.publish(event);
      return state;
    });
  }

  /** Lets the department in: from here on the gateway answers it. */
  approve(id: string, by: Principal): Promise<AccessApplication> {
    return this.work.run(async (tx) => {
      const { application, organisation } = await this.lock(tx, id, by);
      const now = this.clock.now();
      const { state, event } = admissions.approve(application, applicantOf(organisation, now), CURRENT_PLEDGE, by, now);
      const pledgeVersion = state.pledge.textVersion;
      const admitted = admit(organisation, { pledgeVersion, applicationId: id, by: event.data.by }, now);
      await this.applications.save(tx, state);
      tx.publish(event);
      await this.organisations.save(tx, admitted);
      return state;
    });
  }

  reject(id: string, reason: string, by: Principal): Promise<AccessApplication> {
    return this.work.run(async (tx) => {
      const { application, organisation } = await this.lock(tx, id, by);
      const now = this.clock.now();
      const { state, event } = admissions.reject(application, applicantOf(organisation, now), reason, by, now);
      await this.applications.save(tx, state);
      tx.publish(event);
      return state;
    });
  }

  /** The organisation first, as when it submits: two locks in one order. */
  private async lock(tx: Transaction, id: string, by: Principal) {
    const organisationId = await this.applications.organisationOf(tx, id);
    if (organisationId === null) throw new Refusal('request.not_found');
    const organisation = await this.organisations.lock(tx, organisationId);
    const application = await this.applications.lock(tx, id);
    if (!application || !admissions.isKnownTo(organisation, by)) throw new Refusal('request.not_found');
    return { application, organisation };
  }
}

const applicantOf = (organisation: Organisation, now: Date): admissions.Applicant => ({
  ...organisation,
  isProvincialAuthority: holdsRole(organisation, 'PROVINCIAL_AUTHORITY', now),
});
