import { lawsOf, Refusal, type ConsentOutcome, type StatutoryBasis } from '@qiongtong/contracts';
import { checkGrounds, groundOf } from './grounds';
import { agreedFor, reviewerOf, type Reviewing, type Terms } from './review';
import {
  acted,
  ending,
  type Agreed,
  type Outcome,
  type Proposal,
  type SharingApplication,
} from './sharing-application';
import { checkMayAct } from './transitions';

/** The law and the reasons for giving nothing, or less. [R10.2] */
export type Reasons = Readonly<{ statutoryBasis: readonly StatutoryBasis[]; narrative: string }>;

/** May this be put before the authority at all? Asked before a consent case is opened. [R10.2, R12.1] */
export function checkProposal(
  act: 'PROPOSE_REFUSAL' | 'PROPOSE_PARTIAL_CONSENT',
  application: SharingApplication,
  { statutoryBasis }: Reasons,
  reviewing: Reviewing,
): void {
  proposerOf(application, reviewing);
  checkMayAct(act, application.status);
  checkGrounds(statutoryBasis);
  const again = statutoryBasis.map(groundOf).filter((ground) => application.groundsNotConsented.includes(ground));
  if (again.length > 0) throw new Refusal('application.ground_not_consented', { about: again });
}

/** The case at the authority in which the proposal waits. */
export type OpenedCase = Readonly<{ id: string; dueAt: string }>;

/** Nobody but provider and authority learns of it before the authority consents. [R12.5] */
export function proposeRefusal(
  application: SharingApplication,
  reasons: Reasons,
  opened: OpenedCase,
  reviewing: Reviewing,
  now: Date,
): Outcome {
  checkProposal('PROPOSE_REFUSAL', application, reasons, reviewing);
  const by = proposerOf(application, reviewing);
  const changes = { offer: null, proposal: proposal(reasons, opened, null, by, now) };
  const told = { caseId: opened.id, statutoryBasis: lawsOf(reasons.statutoryBasis) };
  return acted('PROPOSE_REFUSAL', application, { changes, fact: 'refusal-proposed', told, by }, now);
}

/** A refusal in part: it takes effect with the authority's consent and not before. [R10.4] */
export function proposePartialConsent(
  application: SharingApplication,
  given: Readonly<{ terms: Terms; reasons: Reasons }>,
  opened: OpenedCase,
  reviewing: Reviewing,
  now: Date,
): Outcome {
  checkProposal('PROPOSE_PARTIAL_CONSENT', application, given.reasons, reviewing);
  const by = proposerOf(application, reviewing);
  const agreed = agreedFor(application, given.terms, now);
  if (agreed.narrowed.length === 0) throw new Refusal('application.nothing_narrowed');
  const changes = { offer: null, proposal: proposal(given.reasons, opened, agreed, by, now) };
  const told = {
    caseId: opened.id,
    narrowed: agreed.narrowed,
    statutoryBasis: lawsOf(given.reasons.statutoryBasis),
  };
  return acted('PROPOSE_PARTIAL_CONSENT', application, { changes, fact: 'partial-consent-proposed', told, by }, now);
}

/** To refuse in the provider's name stays with the provider, to whomever it delegated the review. */
export function proposerOf(application: SharingApplication, { by }: Reviewing): string {
  return reviewerOf(application, { by, delegated: false });
}

export function takeBackProposal(application: SharingApplication, reviewing: Reviewing, now: Date): Outcome {
  const by = proposerOf(application, reviewing);
  checkMayAct('TAKE_BACK_PROPOSAL', application.status);
  return backInReview('TAKE_BACK_PROPOSAL', application, 'TAKEN_BACK', by, now);
}

/** The authority has said no, or let an answer lapse: the provider must provide, or find another ground. [R12.1] */
export function proposalNotConsented(
  application: SharingApplication,
  outcome: 'NOT_CONSENTED' | 'LAPSED',
  by: string,
  now: Date,
): Outcome {
  checkMayAct('AUTHORITY_DOES_NOT_CONSENT', application.status);
  return backInReview('AUTHORITY_DOES_NOT_CONSENT', application, outcome, by, now);
}

function backInReview(
  act: 'TAKE_BACK_PROPOSAL' | 'AUTHORITY_DOES_NOT_CONSENT',
  application: SharingApplication,
  outcome: ConsentOutcome,
  by: string,
  now: Date,
): Outcome {
  const { caseId, statutoryBasis } = application.proposal!;
  const lost = outcome === 'NOT_CONSENTED' ? statutoryBasis.map(groundOf) : [];
  const groundsNotConsented = [...new Set([...application.groundsNotConsented, ...lost])];
  const told = { caseId, outcome, mustProvide: groundsNotConsented.length > 0 };
  const changes = { proposal: null, groundsNotConsented };
  return acted(act, application, { changes, fact: 'proposal-ended', told, by }, now);
}

/** Now the written reason reaches the applicant. [R12.5] */
export function refuse(
  application: SharingApplication,
  consented: Readonly<{ by: string; authorityId: string }>,
  now: Date,
): Outcome {
  checkMayAct('AUTHORITY_CONSENTS_TO_REFUSAL', application.status);
  const { by, at, caseId, statutoryBasis, narrative } = application.proposal!;
  const { by: consentedBy, authorityId } = consented;
  const consentedAt = now.toISOString();
  const refusal = { by, at, caseId, statutoryBasis, narrative, authorityId, consentedBy, consentedAt };
  const changes = { ...ending(application, now), refusal };
  const told = { caseId, authorityId, statutoryBasis: lawsOf(statutoryBasis) };
  return acted('AUTHORITY_CONSENTS_TO_REFUSAL', application, { changes, fact: 'refused', told, by: consentedBy }, now);
}

const proposal = (
  { statutoryBasis, narrative }: Reasons,
  { id: caseId, dueAt: authorityDueAt }: OpenedCase,
  agreed: Agreed | null,
  by: string,
  now: Date,
): Proposal => ({ by, at: now.toISOString(), caseId, statutoryBasis, narrative, authorityDueAt, agreed, toldAt: null });
