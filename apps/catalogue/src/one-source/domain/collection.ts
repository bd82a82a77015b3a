import type { Principal, ToldOfCollection } from '@qiongtong/contracts';

/** What is collected: an element, about whom, and where. */
export type Collection = Readonly<{ elementId: string; population: string; regionCode: string }>;
/** An officer did it for a body, and said why. */
export type Said = Readonly<{ by: string; organisationId: string; at: string; reason: string }>;
/** A decision of the authority, in words and by its document. */
export type Deciding = Readonly<{ documentNumber: string; reason: string }>;

export const saidBy = (by: string, reason: string, { departmentId: organisationId }: Principal, now: Date): Said => ({
  ...{ by, organisationId, at: now.toISOString(), reason },
});

/** What facts of assignments and of waivers tell alike. */
export function toldOf(
  state: Collection & Readonly<{ departmentId: string; revision: number }>,
  { by, organisationId }: Said,
): ToldOfCollection {
  const { elementId, population, regionCode, departmentId, revision } = state;
  return { elementId, population, regionCode, departmentId, revision, by, organisationId };
}
