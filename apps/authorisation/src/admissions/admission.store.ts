import { Injectable } from '@nestjs/common';
import { Refusal, type Admission as AdmissionStatus, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In, type EntityManager } from 'typeorm';
import { holdsRole, next, type Organisation } from '../organisations/domain/organisation';
import { OrganisationStore } from '../organisations/organisation.store';
import { overseenRegions } from '../pages';
import { add } from '../rows';
import { AdmissionRow, PledgeRow } from './admission.entities';
import type { Admission, ChangedAdmission } from './domain/admission';
import { nextDueAt } from './domain/pledge-renewal';
import type { KeptPledge } from './domain/pledge';

export type AdmissionFilter = Readonly<{ status?: AdmissionStatus }>;

/** An admission lies in two rows: the organisation's has what decides uses, its own the reasons. */
@Injectable()
export class AdmissionStore {
  constructor(
    private readonly database: DataSource,
    private readonly organisations: OrganisationStore,
  ) {}

  /** The organisation's row is the lock of its admission and of its application for one. */
  async lock(tx: Transaction, organisationId: string, now: Date): Promise<Admission> {
    const organisation = await this.organisations.lock(tx, organisationId);
    return admissionOf(organisation, await this.reasons([organisationId], tx.manager), now);
  }

  async find(organisationId: string, now: Date): Promise<Admission | null> {
    const organisation = await this.organisations.find(organisationId);
    return organisation && admissionOf(organisation, await this.reasons([organisationId]), now);
  }

  async save(tx: Transaction, { state, event }: ChangedAdmission): Promise<void> {
    const organisationId = state.department.id;
    const organisation = await this.organisations.find(organisationId, tx.manager);
    if (!organisation) throw new Refusal('request.not_found');
    const { applicationId, admittedAt, suspension, ending, renewal } = state;
    const row = { organisationId, applicationId, admittedAt, suspension, ending, renewal, nextDueAt: nextDueAt(state) };
    await tx.manager.upsert(AdmissionRow, row as never, ['organisationId']);
    const { status: admission, pledgeVersion, pledgeValidUntil, suspendedUntil } = state;
    const changed = next(
      organisation,
      { admission, pledgeVersion, pledgeValidUntil, suspendedUntil },
      new Date(event.at),
    );
    await this.organisations.save(tx, { state: changed, events: [event] });
  }

  async addPledge(tx: Transaction, pledge: KeptPledge): Promise<void> {
    if (!(await add(tx, PledgeRow, pledge))) throw new Refusal('request.lost_race');
  }

  /** The newest first. */
  pledges(organisationId: string, after: string | null, limit: number): Promise<KeptPledge[]> {
    const query = this.database
      .createQueryBuilder(PledgeRow, 'pledge')
      .where('pledge.organisation_id = :organisationId', { organisationId })
      .orderBy('pledge.id', 'DESC')
      .limit(limit);
    if (after !== null) query.andWhere('pledge.id < :after', { after });
    return query.getMany();
  }

  /** Departments of which the caller may know it, in the order of their ids. */
  async list(
    { status }: AdmissionFilter,
    by: Principal,
    now: Date,
    after: string | null,
    limit: number,
  ): Promise<Admission[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      `SELECT id FROM organisation WHERE kind = 'DEPARTMENT' AND (id = $1 OR region_code LIKE $2)
         AND ($3::text IS NULL OR admission = $3) AND ($4::text IS NULL OR id > $4) ORDER BY id LIMIT $5`,
      [by.departmentId, overseenRegions(by), status ?? null, after, limit],
    );
    const ids = rows.map(({ id }) => id);
    const organisations = await this.organisations.all(ids);
    const reasons = await this.reasons(ids);
    return ids.map((id) => admissionOf(organisations.get(id)!, reasons, now));
  }

  /** Admissions to which time has something to do, the first due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await sql<{ organisation_id: string }>(
      this.database,
      'SELECT organisation_id FROM admission WHERE next_due_at <= $1 ORDER BY next_due_at LIMIT $2',
      [now, limit],
    );
    return rows.map((row) => row.organisation_id);
  }

  /** The body exists no longer: nothing is awaited of it. */
  async close(tx: Transaction, organisationId: string): Promise<void> {
    await tx.manager.update(AdmissionRow, { organisationId }, {
      renewal: null,
      suspension: null,
      nextDueAt: null,
    } as never);
  }

  /** Departments that have pledged on another text than this and have not been asked to pledge on it yet. */
  async notAsked(version: string, limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      `SELECT organisation.id FROM organisation LEFT JOIN admission ON admission.organisation_id = organisation.id
       WHERE organisation.admission IN ('ACTIVE', 'SUSPENDED') AND organisation.pledge_version <> $1
         AND admission.renewal ->> 'newVersion' IS DISTINCT FROM $1 ORDER BY organisation.id LIMIT $2`,
      [version, limit],
    );
    return rows.map(({ id }) => id);
  }

  private async reasons(
    organisationIds: readonly string[],
    manager: EntityManager = this.database.manager,
  ): Promise<ReadonlyMap<string, AdmissionRow>> {
    const rows = await manager.find(AdmissionRow, { where: { organisationId: In([...organisationIds]) } });
    return new Map(rows.map((row) => [row.organisationId, row]));
  }
}

function admissionOf(organisation: Organisation, reasons: ReadonlyMap<string, AdmissionRow>, now: Date): Admission {
  const { id, kind, type, regionCode, hasResponsibleUnit, revision } = organisation;
  const { admission: status, pledgeVersion, pledgeValidUntil, suspendedUntil } = organisation;
  const isProvincialAuthority = holdsRole(organisation, 'PROVINCIAL_AUTHORITY', now);
  const row = reasons.get(id);
  return {
    department: { id, kind, type, regionCode, hasResponsibleUnit, isProvincialAuthority },
    status,
    pledgeVersion,
    pledgeValidUntil,
    suspendedUntil,
    applicationId: row?.applicationId ?? null,
    admittedAt: row?.admittedAt ?? null,
    suspension: row?.suspension ?? null,
    ending: row?.ending ?? null,
    renewal: row?.renewal ?? null,
    revision,
  };
}
