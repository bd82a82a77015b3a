import { AUTHORITIES, regionPrefix, withinRegion, type OrganisationState, type Role } from '@qiongtong/contracts';
import type { RefusalAuthority } from '../rules/rules';
import { inForce, spanOf } from './instants';

export const CONSENTING_ROLES = [...AUTHORITIES, 'LEADING_GROUP'] as const satisfies readonly Role[];
export type ConsentingRole = (typeof CONSENTING_ROLES)[number];
/** The body that decides, and the role in which it does. */
export type Competence = Readonly<{ organisationId: string; role: ConsentingRole }>;

export type Party = Pick<OrganisationState, 'id' | 'level' | 'regionCode'>;
export type Body = Pick<OrganisationState, 'id' | 'status' | 'regionCode' | 'roles'>;

/**
 * Who decides a case between these parties, at this moment. Between bodies of one level and region it is the nearest
 * authority above; across levels or regions the provincial one. A level at which a party itself holds the role is
 * passed over: local, provincial, leading group. [R12.5, R14.10, R4.5]
 *
 * @param parties the provider first
 * @param bodies every body that may hold a role
 * @param besides bodies passed over like parties: whoever let its time pass, when the next level is asked for
 * @returns null when no body that is no party holds any of the roles
 */
export function competentAuthority(
  parties: readonly Party[],
  bodies: readonly Body[],
  now: Date,
  rule: RefusalAuthority = 'PROVIDER_LEVEL',
  besides: readonly string[] = [],
): Competence | null {
  const [provider] = parties;
  if (!provider) return null;
  const passedOver = [...parties.map(({ id }) => id), ...besides];
  const holding = (role: ConsentingRole): Body[] =>
    bodies.filter(
      (body) =>
        body.status === 'ACTIVE' && withinRegion(provider.regionCode, body.regionCode) && holdsRole(body, role, now),
    );
  const oneRegion = parties.every((p) => p.regionCode === provider.regionCode && p.level === provider.level);
  const local = rule === 'PROVIDER_LEVEL' && oneRegion ? nearestFirst(holding('LOCAL_AUTHORITY')) : [];
  const levels = [
    ...local.map((level) => ({ role: 'LOCAL_AUTHORITY' as const, level })),
    { role: 'PROVINCIAL_AUTHORITY' as const, level: holding('PROVINCIAL_AUTHORITY') },
    { role: 'LEADING_GROUP' as const, level: holding('LEADING_GROUP') },
  ];
  for (const { role, level } of levels) {
    if (level.some(({ id }) => passedOver.includes(id))) continue;
    const organisationId = level.map(({ id }) => id).sort()[0];
    if (organisationId !== undefined) return { organisationId, role };
  }
  return null;
}

/** Bodies by region, the smallest region first. */
function nearestFirst(bodies: readonly Body[]): Body[][] {
  const depths = [...new Set(bodies.map(({ regionCode }) => regionPrefix(regionCode).length))].sort((a, b) => b - a);
  return depths.map((depth) => bodies.filter(({ regionCode }) => regionPrefix(regionCode).length === depth));
}

const holdsRole = ({ roles }: Pick<Body, 'roles'>, role: Role, now: Date): boolean =>
  roles.some((held) => held.role === role && inForce(spanOf(held.from, held.until), now.getTime()));
