import { isAuthorityOver, Refusal, type Principal, type SystemState, type Use } from '@qiongtong/contracts';
import type { PolicyView } from '@qiongtong/regulation';
import type { ExplainDto } from './explanation.dto';

/**
 * The use that is asked about, if this caller may ask about it: their own department's; any department's use of a
 * resource that is theirs to provide; as an authority any use by, or of, a department of its region. Whatever else is
 * answered as if it did not exist, so that nobody learns of another's systems or grants. [R14.7]
 */
export function askedUse(policy: PolicyView, asked: ExplainDto, by: Principal): Use {
  const departmentId = asked.departmentId ?? by.departmentId;
  const resource = policy.resource(asked.resourceId);
  const provides = resource !== undefined && resource.providerId === by.departmentId && by.officerId !== null;
  const isAuthority = [departmentId, resource?.providerId].some((id) => {
    const region = id === undefined ? undefined : policy.organisation(id)?.regionCode;
    return region !== undefined && isAuthorityOver(by, region);
  });
  // What is not published is its provider's and the authority's to know of.
  if (!resource || (resource.status === 'WITHDRAWN' && !provides && !isAuthority))
    throw new Refusal('access.resource_unknown', { about: [asked.resourceId] });
  if (departmentId !== by.departmentId && !provides && !isAuthority) throw new Refusal('request.not_found');
  const systemId = by.systemId ?? asked.systemId ?? null;
  const system = systemId === null ? undefined : policy.system(systemId);
  const foreign = systemId !== null && system?.departmentId !== departmentId;
  if (foreign || (by.systemId !== null && (asked.systemId ?? by.systemId) !== by.systemId))
    throw new Refusal('request.not_found');
  const ownName = systemId === null && departmentId === by.departmentId ? by.officerId : null;
  return {
    systemId,
    departmentId,
    officerId: asked.officerId ?? ownName,
    officerAsserted: systemId !== null && asked.officerId !== undefined,
    resourceId: asked.resourceId,
    action: asked.action,
    items: asked.items ?? null,
    touchedItems: asked.touchedItems ?? [],
    purpose: asked.purpose ?? null,
    matterNumber: asked.matterNumber ?? null,
    address: asked.address ?? registeredAddress(system),
    certificate: system?.certificates[0] ?? null,
    tokenId: null,
    clientId: null,
    sessionId: null,
  };
}

/** A question says nothing about connections: the system is taken to call from where it is registered. */
const registeredAddress = (system: SystemState | undefined): string | null =>
  system?.addresses[0]?.split('/')[0] ?? null;
