import type { ResourceState } from '@qiongtong/contracts';

/** A resource that goes back to more origins than this is not decided on, and so denied. */
const MOST_ORIGINS = 64;

/**
 * Everything a resource is derived from, near and far, each once and itself never. [R13.6]
 *
 * @returns the ids, also of origins that `find` does not know; `complete` is false where there are too many to follow
 */
export function originsOf(
  resource: Pick<ResourceState, 'id' | 'derivedFrom'>,
  find: (id: string) => Pick<ResourceState, 'derivedFrom'> | undefined,
): Readonly<{ ids: readonly string[]; complete: boolean }> {
  const seen = new Set<string>([resource.id]);
  const open = [...resource.derivedFrom];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (seen.size > MOST_ORIGINS) break;
    open.push(...(find(next)?.derivedFrom ?? []));
  }
  return { ids: [...seen].filter((id) => id !== resource.id), complete: seen.size <= MOST_ORIGINS };
}
