import type { AuthorisationFact } from './facts-authorisation';
import type { Admission } from './policy';

export const ADMISSION_GROUNDS = ['MISUSE', 'PLEDGE_BROKEN', 'SECURITY_RISK', 'DUTY_ENDED'] as const;
/** Why the authority takes the use of the platform away from a department. [R11.5, R13.5] */
export type AdmissionGround = (typeof ADMISSION_GROUNDS)[number];

export const ACCESS_REMARK_FIELDS = ['statement', 'pledge', 'responsibleUnit', 'duties', 'other'] as const;
/** What an application for first access is returned for. */
export type AccessRemarkField = (typeof ACCESS_REMARK_FIELDS)[number];

type Pledged = { pledgeVersion: string; pledgeDigest: string };
type Nothing = Record<never, never>;

/**
 * What happens to an application for first access, one fact for each act. Statements, remarks, reasons and the signer's
 * name stay in the service: free text may name people. [R11.1]
 */
export type AccessApplicationFacts = {
  drafted: Nothing;
  amended: Nothing;
  /** The pledge by its text's version and digest. [R11.2] */
  submitted: Pledged & { rulePack: string };
  'review-started': { authorityId: string };
  returned: { authorityId: string; fields: readonly AccessRemarkField[] };
  approved: { authorityId: string };
  rejected: { authorityId: string };
  withdrawn: Nothing;
};
export type AccessApplicationFactName = keyof AccessApplicationFacts;
export type AccessApplicationFact<N extends AccessApplicationFactName> = AuthorisationFact<
  `access-application-${N}`,
  { applicationId: string; organisationId: string } & AccessApplicationFacts[N]
>;
export type AnyAccessApplicationFact = {
  [N in AccessApplicationFactName]: AccessApplicationFact<N>;
}[AccessApplicationFactName];

/** A pledge on a former text, and until when it admits. */
type Outdated = { pledgeVersion: string; newVersion: string; validUntil: string };

/** What happens to the admission of a department; its revision is the organisation's. [R11.1, R11.2] */
export type AdmissionFacts = {
  'organisation-admitted': { admission: Admission; pledgeVersion: string; applicationId: string };
  'admission-suspended': { ground: AdmissionGround; until: string; authorityId: string };
  'admission-resumed': { because: 'AUTHORITY' | 'PERIOD_OVER'; authorityId: string | null };
  'admission-revoked': { ground: AdmissionGround; authorityId: string };
  /** The department itself gives it up. */
  'admission-relinquished': Nothing;
  'pledge-renewed': Pledged & { formerVersion: string };
  /** A new text is in force: the department is asked to pledge anew. */
  'pledge-renewal-asked': Outdated;
  'pledge-renewal-reminded': Outdated;
  /** The grace period is over: use is refused until it pledges anew. */
  'pledge-lapsed': Outdated;
};
export type AdmissionFactName = keyof AdmissionFacts;
export type AdmissionFact<N extends AdmissionFactName> = AuthorisationFact<
  N,
  { organisationId: string } & AdmissionFacts[N]
>;
export type AnyAdmissionFact = { [N in AdmissionFactName]: AdmissionFact<N> }[AdmissionFactName];

/** A new text of the pledge, which departments that have pledged sign within the days of grace. [R11.2] */
export type PledgeTextPublished = AuthorisationFact<
  'pledge-text-published',
  { version: string; digest: string; effectiveFrom: string; graceDays: number; authorityId: string }
>;
