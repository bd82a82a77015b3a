import fc from 'fast-check';
import { after, matchesOf, saidOf, WATCH_KINDS, type Watching, type WatchFilter } from './watch';

const anEntry = (index: number, over: Readonly<{ type?: string; data?: object; terms?: readonly string[] }> = {}) => ({
  ...{ index, type: over.type ?? 'access.released.v1', terms: over.terms ?? [] },
  entry: JSON.stringify({ data: over.data ?? {} }),
});
const termsOf = (filter: WatchFilter): string[] =>
  WATCH_KINDS.flatMap((kind) => (filter[kind] === undefined ? [] : [`${kind}:${filter[kind]}`]));
const aWatch = (id: string, filter: WatchFilter, fromIndex = 0): Watching => ({
  ...{ id, terms: termsOf(filter), types: filter.types, fromIndex },
});
const READS = { about: 'r-1', types: ['access.released.v1', 'access.release-started.v1'] };
const idsOf = (matches: ReturnType<typeof matchesOf>): string[] => matches.map(({ id }) => id).sort();

describe('watches [R14.9] [R21.1]', () => {
  it('are told of what meets every field, of one of the types, since they were saved', () => {
    const entries = [
      anEntry(0, { terms: ['about:r-1'] }),
      anEntry(1, { terms: ['about:r-1', 'purpose:p'] }),
      anEntry(2, { terms: ['about:r-2', 'purpose:p'] }),
      anEntry(3, { terms: ['about:r-1', 'purpose:p'], type: 'access.refused.v1' }),
    ];
    const watches = [aWatch('all', {}), aWatch('reads', READS), aWatch('later', READS, 1)];
    const matches = matchesOf([...watches, aWatch('both', { about: 'r-1', purpose: 'p' })], entries);
    expect(matches).toEqual([
      { id: 'all', count: 4, first: 0, last: 3, entries: [0, 1, 2, 3] },
      { id: 'reads', count: 2, first: 0, last: 1, entries: [0, 1] },
      { id: 'later', count: 1, first: 1, last: 1, entries: [1] },
      { id: 'both', count: 2, first: 1, last: 3, entries: [1, 3] },
    ]);
  });

  it('are the same as comparing every entry with every watch', () => {
    const value = fc.constantFrom('a', 'b', 'c');
    const filter = fc.record({ about: value, purpose: value, effect: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 8 }), fc.array(filter, { maxLength: 8 }), (filters, all) => {
        const watches = filters.map((one, i) => aWatch(String(i), one as WatchFilter));
        const entries = all.map((one, i) => anEntry(i, { terms: termsOf(one as WatchFilter) }));
        const meets = (one: WatchFilter, has: WatchFilter): boolean =>
          Object.entries(one).every(([kind, wanted]) => has[kind as keyof WatchFilter] === wanted);
        const expected = filters.flatMap((one, i) =>
          all.some((has) => meets(one as WatchFilter, has as WatchFilter)) ? [String(i)] : [],
        );
        expect(idsOf(matchesOf(watches, entries))).toEqual(expected.sort());
      }),
    );
  });

  it('are told of readings of notices only when they ask for readings, and never of their own', () => {
    const reading = (what: string, watchId: string) =>
      anEntry(0, { type: 'audit.log-read.v1', data: { what, asked: { watchId } } });
    const watches = [aWatch('all', {}), aWatch('readings', { types: ['audit.log-read.v1'] })];
    expect(idsOf(matchesOf(watches, [reading('search', 'x')]))).toEqual(['all', 'readings']);
    expect(idsOf(matchesOf(watches, [reading('watch', 'x')]))).toEqual(['readings']);
    expect(idsOf(matchesOf(watches, [reading('watch', 'readings')]))).toEqual([]);
    const large = { ...reading('watch', 'x'), entry: JSON.stringify({ data: null }) };
    expect(idsOf(matchesOf(watches, [large]))).toEqual(['all', 'readings']);
  });

  it('name at most a hundred entries of a page and count them all', () => {
    const [match] = matchesOf(
      [aWatch('all', {})],
      Array.from({ length: 250 }, (_, i) => anEntry(i)),
    );
    expect(match).toMatchObject({ count: 250, first: 0, last: 249 });
    expect(match?.entries).toHaveLength(100);
  });

  it.each([
    ['ACTIVE', 'pause', 'PAUSED'],
    ['PAUSED', 'resume', 'ACTIVE'],
    ['ACTIVE', 'end', 'ENDED'],
    ['PAUSED', 'end', 'ENDED'],
    ['PAUSED', 'pause', null],
    ['ACTIVE', 'resume', null],
    ['ENDED', 'resume', null],
    ['ENDED', 'pause', null],
    ['ENDED', 'end', null],
  ] as const)('from %s by %s become %s', (state, act, to) => {
    if (to !== null) expect(after(state, act)).toBe(to);
    else expect(() => after(state, act)).toThrow(expect.objectContaining({ code: 'audit.watch_state' }));
  });

  it('do not say in the log which matter they are for', () => {
    expect(saidOf({ matter: 'm-1', about: 'g-1' })).toEqual({ matter: 'given', about: 'g-1' });
  });
});
