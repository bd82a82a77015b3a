import { actorOf, type Principal, type Role } from './principal';
import { Refusal } from './refusals';

/**
 * The officer who performs an act that needs one of these roles. Legal acts are done by people: a system never
 * performs one, whatever it is allowed otherwise. [R14.7, R14.8]
 */
export function officerWith(roles: readonly Role[], by: Principal): string {
  if (by.officerId === null || !roles.some((role) => by.roles.includes(role)))
    throw new Refusal('access.role_required', { about: roles });
  return actorOf(by);
}

/** Digits of GB/T 2260 that a region's subtree has in common: `460000` is `46`, `460100` is `4601`. */
export const regionPrefix = (regionCode: string): string => regionCode.replace(/(00)+$/, '');

/** Is a region inside the subtree of another? A right is a role times a subtree of regions. [R4.1] */
export const withinRegion = (regionCode: string, subtreeOf: string): boolean =>
  regionCode.startsWith(regionPrefix(subtreeOf));

export const AUTHORITIES = ['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY'] as const satisfies readonly Role[];
/** Who reads the cases of a region without being a party to them. */
export const OVERSEERS = [...AUTHORITIES, 'LEADING_GROUP', 'AUDITOR'] as const satisfies readonly Role[];

const officerInRegion = (roles: readonly Role[], by: Principal, regionCode: string): boolean =>
  by.officerId !== null && roles.some((role) => by.roles.includes(role)) && withinRegion(regionCode, by.regionCode);

/** An officer of the competent authority of that region. [R4.1] */
export const isAuthorityOver = (by: Principal, regionCode: string): boolean =>
  officerInRegion(AUTHORITIES, by, regionCode);
export const oversees = (by: Principal, regionCode: string): boolean => officerInRegion(OVERSEERS, by, regionCode);

/** A party to a case, or who oversees one of these regions: for anybody else it does not exist. */
export const isConcerned = (parties: readonly string[], regions: readonly string[], by: Principal): boolean =>
  parties.includes(by.departmentId) || regions.some((regionCode) => oversees(by, regionCode));
