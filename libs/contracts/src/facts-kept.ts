import type { AnyAuthorisationFact } from './facts-authorisation';

/**
 * Facts that name a party which is not to learn of them, and the field that names it. The log has them all; of entries
 * that concern it, that party is shown these no more than the services themselves would tell it.
 */
export const KEPT_FROM = {
  // Nobody but the applicant knows of a draft. [R12.1]
  'authorisation.sharing-application-drafted.v1': 'providerId',
  'authorisation.sharing-application-draft-amended.v1': 'providerId',
  // A refusal reaches the applicant with the authority's consent and not before. [R12.5]
  'authorisation.sharing-application-refusal-proposed.v1': 'applicantId',
  'authorisation.sharing-application-partial-consent-proposed.v1': 'applicantId',
  'authorisation.sharing-application-proposal-ended.v1': 'applicantId',
  // Whoever is under suspicion is not told that it is watched. [R13.5]
  'authorisation.misuse-alert-raised.v1': 'departmentId',
  'authorisation.misuse-alert-acknowledged.v1': 'departmentId',
  'authorisation.misuse-alert-dismissed.v1': 'departmentId',
  'authorisation.misuse-alert-confirmed.v1': 'departmentId',
  // A recipient learns of a transfer by the grant that it makes. [R13.2]
  'authorisation.onward-transfer-requested.v1': 'recipientId',
  'authorisation.onward-transfer-rejected.v1': 'recipientId',
  'authorisation.onward-transfer-withdrawn.v1': 'recipientId',
} as const satisfies Readonly<Partial<Record<AnyAuthorisationFact['type'], string>>>;
