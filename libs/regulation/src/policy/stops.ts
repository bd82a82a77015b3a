import type { Principal, StopTarget } from '@qiongtong/contracts';
import { instantOf } from './instants';
import type { PolicyView } from './policy-index';

/** Who acts, as far as a stop can hit it. */
export type Stoppable = Readonly<{
  tokenId: string | null;
  clientId?: string | null;
  sessionId?: string | null;
  systemId: string | null;
  officerId: string | null;
  departmentId: string;
}>;

/**
 * Is this very thing under a stop now? An end that cannot be read ends nothing. [R14.7]
 *
 * @param departmentId of the caller where the target is one; a stop may be for one department's callers alone
 */
export function isStopped(
  policy: PolicyView,
  target: StopTarget,
  targetId: string,
  now: number,
  departmentId: string | null = null,
): boolean {
  const stops = policy.stops(target, targetId);
  for (const stop of stops)
    if (
      stop.status === 'ACTIVE' &&
      (stop.until === null || !(instantOf(stop.until) <= now)) &&
      (!stop.departmentId || departmentId === null || stop.departmentId === departmentId)
    )
      return true;
  return false;
}

/** Everything about a caller that is under a stop, as `target:id`; a system falls with the body that runs it. */
export function stopsOnCaller(
  policy: PolicyView,
  { tokenId, clientId, sessionId, systemId, officerId, departmentId }: Stoppable,
  ownerId: string | undefined,
  now: number,
): readonly string[] {
  const found: string[] = [];
  const look = (target: StopTarget, id: string | null | undefined): void => {
    if (id && isStopped(policy, target, id, now, departmentId)) found.push(`${target}:${id}`);
  };
  look('token', tokenId);
  look('session', sessionId);
  look('client', clientId);
  // A system's id is its client id, also where no token names one: it pushes by messages.
  if (systemId !== clientId) look('client', systemId);
  look('system', systemId);
  look('officer', officerId);
  look('organisation', departmentId);
  if (ownerId !== departmentId) look('organisation', ownerId);
  return found;
}

/** The same for a principal, at every door that is no use of data. */
export function stopsOn(policy: PolicyView, principal: Principal, now: Date): readonly string[] {
  const ownerId = principal.systemId ? policy.system(principal.systemId)?.ownerId : undefined;
  return stopsOnCaller(policy, principal, ownerId, now.getTime());
}
