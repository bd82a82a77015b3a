import { officerWith, Refusal, withinRegion, type Principal } from '@qiongtong/contracts';

/** The bodies of a change as far as they exist, and the regions in which new ones are to be. */
export type Parties = Readonly<{
  bodies: readonly Readonly<{ id: string; regionCode: string; isProvincialAuthority: boolean }>[];
  newRegions: readonly string[];
}>;

/**
 * The provincial authority decides on organisations, where it is a party the leading group, and never a party itself; and
 * only on bodies of its own branch of the tree. [R14.10, R4.1]
 *
 * @returns the officer
 */
export function deciderOf({ bodies, newRegions }: Parties, by: Principal): string {
  if (bodies.some(({ id }) => id === by.departmentId)) throw new Refusal('organisation.own_case');
  const ofAuthority = bodies.some(({ isProvincialAuthority }) => isProvincialAuthority);
  const officer = officerWith([ofAuthority ? 'LEADING_GROUP' : 'PROVINCIAL_AUTHORITY'], by);
  const regions = [...bodies.map(({ regionCode }) => regionCode), ...newRegions];
  if (!regions.every((region) => withinRegion(region, by.regionCode)))
    throw new Refusal('organisation.outside_jurisdiction');
  return officer;
}
