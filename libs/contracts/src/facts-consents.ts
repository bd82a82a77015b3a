import type { AuthorisationFact } from './facts-authorisation';
import type { Passed } from './facts-organisations';

/** Whatever gives less than was asked or granted, and what delays the answer. [R10.4, R12.5] */
export const CONSENT_KINDS = [
  'REFUSAL',
  'PARTIAL_CONSENT',
  'REPLY_EXTENSION',
  'GRANT_SUSPENSION',
  'GRANT_NARROWING',
  'GRANT_REVOCATION',
] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];
export type ConsentSubject = Readonly<{ kind: 'sharing-application' | 'grant'; id: string }>;
/** The law, its article and the words of it that a refusal rests on. [R10.2] */
export type StatutoryBasis = Readonly<{ law: string; article: string; quotation: string }>;

/** As facts tell it: what is quoted may name people and stays in the service. */
export const lawsOf = (basis: readonly StatutoryBasis[]): readonly Pick<StatutoryBasis, 'law' | 'article'>[] =>
  basis.map(({ law, article }) => ({ law, article }));

type ConsentTold = {
  caseId: string;
  kind: ConsentKind;
  subject: ConsentSubject;
  providerId: string;
  otherPartyId: string;
  authorityId: string;
};
/** The quotation and the narrative stay in the service: free text may name people. */
export type ConsentProposed = AuthorisationFact<
  'consent-proposed',
  ConsentTold & {
    statutoryBasis: readonly Pick<StatutoryBasis, 'law' | 'article'>[];
    emergency: boolean;
    dueAt: string;
    provisional: boolean;
    rulePack: string;
  }
>;
export type ConsentGiven = AuthorisationFact<'consent-given', ConsentTold>;
export type ConsentWithheld = AuthorisationFact<'consent-withheld', ConsentTold>;
export type ConsentWithdrawn = AuthorisationFact<'consent-withdrawn', ConsentTold>;
/** An emergency measure that nobody confirmed in time. [R10.4] */
export type ConsentLapsed = AuthorisationFact<'consent-lapsed', ConsentTold>;
/** The authority let its own time pass; nothing is decided by that. [R12.8] */
export type ConsentOverdue = AuthorisationFact<
  'consent-overdue',
  ConsentTold & { dueAt: string; escalatedTo: string | null }
>;
/** The role, and with it the case, went to another body. [R4.5] */
export type ConsentMoved = AuthorisationFact<'consent-moved', ConsentTold & { formerAuthorityId: string }>;
/** A calendar was published or corrected, and the authority's time ends on another day or is certain now. [R12.3] */
export type ConsentClockRecounted = AuthorisationFact<
  'consent-clock-recounted',
  ConsentTold & {
    formerDueAt: string;
    dueAt: string;
    provisional: boolean;
    overdue: boolean;
    formerlyOverdue: boolean;
    calendars: readonly Readonly<{ year: number; version: number }>[];
  }
>;
/** A party gave way to another body. */
export type ConsentPassed = Passed<'consent', ConsentTold>;

export type AnyConsentFact =
  | ConsentPassed
  | ConsentProposed
  | ConsentGiven
  | ConsentWithheld
  | ConsentWithdrawn
  | ConsentLapsed
  | ConsentOverdue
  | ConsentMoved
  | ConsentClockRecounted;
