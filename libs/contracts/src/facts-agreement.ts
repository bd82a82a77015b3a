import type { AuthorisationFact } from './facts-authorisation';
import type { Passed } from './facts-organisations';

type AgreementSubject = {
  agreementId: string;
  applicationId: string;
  version: number;
  providerId: string;
  applicantId: string;
  resourceId: string;
};
/** The text by its template and digest; what it says of people stays in the service. [R12.6] */
export type AgreementDrafted = AuthorisationFact<
  'agreement-drafted',
  AgreementSubject & {
    supersedes: string | null;
    templateVersion: string;
    digest: string;
    rulePack: string;
    /** The grant that it amends once accepted; null for a first version. */
    amends: string | null;
  }
>;
/** One side accepts; `complete` with the second. */
export type AgreementAccepted = AuthorisationFact<
  'agreement-accepted',
  AgreementSubject & { organisationId: string; digest: string; complete: boolean }
>;
export type AgreementEnded = AuthorisationFact<
  'agreement-ended',
  AgreementSubject & { status: 'SUPERSEDED' | 'VOIDED' }
>;
/** Text and digest stay; another body is bound by it. */
export type AgreementPassed = Passed<'agreement', AgreementSubject>;
export type AnyAgreementFact = AgreementPassed | AgreementDrafted | AgreementAccepted | AgreementEnded;
