import type { AuthorisationFact } from './facts-authorisation';

/** What a department looks at once a year. Grants have reviews of their own, by their provider. [R8.5] */
export const ACCESS_REVIEW_KINDS = ['APPOINTMENT', 'SYSTEM', 'ADMISSION'] as const;
export type AccessReviewKind = (typeof ACCESS_REVIEW_KINDS)[number];
/** GONE: it had ended otherwise before anybody looked. */
export const ACCESS_REVIEW_CONCLUSIONS = ['CONFIRMED', 'ENDED', 'GONE'] as const;
export type AccessReviewConclusion = (typeof ACCESS_REVIEW_CONCLUSIONS)[number];

/** What happens to the yearly review of a department's accesses; notes stay in the service. [R8.5] */
export type AccessReviewFacts = {
  opened: { dueAt: string; items: number };
  'item-concluded': {
    kind: AccessReviewKind;
    /** The officer, the system, or the department itself. */
    subjectId: string;
    conclusion: AccessReviewConclusion;
    /** The revision of it that was confirmed; null where there was none to confirm. */
    subjectRevision: number | null;
  };
  reminded: { dueAt: string; open: number };
  /** Told to the department's unit and the authority over it; nothing ends by it. */
  overdue: { dueAt: string; open: number; responsibleUnitId: string | null; authorityId: string | null };
  completed: { late: boolean };
};
export type AccessReviewFactName = keyof AccessReviewFacts;
export type AccessReviewFact<N extends AccessReviewFactName> = AuthorisationFact<
  `access-review-${N}`,
  { reviewId: string; organisationId: string } & AccessReviewFacts[N]
>;
export type AnyAccessReviewFact = { [N in AccessReviewFactName]: AccessReviewFact<N> }[AccessReviewFactName];
