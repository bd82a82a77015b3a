import type { Principal, StopState } from '@qiongtong/contracts';
import { instantOf } from './instants';
import type { PolicyView } from './policy-index';

export type StopTarget = StopState['target'];

/** Who acts, as far as a stop can hit it. */
export type Stoppable = Readonly<{
  tokenId: string | null;
  systemId: string | null;
  officerId: string | null;
  departmentId: string;
}>;

/** Is this very thing under a stop now? An end that cannot be read ends nothing. [R14.7] */
export function isStopped(policy: PolicyView, target: StopTarget, targetId: string, now: number): boolean {
  const stops = policy.stops(target, targetId);
  for (const stop of stops)
    if (stop.status === 'ACTIVE' && (stop.until === null || !(instantOf(stop.until) <= now))) return true;
  return false;
}

/** Everything about a caller that is under a stop, as `target:id`; a system falls with the body that runs it. */
export function stopsOnCaller(
  policy: PolicyView,
  { tokenId, systemId, officerId, departmentId }: Stoppable,
  ownerId: string | undefined,
  now: number,
): readonly string[] {
  const found: string[] = [];
  if (tokenId && isStopped(policy, 'token', tokenId, now)) found.push(`token:${tokenId}`);
  if (systemId && isStopped(policy, 'client', systemId, now)) found.push(`client:${systemId}`);
  if (systemId && isStopped(policy, 'system', systemId, now)) found.push(`system:${systemId}`);
  if (officerId && isStopped(policy, 'officer', officerId, now)) found.push(`officer:${officerId}`);
  if (isStopped(policy, 'organisation', departmentId, now)) found.push(`organisation:${departmentId}`);
  if (ownerId && ownerId !== departmentId && isStopped(policy, 'organisation', ownerId, now))
    found.push(`organisation:${ownerId}`);
  return found;
}

/** The same for a principal, at every door that is no use of data. */
export function stopsOn(policy: PolicyView, principal: Principal, now: Date): readonly string[] {
  const ownerId = principal.systemId ? policy.system(principal.systemId)?.ownerId : undefined;
  return stopsOnCaller(policy, principal, ownerId, now.getTime());
}
