import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, newId, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import { pageOf, type PageOf } from '../pages';
import { AccessApplicationStore, type AccessApplicationFilter } from './access-application.store';
import { AdmissionStore } from './admission.store';
import * as applications from './domain/access-application';
import { admit, type Admission } from './domain/admission';
import type { Signature } from './domain/pledge';
import { PledgeTextStore } from './pledge-text.store';

type AccessApplication = applications.AccessApplication;
type Acting = Readonly<{ tx: Transaction; admission: Admission; applicant: applications.Applicant; now: Date }>;
type Rule = (application: AccessApplication, acting: Acting) => Promise<applications.Outcome> | applications.Outcome;

/** First access: a department applies and pledges, the provincial authority decides. [R11.1] */
@Injectable()
export class AccessApplicationsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly applications: AccessApplicationStore,
    private readonly admissions: AdmissionStore,
    private readonly texts: PledgeTextStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<AccessApplication> {
    const application = await this.applications.find(id);
    const admission = application && (await this.admissions.find(application.organisationId, this.clock.now()));
    if (!application || !admission || !applications.isKnownTo(application, admission.department, by))
      throw new Refusal('request.not_found');
    return application;
  }

  list(filter: AccessApplicationFilter, page: PageOf, by: Principal): Promise<Page<AccessApplication>> {
    const { organisationId, status } = filter;
    return pageOf(page, this.cursors, ['access', by.departmentId, organisationId, status], (after, limit) =>
      this.applications.list(filter, by, after, limit),
    );
  }

  draft(statement: string, by: Principal): Promise<AccessApplication> {
    return this.begin(statement, by, (prepared, { applicant, now }) =>
      applications.draft(prepared, applicant, by, now),
    );
  }

  submit(statement: string, signature: Signature, by: Principal): Promise<AccessApplication> {
    return this.begin(statement, by, async (prepared, { tx, applicant, now }) =>
      applications.submit(prepared, signature, applicant, await this.texts.current(now, tx.manager), by, now),
    );
  }

  amend(id: string, revision: number, statement: string, by: Principal): Promise<AccessApplication> {
    return this.act(id, by, (application, { applicant, now }) => {
      const outcome = applications.amend(application, statement, applicant, by, now);
      expectRevision(application.revision, revision);
      return outcome;
    });
  }

  /** A draft, or one that was returned and is corrected now. */
  submitKept(id: string, signature: Signature, by: Principal): Promise<AccessApplication> {
    return this.act(id, by, async (application, { tx, applicant, now }) =>
      applications.submit(application, signature, applicant, await this.texts.current(now, tx.manager), by, now),
    );
  }

  withdraw(id: string, by: Principal): Promise<AccessApplication> {
    return this.act(id, by, (application, { applicant, now }) =>
      applications.withdraw(application, applicant, by, now),
    );
  }

  startReview(id: string, by: Principal): Promise<AccessApplication> {
    return this.act(id, by, (application, { applicant, now }) =>
      applications.startReview(application, applicant, by, now),
    );
  }

  sendBack(id: string, remarks: readonly applications.Remark[], by: Principal): Promise<AccessApplication> {
    return this.act(id, by, (application, { applicant, now }) =>
      applications.sendBack(application, remarks, applicant, by, now),
    );
  }

  /** Lets the department in: from here on the gateway answers it. */
  approve(id: string, by: Principal): Promise<AccessApplication> {
    return this.act(id, by, async (application, { tx, admission, applicant, now }) => {
      const current = await this.texts.current(now, tx.manager);
      const outcome = applications.approve(application, applicant, current, by, now);
      const pledge = outcome.state.pledge!;
      const admitted = admit(admission, { applicationId: id, pledge, by: outcome.event.data.by }, now);
      await this.admissions.save(tx, admitted);
      const organisationId = admission.department.id;
      await this.admissions.addPledge(tx, { ...pledge, id: newId(), organisationId, applicationId: id });
      return outcome;
    });
  }

  reject(id: string, reason: string, by: Principal): Promise<AccessApplication> {
    return this.act(id, by, (application, { applicant, now }) =>
      applications.reject(application, reason, applicant, by, now),
    );
  }

  /** One in hand at a time. */
  private begin(statement: string, by: Principal, rule: Rule): Promise<AccessApplication> {
    return this.work.run(async (tx) => {
      const acting = await this.acting(tx, by.departmentId);
      const { applicant, now } = acting;
      const rulePack = rulePackFor(now, applicant.type).reference;
      const prepared = applications.prepare({ id: newId(), statement, rulePack }, applicant, by);
      const { state, event } = await rule(prepared, acting);
      if (!(await this.applications.add(tx, state))) throw new Refusal('admission.already_pending');
      tx.publish(event);
      return state;
    });
  }

  private act(id: string, by: Principal, rule: Rule): Promise<AccessApplication> {
    return this.work.run(async (tx) => {
      const organisationId = await this.applications.organisationOf(tx, id);
      if (organisationId === null) throw new Refusal('request.not_found');
      // The organisation first, as when it submits: two locks in one order.
      const acting = await this.acting(tx, organisationId);
      const application = await this.applications.lock(tx, id);
      if (!application || !applications.isKnownTo(application, acting.applicant, by))
        throw new Refusal('request.not_found');
      const { state, event } = await rule(application, acting);
      await this.applications.save(tx, state);
      tx.publish(event);
      return state;
    });
  }

  private async acting(tx: Transaction, organisationId: string): Promise<Acting> {
    const now = this.clock.now();
    const admission = await this.admissions.lock(tx, organisationId, now);
    return { tx, admission, applicant: { ...admission.department, admission: admission.status }, now };
  }
}
