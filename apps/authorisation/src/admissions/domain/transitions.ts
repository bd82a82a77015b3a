import { Refusal, type Admission } from '@qiongtong/contracts';

export const ACCESS_APPLICATION_STATUSES = [
  'DRAFT',
  'SUBMITTED',
  'UNDER_REVIEW',
  'RETURNED',
  'APPROVED',
  'REJECTED',
  'WITHDRAWN',
] as const;
export type AccessApplicationStatus = (typeof ACCESS_APPLICATION_STATUSES)[number];
type Status = AccessApplicationStatus;

/** Whose act it is. PLATFORM acts are ends that were set by somebody and reminders: never a decision of its own. */
export type Side = 'APPLICANT' | 'AUTHORITY' | 'PLATFORM';
export type Transition<S> = Readonly<{
  from: readonly S[];
  /** null: it stays as it is. */
  to: S | null;
  by: readonly Side[];
}>;

const WITH_AUTHORITY = ['SUBMITTED', 'UNDER_REVIEW'] as const satisfies readonly Status[];
/** One of these at a time in a department. */
export const OPEN_STATUSES = ['DRAFT', ...WITH_AUTHORITY, 'RETURNED'] as const satisfies readonly Status[];

/** Every act on an application for first access; NONE is before there was one. [R11.1] */
export const APPLICATION_TRANSITIONS = {
  DRAFT: { from: ['NONE'], to: 'DRAFT', by: ['APPLICANT'] },
  AMEND: { from: ['DRAFT', 'RETURNED'], to: null, by: ['APPLICANT'] },
  SUBMIT: { from: ['NONE', 'DRAFT', 'RETURNED'], to: 'SUBMITTED', by: ['APPLICANT'] },
  WITHDRAW: { from: OPEN_STATUSES, to: 'WITHDRAWN', by: ['APPLICANT'] },
  START_REVIEW: { from: ['SUBMITTED'], to: 'UNDER_REVIEW', by: ['AUTHORITY'] },
  RETURN: { from: WITH_AUTHORITY, to: 'RETURNED', by: ['AUTHORITY'] },
  APPROVE: { from: WITH_AUTHORITY, to: 'APPROVED', by: ['AUTHORITY'] },
  REJECT: { from: WITH_AUTHORITY, to: 'REJECTED', by: ['AUTHORITY'] },
} as const satisfies Readonly<Record<string, Transition<Status | 'NONE'>>>;
export type ApplicationAct = keyof typeof APPLICATION_TRANSITIONS;

const ADMITTED = ['ACTIVE', 'SUSPENDED'] as const satisfies readonly Admission[];

/**
 * Every act on the admission of a department. What was revoked comes back by a new application alone, which is decided
 * like the first. [R11.1]
 */
export const ADMISSION_TRANSITIONS = {
  ADMIT: { from: ['NONE', 'REVOKED'], to: 'ACTIVE', by: ['AUTHORITY'] },
  SUSPEND: { from: ADMITTED, to: 'SUSPENDED', by: ['AUTHORITY'] },
  RESUME: { from: ['SUSPENDED'], to: 'ACTIVE', by: ['AUTHORITY', 'PLATFORM'] },
  REVOKE: { from: ADMITTED, to: 'REVOKED', by: ['AUTHORITY'] },
  RELINQUISH: { from: ['ACTIVE'], to: 'NONE', by: ['APPLICANT'] },
  PLEDGE_ANEW: { from: ADMITTED, to: null, by: ['APPLICANT'] },
  ASK_TO_PLEDGE: { from: ADMITTED, to: null, by: ['PLATFORM'] },
  REMIND: { from: ADMITTED, to: null, by: ['PLATFORM'] },
  LAPSE: { from: ADMITTED, to: null, by: ['PLATFORM'] },
} as const satisfies Readonly<Record<string, Transition<Admission>>>;
export type AdmissionAct = keyof typeof ADMISSION_TRANSITIONS;

export const mayAct = (act: AdmissionAct, status: Admission): boolean =>
  (ADMISSION_TRANSITIONS[act] as Transition<Admission>).from.includes(status);

/** @param status NONE before there was an application */
export function applicationAfter(act: ApplicationAct, status: Status | 'NONE'): Status {
  const { from, to } = APPLICATION_TRANSITIONS[act];
  const possible: readonly (Status | 'NONE')[] = from;
  if (!possible.includes(status))
    throw new Refusal(isOpen(status) ? 'admission.not_now' : 'admission.already_decided', { about: [status] });
  return to ?? (status as Status);
}

export function admissionAfter(act: AdmissionAct, status: Admission): Admission {
  if (mayAct(act, status)) return ADMISSION_TRANSITIONS[act].to ?? status;
  if (act === 'ADMIT') throw new Refusal('admission.already_active', { about: [status] });
  if (act === 'RESUME') throw new Refusal('admission.not_suspended', { about: [status] });
  if (status === 'SUSPENDED') throw new Refusal('admission.suspended');
  throw new Refusal('admission.not_admitted', { about: [status] });
}

const isOpen = (status: Status | 'NONE'): boolean =>
  status === 'NONE' || (OPEN_STATUSES as readonly Status[]).includes(status);
