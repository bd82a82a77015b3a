import { Refusal } from '@qiongtong/contracts';

export const DERIVATION_LIMITS = { depth: 30, resources: 5_000 } as const;

/** How far origins were followed: from each resource reached, what derives from it on the way there. */
export type Followed = Readonly<{ entryId: string; depth: number; reachedFrom: ReadonlyMap<string, string> }>;

export const beginAt = (entryId: string, derivedFrom: readonly string[]): Followed & { frontier: string[] } => ({
  ...{ entryId, depth: 1, frontier: [...derivedFrom] },
  reachedFrom: new Map(derivedFrom.map((id) => [id, entryId])),
});

/**
 * One step further. Refuses an entry that would derive, by whatever way, from itself: whose consent its data needs, and
 * what an onward transfer takes along, would have no end. [R13.6]
 *
 * @param origins of the resources reached last
 */
export function follow(
  { entryId, depth, reachedFrom }: Followed,
  origins: ReadonlyMap<string, readonly string[]>,
): Followed & { frontier: string[] } {
  const reached = new Map(reachedFrom);
  const frontier: string[] = [];
  for (const [id, from] of origins)
    for (const origin of from) {
      if (origin === entryId) throw new Refusal('catalogue.derivation_cycle', { about: wayTo(id, reached, entryId) });
      if (reached.has(origin)) continue;
      reached.set(origin, id);
      frontier.push(origin);
    }
  if (frontier.length > 0 && (depth >= DERIVATION_LIMITS.depth || reached.size > DERIVATION_LIMITS.resources))
    throw new Refusal('catalogue.derivation_too_deep');
  return { entryId, depth: depth + 1, reachedFrom: reached, frontier };
}

/** From the entry to the resource, and back to the entry. */
function wayTo(id: string, reachedFrom: ReadonlyMap<string, string>, entryId: string): string[] {
  const way = [entryId];
  for (let at: string | undefined = id; at !== undefined && at !== entryId; at = reachedFrom.get(at)) way.unshift(at);
  return [entryId, ...way];
}
