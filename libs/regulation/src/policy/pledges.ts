import type { OrganisationState } from '@qiongtong/contracts';
import { instantOf } from './instants';

type Pledged = Pick<OrganisationState, 'pledgeVersion' | 'pledgeValidUntil'>;

/**
 * Does the department's pledge admit it now? One on a former text does until the grace period ends; an end that cannot
 * be read has passed. [R11.2]
 *
 * @param now milliseconds since the epoch
 */
export function pledgeStanding(
  { pledgeVersion, pledgeValidUntil }: Pledged,
  now: number,
): 'valid' | 'missing' | 'outdated' {
  if (!pledgeVersion) return 'missing';
  return pledgeValidUntil === null || now < instantOf(pledgeValidUntil) ? 'valid' : 'outdated';
}
