import { Refusal, type GrantAmendedByAgreement } from '@qiongtong/contracts';
import type { GrantScope, ScopeDimension } from '@qiongtong/regulation';
import { checkLive, next, scopeOf, told, type ChangedGrant, type Grant } from './grant';
import { beyond, isEmpty, withDerived } from './narrowing';

/** What both sides have accepted as the grant's new scope, and what it was when they were asked. */
export type AgreedAmendment = Readonly<{
  agreementId: string;
  version: number;
  digest: string;
  from: GrantScope;
  to: GrantScope;
  reason: string;
  /** The officer with whose acceptance it was complete. */
  by: string;
}>;
export type Difference = Readonly<{ narrowed: readonly ScopeDimension[]; widened: readonly ScopeDimension[] }>;

/** In which dimensions a scope would be less and more than the grant gives; a live grant, and something left of it. */
export function checkAmendable(grant: Grant, to: GrantScope, now: Date): Difference {
  checkLive(grant);
  const from = scopeOf(grant);
  const difference = { narrowed: beyond(from, to), widened: beyond(to, from) };
  if (difference.narrowed.length + difference.widened.length === 0) throw new Refusal('agreement.nothing_amended');
  if (isEmpty(to) || to.period.until <= now.toISOString()) throw new Refusal('grant.nothing_left');
  return difference;
}

/**
 * The grant becomes what both sides have accepted: wider, because the provider's reviewer accepted it, and narrower,
 * because the holder's did, which needs no further ground. What was derived from it stays inside. [R10.4, R12.6, R13.2]
 */
export function amendAsAgreed(
  grant: Grant,
  chain: readonly Grant[],
  { agreementId, version, digest, from, to, reason, by }: AgreedAmendment,
  now: Date,
): ChangedGrant[] {
  checkLive(grant);
  // Taken away, or renewed, since the text was drafted: what it says would undo that unseen.
  const was = scopeOf(grant);
  if (beyond(was, from).length + beyond(from, was).length > 0) throw new Refusal('agreement.grant_changed');
  const { narrowed, widened } = checkAmendable(grant, to, now);
  const cause = { ground: 'AGREED', statutoryBasis: [], narrative: reason } as const;
  const at = now.toISOString();
  const { renewal } = grant;
  const state = next(grant, {
    ...to,
    amendment: { ...cause, by, at, narrowed, becauseOf: null, agreementId },
    // A longer period that was asked for is no longer one.
    renewal: renewal && renewal.until > to.period.until ? renewal : null,
  });
  const event: GrantAmendedByAgreement = {
    type: 'authorisation.grant-amended-by-agreement.v1',
    key: state.id,
    at,
    data: { ...told(state, by), agreementId, agreementVersion: version, digest, narrowed, widened },
  };
  return withDerived({ state, event }, chain, cause, by, now);
}
