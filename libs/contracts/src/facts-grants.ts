import type { AuthorisationFact } from './facts-authorisation';
import type { StatutoryBasis } from './facts-consents';
import type { Passed } from './facts-organisations';

export const MEASURE_GROUNDS = ['MISUSE', 'DUTY_ENDED', 'STATUTORY'] as const;
/** Why a provider takes back what it gave. Only the last one needs the law and the authority's consent. [R10.4] */
export type MeasureGround = (typeof MEASURE_GROUNDS)[number];
/** `AGREED`: both sides have accepted a version of their agreement that says so. */
export type AmendmentGround = MeasureGround | 'HOLDER_ASKED' | 'AGREED';
export type EndGround = MeasureGround | 'RELINQUISHED';
export const REVIEW_CONCLUSIONS = ['KEEP', 'PROPOSE_NARROWING'] as const;
export type ReviewConclusion = (typeof REVIEW_CONCLUSIONS)[number];
export const DISPOSAL_METHODS = ['DELETED', 'RETURNED', 'KEPT_BY_LAW', 'NOTHING_OBTAINED'] as const;
export type DisposalMethod = (typeof DISPOSAL_METHODS)[number];

type Basis = readonly Pick<StatutoryBasis, 'law' | 'article'>[];
export type GrantSubject = {
  grantId: string;
  parentId: string | null;
  resourceId: string;
  providerId: string;
  holderId: string;
};
type GrantFact<Name extends string, Data = unknown> = AuthorisationFact<Name, GrantSubject & Data>;

export type GrantRevoked = GrantFact<
  'grant-revoked',
  {
    ground: EndGround;
    statutoryBasis: Basis;
    /** The grant whose end or narrowing took this one with it; null for one that ended by itself. */
    becauseOf: string | null;
  }
>;
/** The holder gave it back. */
export type GrantRelinquished = GrantFact<'grant-relinquished'>;
export type GrantExpired = GrantFact<'grant-expired', { until: string }>;
export type GrantSuspended = GrantFact<
  'grant-suspended',
  { ground: MeasureGround; statutoryBasis: Basis; until: string; emergency: boolean }
>;
export type GrantResumed = GrantFact<
  'grant-resumed',
  { because: 'PROVIDER' | 'PERIOD_OVER' | 'NOT_CONSENTED' | 'LAPSED' | 'WITHDRAWN' }
>;
export type GrantAmended = GrantFact<
  'grant-amended',
  {
    ground: AmendmentGround;
    statutoryBasis: Basis;
    /** Dimensions in which it is narrower now. */
    narrowed: readonly string[];
    becauseOf: string | null;
  }
>;
/** Both sides have accepted a new version of the agreement, and the grant is as it says. [R12.6] */
export type GrantAmendedByAgreement = GrantFact<
  'grant-amended-by-agreement',
  {
    agreementId: string;
    agreementVersion: number;
    digest: string;
    /** Dimensions in which it is narrower and wider now. */
    narrowed: readonly string[];
    widened: readonly string[];
  }
>;
export type GrantRenewalRequested = GrantFact<'grant-renewal-requested', { until: string }>;
export type GrantRenewed = GrantFact<'grant-renewed', { period: Readonly<{ from: string; until: string }> }>;
/** The yearly review is due and was not made. [R8.5] */
export type GrantReviewDue = GrantFact<'grant-review-due', { dueAt: string }>;
export type GrantReviewed = GrantFact<'grant-reviewed', { conclusion: ReviewConclusion; nextDueAt: string }>;
/** The holder has not said in time what became of the data. */
export type GrantDisposalOverdue = GrantFact<'grant-disposal-overdue', { dueAt: string }>;
export type GrantDisposalReported = GrantFact<
  'grant-disposal-reported',
  { method: DisposalMethod; disposedAt: string; late: boolean }
>;
/** Its provider or its holder gave way to another body; where that has less of the duty, it is narrower. [R10.4] */
export type GrantPassed = Passed<
  'grant',
  GrantSubject & {
    narrowed: readonly string[];
    /** Until the provider resumes it: the new holder, or the former one, may not use at the moment. */
    suspended: boolean;
  }
>;

export type AnyGrantFact =
  | GrantPassed
  | GrantRevoked
  | GrantRelinquished
  | GrantExpired
  | GrantSuspended
  | GrantResumed
  | GrantAmended
  | GrantAmendedByAgreement
  | GrantRenewalRequested
  | GrantRenewed
  | GrantReviewDue
  | GrantReviewed
  | GrantDisposalOverdue
  | GrantDisposalReported;
