import type { SystemPassed } from '@qiongtong/contracts';
import { formerOf, resourceAfter, systemAfter, type Succeeded, type Succession } from '@qiongtong/regulation';
import type { System } from './system';

type Changed = Readonly<{ state: System; event: SystemPassed }>;

/**
 * A system acts for who took its department's place, as the decision lists it, or is retired. Who runs it was attested;
 * the decision says who does now, and so attests it. [R13.1, R14.7]
 *
 * @param providers of the resources it feeds, as far as known, before or after
 */
export function succeed(
  system: System,
  providers: ReadonlyMap<string, string>,
  s: Succession,
  now: Date,
): Succeeded<Changed> | null {
  if (system.status === 'RETIRED') return null;
  const { id, ownerId } = system;
  const departmentId = systemAfter(s, id, system.departmentId);
  if (departmentId === null) return passed(system, { status: 'RETIRED' }, s, now);
  const runBy = ownerId === system.departmentId ? departmentId : systemAfter(s, id, ownerId);
  const provides = system.provides.filter((resourceId) => {
    const provider = providers.get(resourceId);
    return provider === undefined || resourceAfter(s, resourceId, provider) === departmentId;
  });
  // Its department is still there, and says who is to run it.
  if (runBy === null) return system.status === 'SUSPENDED' ? null : passed(system, { status: 'SUSPENDED' }, s, now);
  return passed(system, { departmentId, ownerId: runBy, provides }, s, now);
}

function passed(system: System, change: Partial<System>, s: Succession, now: Date): Succeeded<Changed> | null {
  const at = now.toISOString();
  const { decidedBy: by, authorityId: organisationId, documentNumber: evidence } = s;
  const sameOwner = change.ownerId === undefined || change.ownerId === system.ownerId;
  const attestation = sameOwner ? system.attestation : system.attestation && { by, organisationId, at, evidence };
  const state: System = { ...system, ...change, attestation, revision: system.revision + 1, updatedAt: at };
  const former = formerOf<System>(system, state, ['departmentId', 'ownerId', 'status']);
  if (Object.keys(former).length === 0 && state.provides.length === system.provides.length) return null;
  const { id, departmentId, ownerId, provides, status, revision } = state;
  const event: SystemPassed = {
    type: 'authorisation.system-passed.v1',
    key: id,
    at,
    data: { systemId: id, departmentId, ownerId, provides, status, changeId: s.changeId, former, revision, by },
  };
  const ends = change.status !== undefined;
  const fromId = former['departmentId'] ?? former['ownerId'] ?? system.departmentId;
  return {
    changed: { state, event },
    effect: {
      thing: 'system',
      id,
      outcome: change.status === 'RETIRED' ? 'ENDED' : ends ? 'SUSPENDED' : 'PASSED',
      fromId,
      toId: ends ? null : fromId === former['departmentId'] ? departmentId : ownerId,
      because: ends ? 'BODY_ENDED' : null,
    },
  };
}
