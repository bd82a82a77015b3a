import { Refusal, type Action, type Release } from '@qiongtong/contracts';
import type { HopRequest } from '@qiongtong/platform';

/** The decision of the gateway on just this; a principal alone opens nothing. */
export function releaseOf({ hop }: HopRequest, action: Action, resourceId: string): Release {
  const release = hop?.iss === 'gateway' ? hop.release : undefined;
  if (release?.use.action !== action || release.use.resourceId !== resourceId) throw new Refusal('hop.invalid');
  return release;
}
