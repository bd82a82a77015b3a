import { lawsOf, Refusal, type GrantResumed, type GrantSuspended, type Principal } from '@qiongtong/contracts';
import {
  checkAtOnce,
  checkLive,
  next,
  proposalsBesides,
  providersOfficer,
  statutory,
  told,
  type Cause,
  type ChangedGrant,
  type Consented,
  type Grant,
  type Suspension,
} from './grant';

/** A measure that nobody confirmed is not simply taken again: that would be a refusal in instalments. */
const EMERGENCY_AGAIN_AFTER_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * On misuse or when the duty has ended, at once. What is derived stays as it is: it is used only while every grant above
 * it stands, and stands again with it. [R13.5, R10.4]
 */
export function suspend(grant: Grant, cause: Cause, until: string, by: Principal, now: Date): ChangedGrant {
  const officer = providersOfficer(grant, by);
  checkMayBeSuspended(grant, until, now);
  checkAtOnce(cause);
  return suspended(grant, { ...cause, by: officer, at: now.toISOString(), until, caseId: null });
}

/** What must be so before the authority is asked. */
export function checkMayBeSuspended(grant: Grant, until: string, now: Date): void {
  checkLive(grant);
  if (grant.status === 'SUSPENDED') throw new Refusal('grant.already_suspended');
  if (until <= now.toISOString()) throw new Refusal('grant.suspension_period_invalid');
}

/** An emergency takes effect before the authority has confirmed it, and lapses unless it does. [R10.4] */
export function suspendInEmergency(grant: Grant, proposed: Consented, until: string, now: Date): ChangedGrant {
  checkMayBeSuspended(grant, until, now);
  checkEmergency(grant, now);
  const { caseId, proposedBy: by } = proposed;
  const { state, event } = suspended(grant, { ...statutory(proposed), by, at: now.toISOString(), until, caseId });
  return { state: { ...state, proposals: [...grant.proposals, { caseId, kind: 'GRANT_SUSPENSION', until }] }, event };
}

export function checkEmergency({ unconfirmedAt }: Grant, now: Date): void {
  if (unconfirmedAt === null) return;
  const again = Date.parse(unconfirmedAt) + EMERGENCY_AGAIN_AFTER_DAYS * DAY_MS;
  if (now.getTime() < again) throw new Refusal('grant.emergency_repeated');
}

/** The authority has consented: an emergency stays until its end, anything else begins. */
export function suspendWithConsent(grant: Grant, consented: Consented, until: string, now: Date): ChangedGrant {
  checkLive(grant);
  const proposals = proposalsBesides(grant, consented.caseId);
  const { suspension } = grant;
  if (suspension?.caseId === consented.caseId)
    return { state: next(grant, { proposals, suspension: { ...suspension, caseId: null } }), event: null };
  // The answer came after the time it was proposed for, or the grant is suspended for longer already.
  if (until <= now.toISOString() || (suspension && suspension.until >= until))
    return { state: next(grant, { proposals }), event: null };
  const begun = { ...statutory(consented), by: consented.proposedBy, at: now.toISOString(), until, caseId: null };
  const { state, event } = suspended(grant, begun);
  return { state: { ...state, proposals }, event };
}

/** The provider lets it be used again before its time. */
export function resume(grant: Grant, by: Principal, now: Date): ChangedGrant {
  const officer = providersOfficer(grant, by);
  if (grant.status !== 'SUSPENDED') throw new Refusal('grant.not_suspended', { about: [grant.status] });
  return resumed(grant, 'PROVIDER', officer, now);
}

/** Its time is over. [R13.5] */
export const resumeInTime = (grant: Grant, now: Date): ChangedGrant => resumed(grant, 'PERIOD_OVER', 'platform', now);

/** A proposal has fallen; an emergency that rested on it is over with it. */
export function withoutConsent(
  grant: Grant,
  caseId: string,
  because: 'NOT_CONSENTED' | 'LAPSED' | 'WITHDRAWN',
  by: string,
  now: Date,
): ChangedGrant {
  const fallen: Grant = { ...grant, proposals: proposalsBesides(grant, caseId) };
  if (grant.suspension?.caseId === caseId) return resumed(fallen, because, by, now);
  return { state: next(fallen, {}), event: null };
}

function suspended(grant: Grant, suspension: Suspension): ChangedGrant {
  const state = next(grant, { status: 'SUSPENDED', suspension });
  const { ground, statutoryBasis, until, caseId, by, at } = suspension;
  const event: GrantSuspended = {
    type: 'authorisation.grant-suspended.v1',
    key: state.id,
    at,
    data: { ...told(state, by), ground, statutoryBasis: lawsOf(statutoryBasis), until, emergency: caseId !== null },
  };
  return { state, event };
}

function resumed(grant: Grant, because: GrantResumed['data']['because'], by: string, now: Date): ChangedGrant {
  const at = now.toISOString();
  const caseId = grant.suspension?.caseId ?? null;
  const state = next(grant, {
    status: 'ACTIVE',
    suspension: null,
    // An emergency that ends before it was confirmed leaves nothing to confirm.
    ...(caseId !== null && { proposals: proposalsBesides(grant, caseId), unconfirmedAt: at }),
  });
  const event: GrantResumed = {
    type: 'authorisation.grant-resumed.v1',
    key: state.id,
    at,
    data: { ...told(state, by), because },
  };
  return { state, event };
}
