import {
  lawsOf,
  Refusal,
  type EndGround,
  type GrantExpired,
  type GrantRelinquished,
  type GrantRevoked,
  type Principal,
} from '@qiongtong/contracts';
import { rulesUnder } from '@qiongtong/regulation';
import {
  checkAtOnce,
  checkLive,
  descendants,
  holdersOfficer,
  isLive,
  mayBecome,
  next,
  providersOfficer,
  statutory,
  told,
  type Cause,
  type ChangedGrant,
  type Consented,
  type Disposal,
  type Grant,
} from './grant';

const DAY_MS = 86_400_000;

/**
 * Ends a grant at once, with every grant that was derived from it, on misuse or when the holder's duty has ended. The
 * provider alone may: a transferred grant belongs to the original provider's chain. [R13.2, R10.4]
 *
 * @param chain all grants with the same root, in any order
 */
export function revoke(grant: Grant, chain: readonly Grant[], cause: Cause, by: Principal, now: Date): ChangedGrant[] {
  const officer = providersOfficer(grant, by);
  checkLive(grant);
  checkAtOnce(cause);
  return endAll(grant, chain, cause, officer, now);
}

/** Ends it on a statutory ground to which the authority has consented. [R10.4] */
export function revokeWithConsent(
  grant: Grant,
  chain: readonly Grant[],
  consented: Consented,
  now: Date,
): ChangedGrant[] {
  checkLive(grant);
  return endAll(grant, chain, statutory(consented), consented.proposedBy, now);
}

/** The holder gives it back; what it has passed on goes with it. */
export function relinquish(
  grant: Grant,
  chain: readonly Grant[],
  narrative: string,
  by: Principal,
  now: Date,
): ChangedGrant[] {
  const officer = holdersOfficer(grant, by, ['REVIEWER', 'RESPONSIBLE_OFFICER']);
  checkLive(grant);
  const cause = { ground: 'RELINQUISHED', statutoryBasis: [], narrative } as const;
  const [{ state }, ...derived] = endAll(grant, chain, cause, officer, now) as [ChangedGrant, ...ChangedGrant[]];
  const event: GrantRelinquished = {
    type: 'authorisation.grant-relinquished.v1',
    key: state.id,
    at: now.toISOString(),
    data: told(state, officer),
  };
  return [{ state, event }, ...derived];
}

/** Its period is over. What was derived from it lies inside its period and is over as well. */
export function expire(grant: Grant, now: Date): ChangedGrant {
  if (!mayBecome(grant, 'EXPIRED') || grant.period.until > now.toISOString())
    throw new Refusal('grant.already_ended', { about: [grant.status] });
  const state = next(grant, { ...ended(grant, now), status: 'EXPIRED' });
  const event: GrantExpired = {
    type: 'authorisation.grant-expired.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...told(state, 'platform'), until: grant.period.until },
  };
  return { state, event };
}

const endAll = (grant: Grant, chain: readonly Grant[], cause: Cause<EndGround>, by: string, now: Date) => [
  end(grant, cause, null, by, now),
  ...descendants(grant, chain)
    .filter(isLive)
    .map((derived) => end(derived, cause, grant.id, by, now)),
];

/** @param becauseOf the grant whose end or narrowing takes this one with it */
export function end(
  grant: Grant,
  cause: Cause<EndGround>,
  becauseOf: string | null,
  by: string,
  now: Date,
): ChangedGrant {
  const at = now.toISOString();
  const revocation = { ...cause, by, at, becauseOf };
  const state = next(grant, { ...ended(grant, now), status: 'REVOKED', revocation });
  const { ground, statutoryBasis } = cause;
  const event: GrantRevoked = {
    type: 'authorisation.grant-revoked.v1',
    key: state.id,
    at,
    data: { ...told(state, by), ground, statutoryBasis: lawsOf(statutoryBasis), becauseOf },
  };
  return { state, event };
}

/** Nothing is awaited of a grant that has ended, but what became of the data: by the rules under which it was issued. */
function ended({ rulePack }: Grant, now: Date): Pick<Grant, 'suspension' | 'proposals' | 'renewal' | 'disposal'> {
  const disposal: Disposal = {
    dueAt: new Date(now.getTime() + rulesUnder(rulePack).disposalReportDays * DAY_MS).toISOString(),
    overdueAt: null,
    report: null,
  };
  return { suspension: null, proposals: [], renewal: null, disposal };
}
