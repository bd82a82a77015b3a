import { GRANT_ISSUED, type Act } from './acts';

export type GrantStatus = 'ACTIVE' | 'SUSPENDED' | 'REVOKED' | 'RELINQUISHED' | 'EXPIRED';
/** One grant of a chain. */
export type ChainGrant = Readonly<{
  grantId: string;
  parentId: string | null;
  /** 0 for the one that was asked about, 1 for what was passed on out of it, -1 for what it was passed on out of. */
  generation: number;
  resourceId: string | null;
  /** As of its last act: bodies are merged and renamed. */
  providerId: string | null;
  holderId: string | null;
  /** Whoever ever provided or held it. */
  parties: Readonly<{ providers: readonly string[]; holders: readonly string[] }>;
  status: GrantStatus;
  issuedAt: string | null;
  acts: readonly Act[];
}>;
export type Member = Readonly<{ grantId: string; generation: number }>;

/** What an act makes of a grant; every other leaves it as it is. */
const MAKES: Readonly<Record<string, GrantStatus>> = {
  'grant-issued': 'ACTIVE',
  'grant-suspended': 'SUSPENDED',
  'grant-resumed': 'ACTIVE',
  'grant-renewed': 'ACTIVE',
  'grant-revoked': 'REVOKED',
  'grant-relinquished': 'RELINQUISHED',
  'grant-expired': 'EXPIRED',
};

/** @param acts of all members, in the order of the log */
export function chainOf(members: readonly Member[], acts: readonly Act[]): ChainGrant[] {
  const of = Map.groupBy(acts, ({ grantId }) => grantId);
  const chain = members.map(({ grantId, generation }) => grantOf(grantId, generation, of.get(grantId) ?? []));
  return chain
    .filter(({ acts: done }) => done.length > 0)
    .sort((one, other) => one.generation - other.generation || one.acts[0]!.index - other.acts[0]!.index);
}

function grantOf(grantId: string, generation: number, acts: readonly Act[]): ChainGrant {
  const issued = acts.find(({ type }) => type === GRANT_ISSUED);
  // A transfer names the parties of the grant that it would be out of as they were.
  const own = acts.filter(({ type }) => type.startsWith('authorisation.grant-'));
  const every = (of: (act: Act) => string | null): string[] => [...new Set(own.flatMap((act) => of(act) ?? []))];
  const [providers, holders] = [every(({ providerId }) => providerId), every(({ holderId }) => holderId)];
  return {
    grantId,
    parentId: issued?.parentId ?? null,
    generation,
    resourceId: issued?.resourceId ?? acts.at(-1)?.resourceId ?? null,
    providerId: own.findLast((act) => act.providerId !== null)?.providerId ?? null,
    holderId: own.findLast((act) => act.holderId !== null)?.holderId ?? null,
    parties: { providers, holders },
    status: own.reduce<GrantStatus>(statusAfter, 'ACTIVE'),
    issuedAt: issued?.at ?? null,
    acts,
  };
}

function statusAfter(before: GrantStatus, { type, told }: Act): GrantStatus {
  const name = type.replace(/^authorisation\.(.*)\.v\d+$/, '$1');
  if (name === 'grant-passed') return told['suspended'] === true ? 'SUSPENDED' : before;
  return MAKES[name] ?? before;
}

/** What of a chain somebody may know, and of which grants the uses. */
export type Known = Readonly<{ chain: readonly ChainGrant[]; usesOf: readonly string[] }>;

/**
 * Who reads the whole log and who provides the resource know all of it. A holder knows its own grant and what was passed on
 * out of it, and only of its own what left: how others use it is between them and the provider. null for anybody else, who
 * learns nothing of it, not that it is there. [R13.2, R14.7, R14.9]
 */
export function knownTo(
  { scope, departmentId }: Readonly<{ scope: 'all' | 'own'; departmentId: string }>,
  chain: readonly ChainGrant[],
): Known | null {
  const asked = chain.find(({ generation }) => generation === 0);
  if (!asked) return null;
  if (scope === 'all' || asked.parties.providers.includes(departmentId))
    return { chain, usesOf: chain.map(({ grantId }) => grantId) };
  if (!asked.parties.holders.includes(departmentId)) return null;
  const below = chain.filter(({ generation }) => generation >= 0);
  const held = below.filter(({ parties }) => parties.holders.includes(departmentId));
  return { chain: below, usesOf: held.map(({ grantId }) => grantId) };
}
