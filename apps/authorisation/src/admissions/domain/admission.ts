import {
  officerWith,
  Refusal,
  type Admission as AdmissionStatus,
  type AdmissionFactName,
  type AdmissionFacts,
  type AdmissionGround,
  type AnyAdmissionFact,
  type Decided,
  type Principal,
} from '@qiongtong/contracts';
import { competentOfficer, type Department } from './access-application';
import { sign, type Pledge, type Signature } from './pledge';
import type { PledgeText } from './pledge-text';
import { admissionAfter, type AdmissionAct } from './transitions';

type By = Readonly<{ by: string; organisationId: string; at: string }>;
export type Measure = By & Readonly<{ ground: AdmissionGround; reason: string }>;
export type Suspension = Measure & Readonly<{ until: string }>;
/** How it ended: revoked by the authority, or given up by the department itself, which needs no ground. */
export type Ending = By & Readonly<{ how: 'REVOKED' | 'RELINQUISHED'; ground: AdmissionGround | null; reason: string }>;

/** A pledge on a former text, whose grace period runs or has ended. [R11.2] */
export type Renewal = Readonly<{
  newVersion: string;
  validUntil: string;
  /** When the department is reminded next; those sent are gone. */
  reminders: readonly string[];
  lapsedAt: string | null;
}>;

/** A department's admission to use (接入): what every use is decided by, and why it is so. [R11.1–R11.5] */
export type Admission = Readonly<{
  department: Department;
  status: AdmissionStatus;
  pledgeVersion: string | null;
  pledgeValidUntil: string | null;
  suspendedUntil: string | null;
  /** By which it was last admitted. */
  applicationId: string | null;
  admittedAt: string | null;
  suspension: Suspension | null;
  ending: Ending | null;
  renewal: Renewal | null;
  /** The organisation's: one row has what decides uses. */
  revision: number;
}>;
export type ChangedAdmission = Decided<Admission, AnyAdmissionFact>;
export type Cause = Readonly<{ ground: AdmissionGround; reason: string }>;

const LONGEST_SUSPENSION_DAYS = 366;
const DAY_MS = 86_400_000;

/** Its application was approved: the department may use. @param pledge that of the application */
export function admit(
  admission: Admission,
  { applicationId, pledge, by }: Readonly<{ applicationId: string; pledge: Pledge; by: string }>,
  now: Date,
): ChangedAdmission {
  // Without somebody answerable inside the department nothing is handed out. [R11.3]
  const { department } = admission;
  if (!department.hasResponsibleUnit) throw new Refusal('admission.unit_missing', { about: [department.id] });
  const changes = {
    ...pledged(pledge),
    applicationId,
    admittedAt: now.toISOString(),
    suspension: null,
    suspendedUntil: null,
    ending: null,
  };
  const told = { admission: 'ACTIVE', pledgeVersion: pledge.textVersion, applicationId } as const;
  return acted('ADMIT', admission, { changes, fact: 'organisation-admitted', told, by }, now);
}

/** Takes use away until an end, never providing; again on one that is suspended it sets another end. [R11.5, R13.5] */
export function suspend(
  admission: Admission,
  { until, ...cause }: Cause & Readonly<{ until: string }>,
  by: Principal,
  now: Date,
): ChangedAdmission {
  const officer = competentOfficer(admission.department, by);
  const length = Date.parse(until) - now.getTime();
  if (length <= 0 || length > LONGEST_SUSPENSION_DAYS * DAY_MS)
    throw new Refusal('admission.suspension_period_invalid', { about: [until] });
  const suspension = { ...cause, ...done(officer, by, now), until };
  const told = { ground: cause.ground, until, authorityId: by.departmentId };
  const changes = { suspension, suspendedUntil: until };
  return acted('SUSPEND', admission, { changes, fact: 'admission-suspended', told, by: officer }, now);
}

/** The authority gives use back before the end. */
export function resume(admission: Admission, by: Principal, now: Date): ChangedAdmission {
  const officer = competentOfficer(admission.department, by);
  return resumed(admission, { because: 'AUTHORITY', authorityId: by.departmentId }, officer, now);
}

/** Ends it. The department applies anew when what it was revoked for is over. */
export function revoke(admission: Admission, cause: Cause, by: Principal, now: Date): ChangedAdmission {
  const officer = competentOfficer(admission.department, by);
  const changes = { ...ended, ending: { how: 'REVOKED' as const, ...cause, ...done(officer, by, now) } };
  const told = { ground: cause.ground, authorityId: by.departmentId };
  return acted('REVOKE', admission, { changes, fact: 'admission-revoked', told, by: officer }, now);
}

/** The department uses the platform no more. */
export function relinquish(admission: Admission, reason: string, by: Principal, now: Date): ChangedAdmission {
  const officer = ownOfficer(admission, by);
  const ending = { how: 'RELINQUISHED' as const, ground: null, reason, ...done(officer, by, now) };
  const changes = { ...ended, ending };
  return acted('RELINQUISH', admission, { changes, fact: 'admission-relinquished', told: {}, by: officer }, now);
}

/** On a new text. A promise is the department's own act: nobody approves it. [R11.2] */
export function pledgeAnew(
  admission: Admission,
  signature: Signature,
  current: PledgeText,
  by: Principal,
  now: Date,
): ChangedAdmission & Readonly<{ pledge: Pledge }> {
  const officer = ownOfficer(admission, by);
  const pledge = sign(signature, current, officer, now);
  const { textVersion: pledgeVersion, digest: pledgeDigest } = pledge;
  const told = { pledgeVersion, pledgeDigest, formerVersion: admission.pledgeVersion ?? '' };
  const act = { changes: pledged(pledge), fact: 'pledge-renewed', told, by: officer } as const;
  const renewed = acted('PLEDGE_ANEW', admission, act, now);
  if (admission.pledgeVersion === current.version) throw new Refusal('pledge.already_current');
  return { ...renewed, pledge };
}

/** Its time is over. */
export const resumeInTime = (admission: Admission, now: Date): ChangedAdmission =>
  resumed(admission, { because: 'PERIOD_OVER', authorityId: null }, 'platform', now);

function resumed(
  admission: Admission,
  told: AdmissionFacts['admission-resumed'],
  by: string,
  now: Date,
): ChangedAdmission {
  const changes = { suspension: null, suspendedUntil: null };
  return acted('RESUME', admission, { changes, fact: 'admission-resumed', told, by }, now);
}

const pledged = ({ textVersion }: Pledge) => ({ pledgeVersion: textVersion, pledgeValidUntil: null, renewal: null });
/** The pledge binds on, and nothing is awaited any more. */
const ended = { pledgeValidUntil: null, suspension: null, suspendedUntil: null, renewal: null };
const done = (officer: string, { departmentId }: Principal, now: Date): By => ({
  by: officer,
  organisationId: departmentId,
  at: now.toISOString(),
});

function ownOfficer({ department }: Admission, by: Principal): string {
  if (by.departmentId !== department.id) throw new Refusal('request.not_found');
  return officerWith(['RESPONSIBLE_OFFICER'], by);
}

type Act<N extends AdmissionFactName> = Readonly<{
  changes?: Partial<Admission>;
  fact: N;
  told: AdmissionFacts[N];
  by: string;
}>;

/** One act by the table: the state after it and its one fact. */
export function acted<N extends AdmissionFactName>(
  act: AdmissionAct,
  admission: Admission,
  { changes = {}, fact, told, by }: Act<N>,
  now: Date,
): ChangedAdmission {
  const status = admissionAfter(act, admission.status);
  const state = { ...admission, ...changes, status, revision: admission.revision + 1 };
  const { revision } = state;
  const { id: organisationId } = state.department;
  const event = {
    type: `authorisation.${fact}.v1`,
    key: organisationId,
    at: now.toISOString(),
    data: { organisationId, ...told, revision, by },
  } as AnyAdmissionFact;
  return { state, event };
}
