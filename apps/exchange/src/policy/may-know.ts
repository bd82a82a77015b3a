import { oversees, type Principal, type ResourceState } from '@qiongtong/contracts';
import type { LivePolicy } from './live-policy';

/** Who may know how a resource is kept: its provider, who oversees the provider, and the operator. */
export function mayKnow({ index }: LivePolicy, { providerId }: ResourceState, by: Principal): boolean {
  const operates = by.officerId !== null && by.roles.includes('PLATFORM_OPERATOR');
  const regionCode = index.organisation(providerId)?.regionCode;
  return by.departmentId === providerId || operates || (regionCode !== undefined && oversees(by, regionCode));
}
