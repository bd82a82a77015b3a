import { lawsOf, Refusal, type Principal } from '@qiongtong/contracts';
import type { Calendars } from '@qiongtong/regulation';
import { provideBy } from './provision';
import { agreedFor, reviewerOf, type Reviewing, type Terms } from './review';
import {
  acted,
  applicantOf,
  ending,
  type Agreed,
  type Decision,
  type Outcome,
  type SharingApplication,
} from './sharing-application';
import { checkMayAct, type SharingApplicationAct } from './transitions';

type Consenting = Readonly<{ grantId: string; calendars: Calendars }>;
/** Who consented, and on what the consent rests besides the provider's own word. */
type Grounds = Readonly<{ by: string }> &
  Partial<Pick<Decision, 'statutoryBasis' | 'acceptedBy' | 'caseId' | 'standingConsentId'>>;

/** The provider's own rules on what it gives in full. */
export type Consent = Pick<Terms, 'matterNumber' | 'agreement'>;

/** The provider gives what was asked. Less is an offer to the applicant, or a refusal in part. [R10.4, R12.7] */
export function consent(
  application: SharingApplication,
  terms: Consent,
  reviewing: Reviewing,
  given: Consenting,
  now: Date,
): Outcome {
  const by = reviewerOf(application, reviewing);
  checkMayAct('CONSENT', application.status);
  const agreed = agreedFor(application, terms, now);
  return decided('CONSENT', application, agreed, { by }, { ...given, by }, now);
}

/** The applicant itself agrees to less than it asked. [R10.4] */
export function acceptOffer(application: SharingApplication, by: Principal, given: Consenting, now: Date): Outcome {
  const officer = applicantOf(application, by);
  checkMayAct('ACCEPT_OFFER', application.status);
  const { by: offeredBy, scope, narrowed, agreement } = application.offer!;
  // One person in two posts would offer and accept. [R14.10]
  if (officer === offeredBy) throw new Refusal('application.own_submission');
  checkPeriodOf(scope, now);
  const grounds = { by: offeredBy, acceptedBy: officer };
  return decided('ACCEPT_OFFER', application, { scope, narrowed, agreement }, grounds, { ...given, by: officer }, now);
}

/** A use for which the provider has consented beforehand. @param standing what covers the application */
export function consentAsDecidedBefore(
  application: SharingApplication,
  standing: Readonly<{ id: string; decidedBy: string; matterNumber: Terms['matterNumber'] }>,
  given: Consenting,
  now: Date,
): Outcome {
  checkMayAct('CONSENT_AS_DECIDED_BEFORE', application.status);
  const agreed = agreedFor(application, { matterNumber: standing.matterNumber, agreement: 'NONE' }, now);
  const grounds = { by: standing.decidedBy, standingConsentId: standing.id };
  return decided('CONSENT_AS_DECIDED_BEFORE', application, agreed, grounds, { ...given, by: 'platform' }, now);
}

/** The authority agrees that less is given: from now on it is. [R10.4] */
export function consentInPart(
  application: SharingApplication,
  caseId: string,
  by: string,
  given: Consenting,
  now: Date,
): Outcome {
  checkMayAct('AUTHORITY_CONSENTS_TO_PARTIAL', application.status);
  const { by: proposedBy, agreed, statutoryBasis } = application.proposal!;
  const grounds = { by: proposedBy, statutoryBasis, caseId };
  return decided('AUTHORITY_CONSENTS_TO_PARTIAL', application, agreed!, grounds, { ...given, by }, now);
}

/** Both sides have accepted the agreement: the grant can be made. [R12.6] */
export function concludeAgreement(application: SharingApplication, grantId: string, now: Date): Outcome {
  checkMayAct('CONCLUDE_AGREEMENT', application.status);
  const decision = { ...application.decision!, grantId };
  const told = consentedTold(decision);
  return acted(
    'CONCLUDE_AGREEMENT',
    application,
    { changes: { decision }, fact: 'consented', told, by: 'platform' },
    now,
  );
}

function decided(
  act: SharingApplicationAct,
  application: SharingApplication,
  { scope, narrowed, agreement }: Agreed,
  { by: decidedBy, statutoryBasis = [], acceptedBy = null, caseId = null, standingConsentId = null }: Grounds,
  { grantId, calendars, by }: Consenting & Readonly<{ by: string }>,
  now: Date,
): Outcome {
  const at = now.toISOString();
  const waits = agreement === 'REQUIRED';
  const decision: Decision = {
    by: decidedBy,
    at,
    scope,
    narrowed,
    statutoryBasis,
    acceptedBy,
    caseId,
    standingConsentId,
    grantId: waits ? null : grantId,
    provide: provideBy(application.rules!, calendars, now),
  };
  const changes = { ...ending(application, now), decision };
  return waits
    ? acted(
        act,
        application,
        { to: 'AGREEMENT_PENDING', changes, fact: 'agreement-awaited', told: { narrowed }, by },
        now,
      )
    : acted(act, application, { to: 'CONSENTED', changes, fact: 'consented', told: consentedTold(decision), by }, now);
}

const consentedTold = (decision: Decision) => ({
  grantId: decision.grantId!,
  narrowed: decision.narrowed,
  statutoryBasis: lawsOf(decision.statutoryBasis),
  accepted: decision.acceptedBy !== null,
  caseId: decision.caseId,
  standingConsentId: decision.standingConsentId,
  provideBy: decision.provide?.dueAt ?? null,
});

function checkPeriodOf({ period }: Agreed['scope'], now: Date): void {
  if (period.until <= now.toISOString()) throw new Refusal('application.period_invalid');
}
