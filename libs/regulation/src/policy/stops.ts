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

const NONE: readonly string[] = [];

/** Everything about a caller that is under a stop, as `target:id`; a system falls with the body that runs it. */
export function stopsOnCaller(policy: PolicyView, caller: Stoppable, now: number): readonly string[] {
  let found: string[] | null = null;
  const look = (target: StopTarget, id: string | null | undefined) => {
    if (id && isStopped(policy, target, id, now)) (found ??= []).push(`${target}:${id}`);
  };
  look('token', caller.tokenId);
  look('client', caller.systemId);
  look('system', caller.systemId);
  look('officer', caller.officerId);
  look('organisation', caller.departmentId);
  const ownerId = caller.systemId ? policy.system(caller.systemId)?.ownerId : null;
  if (ownerId !== caller.departmentId) look('organisation', ownerId);
  return found ?? NONE;
}

/** The same for a principal, at every door that is no use of data. */
export const stopsOn = (policy: PolicyView, principal: Principal, now: Date): readonly string[] =>
  stopsOnCaller(policy, principal, now.getTime());
