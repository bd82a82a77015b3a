import type { AuthorisationFact } from './facts-authorisation';
import type { StatutoryBasis } from './facts-consents';
import type { Passed } from './facts-organisations';
import type { Action } from './policy';

/** Law and article; what is quoted and narrated stays in the service: free text may name people. */
type Grounds = readonly Pick<StatutoryBasis, 'law' | 'article'>[];
/** `provisional`: the due date rests on a year without a published calendar and may still move. [R12.3] */
type Due = { dueAt: string; provisional: boolean };

/** By which versions of which years' calendars it counts now. */
type Moved = Due & { formerDueAt: string; calendars: readonly Readonly<{ year: number; version: number }>[] };

type Nothing = Record<never, never>;
/** How a proposal or an extension ended without taking effect. */
export type ConsentOutcome = 'NOT_CONSENTED' | 'TAKEN_BACK' | 'LAPSED';

/** What happens to a sharing application, one fact for each act. */
export type SharingApplicationFacts = {
  drafted: Nothing;
  'draft-amended': Nothing;
  submitted: Due & {
    items: readonly string[];
    purposes: readonly string[];
    receivedAt: string;
    rulePack: string;
    batchId: string | null;
  };
  'review-started': Nothing;
  'supplement-requested': { missing: readonly string[]; clockPauses: boolean };
  supplemented: { pausedWorkingDays: number; dueAt: string; provisional: boolean };
  offered: { narrowed: readonly string[] };
  'offer-declined': Nothing;
  'partial-consent-proposed': { caseId: string; narrowed: readonly string[]; statutoryBasis: Grounds };
  'refusal-proposed': { caseId: string; statutoryBasis: Grounds };
  /** Back with the provider; `mustProvide` once the authority has said no. [R12.1] */
  'proposal-ended': { caseId: string; outcome: ConsentOutcome; mustProvide: boolean };
  /** T+10 has passed and a refusal waits: the applicant is told exactly that. [R12.8] */
  'consent-awaited': { caseId: string; kind: 'REFUSAL' | 'PARTIAL_CONSENT'; authorityDueAt: string };
  'agreement-awaited': { narrowed: readonly string[] };
  consented: {
    grantId: string;
    /** Dimensions in which less was given than asked. [R10.4] */
    narrowed: readonly string[];
    statutoryBasis: Grounds;
    /** The applicant itself accepted less. */
    accepted: boolean;
    caseId: string | null;
    standingConsentId: string | null;
    /** Provide by then; null is as agreed. */
    provideBy: string | null;
  };
  refused: { caseId: string; authorityId: string; statutoryBasis: Grounds };
  withdrawn: Nothing;
  'extension-requested': { caseId: string; workingDays: number };
  /** `dueAt` is null while the clock pauses. */
  extended: { caseId: string; workingDays: number; dueAt: string | null; provisional: boolean };
  'extension-ended': { caseId: string; outcome: ConsentOutcome };
  reminded: { workingDay: number; dueAt: string };
  /** Nobody answered in time: the provider's unit and the authority are told; nothing is decided by it. [R12.4] */
  overdue: { dueAt: string; responsibleUnitId: string | null; authorityId: string | null };
  /** A calendar was published or corrected, and the time to answer ends on another day or is certain now. [R12.3] */
  'due-date-moved': Moved & { formerlyProvisional: boolean; overdue: boolean; formerlyOverdue: boolean };
  'provision-date-moved': Moved;
  /** The end of the authority's own clock, of which `consent-awaited` told. [R12.8] */
  'authority-date-moved': { caseId: string; formerDueAt: string; dueAt: string };
  /** A party gave way to another body; receipt stays and the clock runs on. [R15.3] */
  passed: {
    changeId: string;
    former: Readonly<Record<string, string>>;
    receivedAt: string | null;
    dueAt: string | null;
  };
  /** A party gave way, and nobody is left to ask, or to be asked. */
  lapsed: { changeId: string; because: 'APPLICANT_ENDED' | 'DUTY_ENDED' | 'OWN_RESOURCE' | 'RESOURCE_WITHDRAWN' };
};
export type SharingApplicationFactName = keyof SharingApplicationFacts;
export type SharingApplicationFact<N extends SharingApplicationFactName> = AuthorisationFact<
  `sharing-application-${N}`,
  { applicationId: string; resourceId: string; applicantId: string; providerId: string } & SharingApplicationFacts[N]
>;
export type AnySharingApplicationFact = {
  [N in SharingApplicationFactName]: SharingApplicationFact<N>;
}[SharingApplicationFactName];

/** Many applications of one department, sent together. */
export type SharingApplicationBatchSubmitted = AuthorisationFact<
  'sharing-application-batch-submitted',
  { batchId: string; applicantId: string; applicationIds: readonly string[]; refused: number }
>;

type StandingConsentSubject = { standingConsentId: string; resourceId: string; providerId: string };
/** A provider's consent given beforehand, to uses that it names. */
export type StandingConsentRegistered = AuthorisationFact<
  'standing-consent-registered',
  StandingConsentSubject & {
    items: readonly string[];
    actions: readonly Action[];
    purposes: readonly string[];
    period: Readonly<{ from: string; until: string }>;
  }
>;
export type StandingConsentApproved = AuthorisationFact<'standing-consent-approved', StandingConsentSubject>;
export type StandingConsentRejected = AuthorisationFact<'standing-consent-rejected', StandingConsentSubject>;
export type StandingConsentWithdrawn = AuthorisationFact<'standing-consent-withdrawn', StandingConsentSubject>;
export type StandingConsentPassed = Passed<'standing-consent', StandingConsentSubject>;

type ReviewDelegationSubject = { delegationId: string; providerId: string; delegateId: string };
export type ReviewDelegated = AuthorisationFact<
  'review-delegated',
  ReviewDelegationSubject & {
    officerId: string | null;
    resourceIds: readonly string[];
    period: Readonly<{ from: string; until: string }>;
  }
>;
export type ReviewDelegationEnded = AuthorisationFact<'review-delegation-ended', ReviewDelegationSubject>;

export type AnySharingFact =
  | AnySharingApplicationFact
  | SharingApplicationBatchSubmitted
  | StandingConsentRegistered
  | StandingConsentApproved
  | StandingConsentRejected
  | StandingConsentWithdrawn
  | StandingConsentPassed
  | ReviewDelegated
  | ReviewDelegationEnded;
