import { Refusal } from '@qiongtong/contracts';

export const SHARING_APPLICATION_STATUSES = [
  'DRAFT',
  'SUBMITTED',
  'PROVIDER_REVIEW',
  'RETURNED_FOR_SUPPLEMENT',
  'OFFERED',
  'PARTIAL_CONSENT_PROPOSED',
  'REFUSAL_PROPOSED',
  'AGREEMENT_PENDING',
  'CONSENTED',
  'REFUSED',
  'WITHDRAWN',
] as const;
export type SharingApplicationStatus = (typeof SHARING_APPLICATION_STATUSES)[number];
type Status = SharingApplicationStatus;

/** Whose act it is; PLATFORM acts are clocks and standing decisions, never a decision of its own. */
export type Side = 'APPLICANT' | 'PROVIDER' | 'AUTHORITY' | 'PARTIES' | 'PLATFORM';

export type Transition = Readonly<{
  /** null: there was no application before. */
  from: readonly (Status | null)[];
  /** Empty: the status stays. More than one: what was decided says which. */
  to: readonly Status[];
  by: Side;
}>;

/** In the provider's hands: it has neither answered nor asked anybody else. */
const IN_REVIEW = ['SUBMITTED', 'PROVIDER_REVIEW'] as const satisfies readonly Status[];
/** An offer binds nobody before it is accepted: the provider may still decide otherwise. */
const DECIDABLE = [...IN_REVIEW, 'OFFERED'] as const satisfies readonly Status[];
export const PROPOSED = ['PARTIAL_CONSENT_PROPOSED', 'REFUSAL_PROPOSED'] as const satisfies readonly Status[];
export const UNDECIDED = [...DECIDABLE, 'RETURNED_FOR_SUPPLEMENT', ...PROPOSED] as const satisfies readonly Status[];
/** Nothing but the provider's answer is missing. */
export const AWAITING_ANSWER = [...DECIDABLE, 'RETURNED_FOR_SUPPLEMENT'] as const satisfies readonly Status[];
/** What the provider gives is decided, and not given up since. */
export const AGREED = ['CONSENTED', 'AGREEMENT_PENDING'] as const satisfies readonly Status[];
/** Something has still to come of it. */
export const OPEN = ['DRAFT', ...UNDECIDED, 'AGREEMENT_PENDING'] as const satisfies readonly Status[];

/** Every act on an application and where it leads; what is not here is not possible. [R12.1] */
export const TRANSITIONS = {
  DRAFT: { from: [null], to: ['DRAFT'], by: 'APPLICANT' },
  AMEND_DRAFT: { from: ['DRAFT'], to: ['DRAFT'], by: 'APPLICANT' },
  SUBMIT: { from: [null, 'DRAFT'], to: ['SUBMITTED'], by: 'APPLICANT' },
  WITHDRAW: { from: ['DRAFT', ...UNDECIDED, 'AGREEMENT_PENDING'], to: ['WITHDRAWN'], by: 'APPLICANT' },
  CONSENT_AS_DECIDED_BEFORE: { from: ['SUBMITTED'], to: ['CONSENTED'], by: 'PLATFORM' },
  START_REVIEW: { from: ['SUBMITTED'], to: ['PROVIDER_REVIEW'], by: 'PROVIDER' },
  ASK_FOR_SUPPLEMENT: { from: IN_REVIEW, to: ['RETURNED_FOR_SUPPLEMENT'], by: 'PROVIDER' },
  SUPPLEMENT: { from: ['RETURNED_FOR_SUPPLEMENT'], to: ['PROVIDER_REVIEW'], by: 'APPLICANT' },
  CONSENT: { from: DECIDABLE, to: AGREED, by: 'PROVIDER' },
  OFFER: { from: IN_REVIEW, to: ['OFFERED'], by: 'PROVIDER' },
  ACCEPT_OFFER: { from: ['OFFERED'], to: AGREED, by: 'APPLICANT' },
  DECLINE_OFFER: { from: ['OFFERED'], to: ['PROVIDER_REVIEW'], by: 'APPLICANT' },
  PROPOSE_PARTIAL_CONSENT: { from: DECIDABLE, to: ['PARTIAL_CONSENT_PROPOSED'], by: 'PROVIDER' },
  PROPOSE_REFUSAL: { from: DECIDABLE, to: ['REFUSAL_PROPOSED'], by: 'PROVIDER' },
  TAKE_BACK_PROPOSAL: { from: PROPOSED, to: ['PROVIDER_REVIEW'], by: 'PROVIDER' },
  AUTHORITY_CONSENTS_TO_PARTIAL: { from: ['PARTIAL_CONSENT_PROPOSED'], to: AGREED, by: 'AUTHORITY' },
  AUTHORITY_CONSENTS_TO_REFUSAL: { from: ['REFUSAL_PROPOSED'], to: ['REFUSED'], by: 'AUTHORITY' },
  AUTHORITY_DOES_NOT_CONSENT: { from: PROPOSED, to: ['PROVIDER_REVIEW'], by: 'AUTHORITY' },
  CONCLUDE_AGREEMENT: { from: ['AGREEMENT_PENDING'], to: ['CONSENTED'], by: 'PARTIES' },
  ASK_FOR_EXTENSION: { from: DECIDABLE, to: [], by: 'PROVIDER' },
  AUTHORITY_EXTENDS: { from: UNDECIDED, to: [], by: 'AUTHORITY' },
  AUTHORITY_DOES_NOT_EXTEND: { from: UNDECIDED, to: [], by: 'AUTHORITY' },
  REMIND: { from: UNDECIDED, to: [], by: 'PLATFORM' },
  FLAG_OVERDUE: { from: UNDECIDED, to: [], by: 'PLATFORM' },
  TELL_CONSENT_AWAITED: { from: PROPOSED, to: [], by: 'PLATFORM' },
  MOVE_DUE_DATE: { from: UNDECIDED, to: [], by: 'PLATFORM' },
  MOVE_AUTHORITY_DATE: { from: PROPOSED, to: [], by: 'PLATFORM' },
  MOVE_PROVISION_DATE: { from: AGREED, to: [], by: 'PLATFORM' },
  PASS: { from: OPEN, to: [], by: 'PLATFORM' },
  LAPSE: { from: OPEN, to: ['WITHDRAWN'], by: 'PLATFORM' },
} as const satisfies Readonly<Record<string, Transition>>;
export type SharingApplicationAct = keyof typeof TRANSITIONS;

const of = (act: SharingApplicationAct): Transition => TRANSITIONS[act];
const ENDED: readonly Status[] = ['AGREEMENT_PENDING', 'CONSENTED', 'REFUSED', 'WITHDRAWN'];

export const mayAct = (act: SharingApplicationAct, status: Status | null): boolean => of(act).from.includes(status);
export const isUndecided = (status: Status): boolean => (UNDECIDED as readonly Status[]).includes(status);
export const awaitsAuthority = (status: Status): boolean => (PROPOSED as readonly Status[]).includes(status);

/** An applicant is not told the status: it may be one it does not know of yet. [R12.5] */
export function checkMayAct(act: SharingApplicationAct, status: Status | null): void {
  if (mayAct(act, status)) return;
  const about = of(act).by === 'APPLICANT' ? {} : { about: [status ?? 'NONE'] };
  if (status !== null && ENDED.includes(status)) throw new Refusal('application.already_decided', about);
  throw new Refusal('application.not_now', about);
}

/** @param to needed where an act leads to more than one status */
export function statusAfter(act: SharingApplicationAct, status: Status, to?: Status): Status {
  const possible = of(act).to;
  const next = to ?? (possible.length === 0 ? status : possible[0]!);
  if (possible.length > 0 && !possible.includes(next)) throw new Error(`${act} never leads to ${next}`);
  return next;
}
