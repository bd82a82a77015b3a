import { inlinePlaces } from './inline-places';
import { gaveAll, MOST_RANKED, ranked, type Candidate } from './ranking';

const aCandidate = (deliveryId: string, over: Partial<Candidate> = {}): Candidate => ({
  ...{ entry: null, deliveryId, openedAt: '2026-11-01T00:00:00.000Z', rows: 100, gave: true },
  fit: { rows: 10, inOrder: 4, neighbours: 1 },
  ...over,
});
const idsOf = (candidates: readonly Candidate[]) => candidates.map(({ deliveryId, entry }) => deliveryId ?? entry);

describe('where a sample may be from [R13.4]', () => {
  it('is told each once, the best fit first, and last what gave other items', () => {
    const fits = aCandidate('fits', { fit: { rows: 10, inOrder: 10, neighbours: 9 } });
    const other = aCandidate('other items', { fit: fits.fit, gave: false });
    const unsaid = aCandidate('unsaid', { gave: null, rows: 50 });
    const inline = { ...aCandidate(''), entry: 5, deliveryId: null, rows: 10 };
    expect(idsOf(ranked([other, unsaid], [fits, unsaid, inline, inline]))).toEqual([
      'fits',
      5,
      'unsaid',
      'other items',
    ]);
  });

  it('is told of the best of any number', () => {
    const many = Array.from({ length: 50 }, (_, n) => aCandidate(`d-${n}`, { rows: 50 - n }));
    const best = ranked(many.slice(0, 25), many.slice(25));
    expect(idsOf(best)).toEqual(Array.from({ length: MOST_RANKED }, (_, i) => `d-${49 - i}`));
  });

  it.each([
    [[['a', 'b', 'c']], true],
    [[['a'], ['a', 'b']], true],
    [[['a']], false],
    [[null], null],
    [[], null],
    [[null, ['a']], false],
  ])('%j: whether it gave every item of the sample', (gave, expected) => {
    expect(gaveAll(['a', 'b'], gave)).toBe(expected);
  });
});

describe('where rows stand in an entry that has its hashes itself [R13.4]', () => {
  const anEntry = (delivery: unknown) => JSON.stringify({ data: { delivery } });

  it.each([
    ['inline:k:3:root:aa,bb,cc', [['cc'], ['aa']], [2, 0]],
    ['inline:k:3:root:aa,bb,cc', [['xx', 'bb']], [1]],
    ['inline:k:3:root:aa,bb,cc', [['aa'], ['xx']], null],
    ['stored:k:3:root:delivery', [['aa']], null],
    ['inline', [['aa']], null],
    [null, [['aa']], null],
  ])('%s', (delivery, rows, places) => {
    expect(inlinePlaces(anEntry(delivery), rows)).toEqual(places);
  });
});
