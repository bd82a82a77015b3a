import { Refusal } from '@qiongtong/contracts';
import fc from 'fast-check';
import { beginAt, DERIVATION_LIMITS, follow } from './derivation';

/** Follows all of it; the way round, or null. */
function cycleOf(entryId: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  try {
    let at = beginAt(entryId, graph.get(entryId) ?? []);
    while (at.frontier.length > 0) at = follow(at, new Map(at.frontier.map((id) => [id, graph.get(id) ?? []])));
    return null;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'catalogue.derivation_cycle') return error.details.about!;
    throw error;
  }
}
const graph = (links: Record<string, string[]>) => new Map(Object.entries(links));

describe('what an entry derives from', () => {
  it('[R13.6] is refused when it leads back to the entry, and the way round is named', () => {
    expect(cycleOf('a', graph({ a: ['b'], b: ['c', 'd'], c: ['d'], d: ['a'] }))).toEqual(['a', 'b', 'd', 'a']);
    expect(cycleOf('a', graph({ a: ['b'], b: ['a'] }))).toEqual(['a', 'b', 'a']);
    expect(cycleOf('a', graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toBeNull();
    // Somebody else's cycle is not followed for ever.
    expect(cycleOf('a', graph({ a: ['b'], b: ['c'], c: ['b'] }))).toBeNull();
  });

  it('[R13.6] is followed so far and no farther', () => {
    const ids = Array.from({ length: DERIVATION_LIMITS.depth + 2 }, (_, i) => `r${i}`);
    const chain = new Map(ids.map((id, i) => [id, ids.slice(i + 1, i + 2)]));
    expect(() => cycleOf('r0', chain)).toThrow(expect.objectContaining({ code: 'catalogue.derivation_too_deep' }));
    expect(cycleOf('r2', chain)).toBeNull();
  });

  it('[R13.6] is found whatever the graph: every way that is named exists, and none is missed', () => {
    const id = fc.integer({ min: 0, max: 7 }).map(String);
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { maxLength: 20 }), (links) => {
        const of = new Map<string, string[]>();
        for (const [from, to] of links) if (from !== to) of.set(from, [...new Set([...(of.get(from) ?? []), to])]);
        const seen = new Set<string>();
        const walk = (at: string): void => (of.get(at) ?? []).forEach((next) => !seen.has(next) && (seen.add(next), walk(next)));
        walk('0');
        const cycle = cycleOf('0', of);
        expect(cycle !== null).toBe(seen.has('0'));
        cycle?.slice(1).forEach((to, i) => expect(of.get(cycle[i]!)).toContain(to));
      }),
    );
  }); // prettier-ignore
});
