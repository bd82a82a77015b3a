import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type RefusalCode } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { lacksForUse } from '@qiongtong/regulation';
import { pageOf, type PageOf } from '../pages';
import { AdmissionStore, type AdmissionFilter } from './admission.store';
import { concerns } from './domain/access-application';
import * as admissions from './domain/admission';

export type SeenAdmission = Omit<admissions.Admission, 'department' | 'revision'> &
  Readonly<{
    organisationId: string;
    /** What the department lacks to use anything at all, as the gateway would answer; null when nothing. */
    lacks: RefusalCode | null;
  }>;

/** The admission of departments after it was given. Measures on it gate use, never providing. [R11.5] */
@Injectable()
export class AdmissionsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly admissions: AdmissionStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(organisationId: string, by: Principal): Promise<SeenAdmission> {
    const now = this.clock.now();
    const admission = await this.admissions.find(organisationId, now);
    if (!admission || !concerns(admission.department, by)) throw new Refusal('request.not_found');
    return seen(admission, now);
  }

  async list(filter: AdmissionFilter, page: PageOf, by: Principal): Promise<Page<SeenAdmission>> {
    const now = this.clock.now();
    const scope = ['admissions', by.departmentId, filter.status];
    const { items, next } = await pageOf(page, this.cursors, scope, async (after, limit) => {
      const found = await this.admissions.list(filter, by, now, after, limit);
      return found.map((admission) => ({ id: admission.department.id, ...seen(admission, now) }));
    });
    return { items: items.map(({ id: _id, ...admission }) => admission), next };
  }

  suspend(
    organisationId: string,
    given: Parameters<typeof admissions.suspend>[1],
    by: Principal,
  ): Promise<SeenAdmission> {
    return this.act(organisationId, by, (admission, now) => admissions.suspend(admission, given, by, now));
  }

  resume(organisationId: string, by: Principal): Promise<SeenAdmission> {
    return this.act(organisationId, by, (admission, now) => admissions.resume(admission, by, now));
  }

  revoke(organisationId: string, cause: admissions.Cause, by: Principal): Promise<SeenAdmission> {
    return this.act(organisationId, by, (admission, now) => admissions.revoke(admission, cause, by, now));
  }

  relinquish(organisationId: string, reason: string, by: Principal): Promise<SeenAdmission> {
    return this.act(organisationId, by, (admission, now) => admissions.relinquish(admission, reason, by, now));
  }

  /** Inside a transaction of another use case. */
  async relinquishWithin(
    tx: Transaction,
    organisationId: string,
    reason: string,
    by: Principal,
    now: Date,
  ): Promise<admissions.Admission> {
    const given = admissions.relinquish(await this.admissions.lock(tx, organisationId, now), reason, by, now);
    await this.admissions.save(tx, given);
    return given.state;
  }

  private act(
    organisationId: string,
    by: Principal,
    rule: (admission: admissions.Admission, now: Date) => admissions.ChangedAdmission,
  ): Promise<SeenAdmission> {
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const admission = await this.admissions.lock(tx, organisationId, now);
      if (!concerns(admission.department, by)) throw new Refusal('request.not_found');
      const changed = rule(admission, now);
      await this.admissions.save(tx, changed);
      return seen(changed.state, now);
    });
  }
}

function seen(admission: admissions.Admission, now: Date): SeenAdmission {
  const { department, revision: _revision, ...rest } = admission;
  const { status, pledgeVersion, pledgeValidUntil } = admission;
  const { id: organisationId, hasResponsibleUnit } = department;
  const lacks = lacksForUse({ admission: status, pledgeVersion, pledgeValidUntil, hasResponsibleUnit }, now);
  return { organisationId, ...rest, lacks };
}
