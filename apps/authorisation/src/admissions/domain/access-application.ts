import {
  isConcerned,
  officerWith,
  oversees,
  Refusal,
  type AccessApplicationFactName,
  type AccessApplicationFacts,
  type AccessRemarkField,
  type Admission,
  type AnyAccessApplicationFact,
  type Decided,
  type OrganisationType,
  type Principal,
} from '@qiongtong/contracts';
import { sign, type Pledge, type Signature } from './pledge';
import type { PledgeText } from './pledge-text';
import { applicationAfter, mayAct, type AccessApplicationStatus, type ApplicationAct } from './transitions';

export type Remark = Readonly<{ field: AccessRemarkField; what: string }>;
type By = Readonly<{ by: string; organisationId: string; at: string }>;

/** A department's application for first access (首次接入申请). [R11.1] */
export type AccessApplication = Readonly<{
  id: string;
  organisationId: string;
  status: AccessApplicationStatus;
  /** What the department wants to use the platform for, in its own words; may be empty. */
  statement: string;
  /** null before it is submitted. */
  pledge: Pledge | null;
  /** Who submitted it last, or wrote the draft. */
  submittedBy: string;
  /** Everybody who wrote or submitted it: none of them decides on it. [R14.10] */
  writtenBy: readonly string[];
  submittedAt: string | null;
  /** Why it was last sent back for correction. */
  returned: (By & Readonly<{ remarks: readonly Remark[] }>) | null;
  decision: (By & Readonly<{ reason: string }>) | null;
  withdrawnBy: string | null;
  rulePack: string;
  revision: number;
}>;
export type Outcome = Decided<AccessApplication, AnyAccessApplicationFact>;

/** What must be known of a department. */
export type Department = Readonly<{
  id: string;
  kind: 'DEPARTMENT' | 'VENDOR';
  type: OrganisationType;
  regionCode: string;
  hasResponsibleUnit: boolean;
  isProvincialAuthority: boolean;
}>;
export type Applicant = Department & Readonly<{ admission: Admission }>;
type New = Readonly<{ id: string; statement: string; rulePack: string }>;

/** What an officer wrote down, not kept yet. */
export function prepare({ id, statement, rulePack }: New, applicant: Applicant, by: Principal): AccessApplication {
  const submittedBy = applicantsOfficer(applicant, by);
  checkMayApply(applicant);
  return { ...BLANK, id, organisationId: applicant.id, statement, submittedBy, writtenBy: [submittedBy], rulePack };
}
const BLANK = {
  status: 'DRAFT',
  pledge: null,
  submittedAt: null,
  returned: null,
  decision: null,
  withdrawnBy: null,
  revision: 0,
} as const;

/** Kept for the applicant alone. */
export function draft(prepared: AccessApplication, applicant: Applicant, by: Principal, now: Date): Outcome {
  return acted('DRAFT', prepared, { fact: 'drafted', told: {}, by: applicantsOfficer(applicant, by) }, now);
}

export function amend(
  application: AccessApplication,
  statement: string,
  applicant: Applicant,
  by: Principal,
  now: Date,
): Outcome {
  const officer = applicantsOfficer(applicant, by);
  const changes = { statement, ...writtenAlsoBy(application, officer) };
  return acted('AMEND', application, { changes, fact: 'amended', told: {}, by: officer }, now);
}

/** With the pledge on the text in force; what was returned is signed anew. [R11.2] */
export function submit(
  application: AccessApplication,
  signature: Signature,
  applicant: Applicant,
  current: PledgeText,
  by: Principal,
  now: Date,
): Outcome {
  const officer = applicantsOfficer(applicant, by);
  checkMayApply(applicant);
  const pledge = sign(signature, current, officer, now);
  const { rulePack } = application;
  const changes = { pledge, submittedAt: now.toISOString(), ...writtenAlsoBy(application, officer) };
  const told = { pledgeVersion: pledge.textVersion, pledgeDigest: pledge.digest, rulePack };
  return acted('SUBMIT', application, { changes, fact: 'submitted', told, by: officer }, now);
}

/** The applicant takes it back before it is decided. */
export function withdraw(application: AccessApplication, applicant: Applicant, by: Principal, now: Date): Outcome {
  const officer = applicantsOfficer(applicant, by);
  return acted(
    'WITHDRAW',
    application,
    { changes: { withdrawnBy: officer }, fact: 'withdrawn', told: {}, by: officer },
    now,
  );
}

export function startReview(application: AccessApplication, applicant: Applicant, by: Principal, now: Date): Outcome {
  const officer = deciding(application, applicant, by);
  const told = { authorityId: by.departmentId };
  return acted('START_REVIEW', application, { fact: 'review-started', told, by: officer }, now);
}

/** Back to the applicant, to be corrected and submitted again. */
export function sendBack(
  application: AccessApplication,
  remarks: readonly Remark[],
  applicant: Applicant,
  by: Principal,
  now: Date,
): Outcome {
  const officer = deciding(application, applicant, by);
  const returned = { by: officer, organisationId: by.departmentId, at: now.toISOString(), remarks };
  const told = { authorityId: by.departmentId, fields: [...new Set(remarks.map(({ field }) => field))] };
  return acted('RETURN', application, { changes: { returned }, fact: 'returned', told, by: officer }, now);
}

export function approve(
  application: AccessApplication,
  applicant: Applicant,
  current: PledgeText,
  by: Principal,
  now: Date,
): Outcome {
  const outcome = decided('APPROVE', application, '', applicant, by, now);
  // The text may have changed while the application lay there: it is returned and signed anew.
  if (application.pledge?.textVersion !== current.version)
    throw new Refusal('admission.pledge_outdated', { about: [current.version] });
  return outcome;
}

export const reject = (
  application: AccessApplication,
  reason: string,
  applicant: Applicant,
  by: Principal,
  now: Date,
): Outcome => decided('REJECT', application, reason, applicant, by, now);

/** The department itself and who oversees its region; for anybody else there is nothing. */
export const concerns = ({ id, regionCode }: Department, by: Principal): boolean => isConcerned([id], [regionCode], by);

/** A draft is the applicant's alone. */
export const isKnownTo = (
  { status }: Pick<AccessApplication, 'status'>,
  department: Department,
  by: Principal,
): boolean => (status === 'DRAFT' ? department.id === by.departmentId : concerns(department, by));

/**
 * Article 11 gives first access to the province alone; the provincial authority's own is the next level's, and never the
 * body's itself. [R14.10]
 */
export function competentOfficer({ id, regionCode, isProvincialAuthority }: Department, by: Principal): string {
  if (id === by.departmentId) throw new Refusal('admission.own_case');
  if (!oversees(by, regionCode)) throw new Refusal('request.not_found');
  return officerWith([isProvincialAuthority ? 'LEADING_GROUP' : 'PROVINCIAL_AUTHORITY'], by);
}

function deciding(application: AccessApplication, applicant: Applicant, by: Principal): string {
  if (!isKnownTo(application, applicant, by)) throw new Refusal('request.not_found');
  const officer = competentOfficer(applicant, by);
  // An officer may hold posts in two bodies: the person counts, not the post.
  if (application.writtenBy.includes(officer)) throw new Refusal('admission.own_submission');
  return officer;
}

function decided(
  act: 'APPROVE' | 'REJECT',
  application: AccessApplication,
  reason: string,
  applicant: Applicant,
  by: Principal,
  now: Date,
): Outcome {
  const officer = deciding(application, applicant, by);
  const decision = { by: officer, organisationId: by.departmentId, at: now.toISOString(), reason };
  const told = { authorityId: by.departmentId };
  const fact = act === 'APPROVE' ? 'approved' : 'rejected';
  return acted(act, application, { changes: { decision }, fact, told, by: officer }, now);
}

function checkMayApply({ kind, admission }: Applicant): void {
  if (kind !== 'DEPARTMENT') throw new Refusal('admission.not_department');
  // A suspended department does not let itself in again by applying anew.
  if (admission === 'SUSPENDED') throw new Refusal('admission.suspended');
  if (!mayAct('ADMIT', admission)) throw new Refusal('admission.already_active');
}

function applicantsOfficer({ id }: Applicant, by: Principal): string {
  if (by.departmentId !== id) throw new Refusal('request.not_found');
  return officerWith(['SUBMITTER'], by);
}

const writtenAlsoBy = ({ writtenBy }: AccessApplication, officer: string) => ({
  submittedBy: officer,
  writtenBy: [...new Set([...writtenBy, officer])],
});

type Act<N extends AccessApplicationFactName> = Readonly<{
  changes?: Partial<AccessApplication>;
  fact: N;
  told: AccessApplicationFacts[N];
  by: string;
}>;

/** One act by the table: the state after it and its one fact. */
function acted<N extends AccessApplicationFactName>(
  act: ApplicationAct,
  application: AccessApplication,
  { changes = {}, fact, told, by }: Act<N>,
  now: Date,
): Outcome {
  const status = applicationAfter(act, application.revision === 0 ? 'NONE' : application.status);
  const state = { ...application, ...changes, status, revision: application.revision + 1 };
  const { id, organisationId, revision } = state;
  const event = {
    type: `authorisation.access-application-${fact}.v1`,
    key: id,
    at: now.toISOString(),
    data: { applicationId: id, organisationId, ...told, revision, by },
  } as AnyAccessApplicationFact;
  return { state, event };
}
