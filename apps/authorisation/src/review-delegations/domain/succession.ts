import type { ReviewDelegationEnded } from '@qiongtong/contracts';
import type { Succeeded, Succession } from '@qiongtong/regulation';
import { told, type ReviewDelegation } from './review-delegation';

/** Whom a body trusted with its reviews is not for its successor to inherit, and a delegate that ends reviews nothing. */
export function succeed(
  delegation: ReviewDelegation,
  s: Succession,
  now: Date,
): Succeeded<Readonly<{ state: ReviewDelegation; event: ReviewDelegationEnded }>> | null {
  const { id, providerId, delegateId } = delegation;
  const ended = [providerId, delegateId].find((body) => s.ending.includes(body));
  if (delegation.end || ended === undefined) return null;
  const at = now.toISOString();
  const state = { ...delegation, end: { by: s.decidedBy, at }, revision: delegation.revision + 1 };
  const type = 'authorisation.review-delegation-ended.v1';
  const effect = { thing: 'review-delegation', id, outcome: 'ENDED', fromId: ended, toId: null } as const;
  return {
    changed: { state, event: { type, key: id, at, data: told(state, s.decidedBy) } },
    effect: { ...effect, because: 'BODY_ENDED' },
  };
}
