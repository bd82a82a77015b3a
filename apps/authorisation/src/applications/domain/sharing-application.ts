import {
  officerWith,
  oversees,
  Refusal,
  type AnySharingApplicationFact,
  type Decided,
  type Principal,
  type SharingApplicationFactName,
  type SharingApplicationFacts,
  type StatutoryBasis,
} from '@qiongtong/contracts';
import { scopeWithin, type GrantScope } from '@qiongtong/regulation';
import type { AnswerClock, ClockRules } from './answer-clock';
import type { Provision } from './provision';
import {
  awaitsAuthority,
  checkMayAct,
  isUndecided,
  statusAfter,
  type SharingApplicationAct,
  type SharingApplicationStatus,
} from './transitions';

export const METHODS = ['API', 'BATCH', 'MESSAGES', 'FILE'] as const;
export const FREQUENCIES = ['ON_DEMAND', 'REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'] as const;

/** What an applicant must say. [R12.2] */
export type Asked = Pick<
  GrantScope,
  'items' | 'rowFilter' | 'mask' | 'actions' | 'purposes' | 'scopeOfKnowledge' | 'systems' | 'period' | 'limits'
> &
  Readonly<{
    /** The law by which the applicant has the duty. [R10.1] */
    dutyBasis: string;
    securityMeasures: string;
    method: (typeof METHODS)[number];
    frequency: (typeof FREQUENCIES)[number];
  }>;

/** What a decision gives, and how. */
export type Agreed = Readonly<{
  scope: GrantScope;
  /** Dimensions in which it is less than asked. [R10.4] */
  narrowed: readonly string[];
  agreement: 'REQUIRED' | 'NONE';
}>;
type By = Readonly<{ by: string; at: string }>;

/** What the application lacks, listed once and in full. [R12.1] */
export type Missing = Readonly<{ field: string; what: string }>;
export type Supplement = By &
  Readonly<{ missing: readonly Missing[]; answer: (By & Readonly<{ note: string }>) | null }>;
export type Offer = By & Agreed & Readonly<{ reason: string }>;
/** To refuse, wholly or in part: it waits for the authority. [R10.4, R12.5] */
export type Proposal = By &
  Readonly<{
    caseId: string;
    statutoryBasis: readonly StatutoryBasis[];
    narrative: string;
    /** The end of the authority's own clock. */
    authorityDueAt: string;
    /** null: nothing at all is given. */
    agreed: Agreed | null;
    /** When the applicant was told that a refusal waits, because the provider's time was over. [R12.8] */
    toldAt: string | null;
  }>;
export type Extension = By &
  Readonly<{
    caseId: string;
    workingDays: number;
    reason: string;
    outcome: 'PROPOSED' | 'CONSENTED' | 'NOT_CONSENTED' | 'WITHDRAWN';
  }>;
export type Decision = By &
  Readonly<{
    narrowed: readonly string[];
    statutoryBasis: readonly StatutoryBasis[];
    /** The applicant itself accepted less than it asked. */
    acceptedBy: string | null;
    caseId: string | null;
    standingConsentId: string | null;
    /** Kept until the grant is made of it. */
    scope: GrantScope;
    grantId: string | null;
    /** Provide by then; null is as agreed. */
    provide: Provision | null;
  }>;
/** The written reason, which reaches the applicant with the authority's consent and not before. [R12.5] */
export type RefusalLetter = By &
  Readonly<{
    caseId: string;
    statutoryBasis: readonly StatutoryBasis[];
    narrative: string;
    authorityId: string;
    consentedBy: string;
    consentedAt: string;
  }>;

export type SharingApplication = Readonly<{
  id: string;
  resourceId: string;
  applicantId: string;
  providerId: string;
  batchId: string | null;
  status: SharingApplicationStatus;
  asked: Asked;
  submittedBy: string;
  /** Delivery to the provider; never moves. null in a draft. [R12.8] */
  receivedAt: string | null;
  clock: AnswerClock | null;
  rules: ClockRules | null;
  rulePack: string | null;
  supplement: Supplement | null;
  offer: Offer | null;
  proposal: Proposal | null;
  extension: Extension | null;
  /** Grounds on which the authority did not consent: on none of them is it refused again. [R12.1] */
  groundsNotConsented: readonly string[];
  decision: Decision | null;
  refusal: RefusalLetter | null;
  withdrawnBy: string | null;
  /** The time at which the answer was found missing; a flag, never a state, and never an answer. [R12.4] */
  overdueAt: string | null;
  /** When the platform next has something to say about the clock; null when nothing. */
  nextStepAt: string | null;
  revision: number;
}>;
export type Outcome = Decided<SharingApplication, AnySharingApplicationFact>;
/** Counted by newer calendars; without a fact where no date has moved. */
export type Recounted = Readonly<{ state: SharingApplication; event: AnySharingApplicationFact | null }>;

/** An officer who acts for the applicant. */
export function applicantOf({ applicantId }: SharingApplication, by: Principal): string {
  if (by.departmentId !== applicantId) throw new Refusal('application.not_applicant');
  return officerWith(['SUBMITTER'], by);
}

/** What was asked as the scope of a grant, under the provider's rule on matter numbers. */
export function wholeScope(application: SharingApplication, matterNumber: GrantScope['matterNumber']): GrantScope {
  const { dutyBasis: _b, securityMeasures: _s, method: _m, frequency: _f, ...asked } = application.asked;
  const { resourceId, providerId, applicantId: holderId } = application;
  return { resourceId, providerId, holderId, recipientOwnerId: null, matterNumber, ...asked };
}
/** Dimensions in which one scope is not inside another. */
export const beyond = (scope: GrantScope, other: GrantScope): string[] =>
  scopeWithin(scope, other).map(({ dimension }) => dimension);

/**
 * The parties, who reviews for the provider, and who oversees the region of a party. A draft is the applicant's alone.
 *
 * @param delegated the caller reviews applications for this resource
 */
export const isKnownTo = (
  { applicantId, providerId, status }: Pick<SharingApplication, 'applicantId' | 'providerId' | 'status'>,
  { regions, delegated }: Readonly<{ regions: readonly string[]; delegated: boolean }>,
  by: Principal,
): boolean =>
  by.departmentId === applicantId ||
  (status !== 'DRAFT' &&
    (by.departmentId === providerId || delegated || regions.some((regionCode) => oversees(by, regionCode))));

type Act<N extends SharingApplicationFactName> = Readonly<{
  /** Needed where the act leads to more than one status. */
  to?: SharingApplicationStatus;
  changes?: Partial<SharingApplication>;
  fact: N;
  told: SharingApplicationFacts[N];
  by: string;
}>;

/** One act by the table: the state after it and its one fact. */
export function acted<N extends SharingApplicationFactName>(
  act: SharingApplicationAct,
  application: SharingApplication,
  { to, changes = {}, fact, told, by }: Act<N>,
  now: Date,
): Outcome {
  checkMayAct(act, application.revision === 0 ? null : application.status);
  const status = statusAfter(act, application.status, to);
  const state = { ...application, ...changes, status, revision: application.revision + 1 };
  const { id, resourceId, applicantId, providerId, revision } = state;
  const event = {
    type: `authorisation.sharing-application-${fact}.v1`,
    key: id,
    at: now.toISOString(),
    data: { applicationId: id, resourceId, applicantId, providerId, ...told, revision, by },
  } as AnySharingApplicationFact;
  return { state: { ...state, nextStepAt: nextStepAt(state) }, event };
}

/** No act: what the platform next says of the clock follows from it. */
export function withClock(application: SharingApplication, clock: AnswerClock): SharingApplication {
  const state = { ...application, clock };
  return { ...state, nextStepAt: nextStepAt(state) };
}

/** What ends with the application: the provider's clock, and whatever still waits for the authority. */
export function ending({ clock, extension }: SharingApplication, now: Date): Partial<SharingApplication> {
  return {
    clock: clock && { ...clock, endedAt: clock.endedAt ?? now.toISOString() },
    offer: null,
    proposal: null,
    extension: extension?.outcome === 'PROPOSED' ? { ...extension, outcome: 'WITHDRAWN' } : extension,
  };
}

/** Its cases that wait for the authority. */
export const openCases = ({ proposal, extension }: SharingApplication): string[] => [
  ...(proposal ? [proposal.caseId] : []),
  ...(extension?.outcome === 'PROPOSED' ? [extension.caseId] : []),
];

/** When the clock next has something to say. A paused clock, and one that has ended, say nothing. */
function nextStepAt({ status, clock, overdueAt, proposal, rules }: SharingApplication): string | null {
  if (!isUndecided(status) || !clock || clock.dueAt === null) return null;
  if (awaitsAuthority(status)) {
    const lateAsWell = rules?.consentWithinReplyTime === true && overdueAt === null;
    return proposal?.toldAt === null || lateAsWell ? clock.dueAt : null;
  }
  const coming = clock.reminders.map(({ at }) => at);
  if (overdueAt === null) coming.push(clock.dueAt);
  return coming.sort()[0] ?? null;
}
