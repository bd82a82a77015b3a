import { Refusal, type Release } from '@qiongtong/contracts';
import type { LivePolicy } from '../policy/live-policy';
import { refusalOf } from '../policy/push-use';
import type { Subscription } from './domain/subscription';

/**
 * What a feed is permitted now; otherwise the first reason why not, as a refusal. Under the grant that it was opened under:
 * another one is another feed, with other names for its records.
 */
export function decidedFeed(
  policy: LivePolicy,
  { use, grantId }: Pick<Subscription, 'use' | 'grantId'>,
): Release['decision'] {
  const decision = policy.decide(use);
  if (decision.effect !== 'permit') throw refusalOf(decision);
  if (decision.grantId !== grantId) throw new Refusal('subscription.other_grant');
  return decision;
}
