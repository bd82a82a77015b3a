import type { AuthorisationFact } from './facts-authorisation';
import type { Passed } from './facts-organisations';
import type { ReleaseForm } from './policy';

type PublicationRequestSubject = {
  requestId: string;
  resourceId: string;
  providerId: string;
  requesterId: string;
  grantId: string | null;
};
export type PublicationRequested = AuthorisationFact<
  'publication-requested',
  PublicationRequestSubject & {
    items: readonly string[];
    forms: readonly ReleaseForm[];
    period: Readonly<{ from: string; until: string }>;
    /** Resources it is derived from; the provider of each is asked as well. [R13.6] */
    origins: readonly string[];
    rulePack: string;
  }
>;
/** One of those who are asked says yes; the last one's yes makes the permit. */
export type PublicationConsented = AuthorisationFact<
  'publication-consented',
  PublicationRequestSubject & { organisationId: string; permitId: string | null }
>;
export type PublicationRejected = AuthorisationFact<
  'publication-rejected',
  PublicationRequestSubject & { organisationId: string }
>;
export type PublicationRequestWithdrawn = AuthorisationFact<'publication-request-withdrawn', PublicationRequestSubject>;

type PermitSubject = { permitId: string; resourceId: string; providerId: string; publisherId: string };
export type PublicationPermitIssued = AuthorisationFact<
  'publication-permit-issued',
  PermitSubject & {
    requestId: string;
    grantId: string | null;
    items: readonly string[];
    forms: readonly ReleaseForm[];
    period: Readonly<{ from: string; until: string }>;
    /** A row filter restricts it; its values may be personal and are not told here. */
    rowsRestricted: boolean;
    rulePack: string;
  }
>;
export type PublicationPermitWithdrawn = AuthorisationFact<
  'publication-permit-withdrawn',
  PermitSubject & { organisationId: string }
>;
export type PublicationPermitExpired = AuthorisationFact<'publication-permit-expired', PermitSubject>;
export type PublicationRequestPassed = Passed<'publication-request', PublicationRequestSubject>;
export type PublicationPermitPassed = Passed<'publication-permit', PermitSubject>;

export type AnyPublicationFact =
  | PublicationRequestPassed
  | PublicationPermitPassed
  | PublicationRequested
  | PublicationConsented
  | PublicationRejected
  | PublicationRequestWithdrawn
  | PublicationPermitIssued
  | PublicationPermitWithdrawn
  | PublicationPermitExpired;
