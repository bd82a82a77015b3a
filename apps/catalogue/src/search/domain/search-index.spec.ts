import * as fc from 'fast-check';
import { folded, termsOf, wholeOf, type Term } from './folding';
import { SearchIndex, type Found, type Search } from './search-index';
import { classOf, dayNumber, freshnessOf, isOfClass, type Filters, type SearchedEntry, type Viewer } from './searched-entry'; // prettier-ignore

const TODAY = dayNumber('2026-11-27');
const LETTERS: Record<string, string> = { 甲: 'j', 乙: 'y', 丙: 'b', 丁: 'd' };
const initialsOf = (text: string) => [...text].map((c) => LETTERS[c] ?? ' ').join('');
const REGIONS = new Map([['mzt', '460000'], ['rst', '460000'], ['hk', '460100']]); // prettier-ignore
const stranger: Viewer = { departmentId: 'rst', knowsAll: false };

const anEntry = (over: Partial<SearchedEntry> = {}): SearchedEntry => ({
  id: '203000-000001',
  providerId: 'mzt',
  name: '甲乙',
  nameEn: null,
  abstract: null,
  items: [],
  classification: '2-03',
  sharingType: 'CONDITIONAL',
  updateCycle: 'MONTHLY',
  formatCategory: 'DATABASE',
  metadataVisibility: 'ALL',
  publishedOn: '2026-11-01',
  ...over,
});
const indexOf = (...entries: SearchedEntry[]) => {
  const index = new SearchIndex(initialsOf);
  for (const entry of entries) index.put(entry);
  return index;
};
const asked = (q: string, viewer: Viewer, over: Partial<Search> = {}): Search => ({
  ...{ terms: termsOf(q), whole: wholeOf(q), viewer, filters: {}, regions: REGIONS, today: TODAY },
  ...{ facets: true, after: null, limit: 100 },
  ...over,
});
const idsOf = ({ hits }: Found) => hits.map(({ id }) => id);

/** The same by looking at every entry, as slowly as it is obvious. */
function bySight(
  entries: readonly SearchedEntry[],
  q: string,
  terms: readonly Term[],
  viewer: Viewer,
  filters: Filters,
) {
  const knows = (e: SearchedEntry) => viewer.knowsAll || viewer.departmentId === e.providerId;
  const words = (text: string) => folded(text).match(/[a-z0-9]+/g) ?? [];
  const hasWord = (text: string, prefix: string) =>
    words(text).some((word) => (prefix.length < 2 ? word === prefix : word.startsWith(prefix)));
  const placeOf = (e: SearchedEntry, { kind, text, others }: Term): number => {
    const items = knows(e) || e.metadataVisibility === 'ALL' ? e.items.map((i) => `${i.name} ${i.code}`).join(' ') : '';
    const has = (field: string) => (kind === 'chinese' ? folded(field).includes(text) : hasWord(field, text));
    if (has(`${e.name}\n${e.nameEn ?? ''}`) || (kind === 'code' && e.id.startsWith(text))) return 1;
    if (kind === 'latin' && text.length > 1 && initialsOf(e.name).includes(text)) return 2;
    if (has(items)) return 3;
    if (has(e.abstract ?? '')) return 4;
    return others?.some((other) => `${e.name}\n${e.nameEn ?? ''}`.includes(other)) ? 5 : Infinity;
  };
  const passes = (e: SearchedEntry, but?: string) =>
    Object.entries({
      department: filters.department?.includes(e.providerId) ?? true,
      class: filters.class?.some((c) => isOfClass(e.classification, c)) ?? true,
      sharingType: filters.sharingType?.includes(e.sharingType) ?? true,
      region: filters.region?.includes(REGIONS.get(e.providerId) ?? '') ?? true,
      updateCycle: filters.updateCycle?.includes(e.updateCycle ?? '') ?? true,
      format: filters.format?.includes(e.formatCategory ?? '') ?? true,
      freshness: filters.freshness?.includes(freshnessOf(TODAY - dayNumber(e.publishedOn))) ?? true,
    }).every(([facet, passed]) => passed || facet === but);
  const found = entries
    .filter((e) => knows(e) || e.metadataVisibility !== 'HIDDEN')
    .map((e) => {
      const exact =
        wholeOf(q) !== '' &&
        [e.name, e.nameEn ?? '', e.id, e.id.replace('-', '/')].some((name) => wholeOf(name) === wholeOf(q));
      const place = Math.max(1, ...terms.map((term) => placeOf(e, term)));
      return { e, rank: place === Infinity ? Infinity : exact ? 0 : place };
    })
    .filter(({ rank }) => rank < Infinity);
  const hits = found
    .filter(({ e }) => passes(e))
    .sort((a, b) => a.rank - b.rank || b.e.publishedOn.localeCompare(a.e.publishedOn) || (a.e.id < b.e.id ? -1 : 1));
  const count = (facet: keyof Filters, valueOf: (e: SearchedEntry) => string | undefined) => {
    const counts: Record<string, number> = {};
    for (const { e } of found) {
      const value = passes(e, facet) ? valueOf(e) : undefined;
      if (value) counts[value] = (counts[value] ?? 0) + 1;
    }
    return counts;
  };
  const facets = {
    department: count('department', (e) => e.providerId),
    class: count('class', (e) => classOf(e.classification)),
    sharingType: count('sharingType', (e) => e.sharingType),
    region: count('region', (e) => REGIONS.get(e.providerId)),
    updateCycle: count('updateCycle', (e) => e.updateCycle ?? undefined),
    format: count('format', (e) => e.formatCategory ?? undefined),
    freshness: count('freshness', (e) => freshnessOf(TODAY - dayNumber(e.publishedOn))),
  };
  return { hits: hits.map(({ e, rank }) => ({ id: e.id, rank })), total: hits.length, facets };
}

const text = fc.stringMatching(/^[甲乙丙丁]{0,6}( [a-c]{1,3})?$/);
const someEntry = fc.record({
  id: fc.nat(11).map((n) => `${200 + (n % 2)}000-00000${n % 10}`),
  providerId: fc.constantFrom('mzt', 'rst', 'hk', 'elsewhere'),
  name: text.filter((name) => name !== ''),
  nameEn: fc.option(fc.stringMatching(/^[a-c]{1,3}( [a-c]{1,3})?$/)),
  abstract: fc.option(text),
  items: fc.array(fc.record({ code: fc.constantFrom('ab', 'cc'), name: text }), { maxLength: 2 }),
  classification: fc.constantFrom('1', '2-03', '2-03-001', '2-04'),
  sharingType: fc.constantFrom('UNCONDITIONAL', 'CONDITIONAL'),
  updateCycle: fc.option(fc.constantFrom('DAILY', 'MONTHLY')),
  formatCategory: fc.option(fc.constantFrom('DATABASE', 'DOCUMENT')),
  metadataVisibility: fc.constantFrom('ALL', 'ALL', 'SUMMARY', 'HIDDEN'),
  publishedOn: fc.constantFrom('2026-11-25', '2026-11-01', '2025-01-01'),
}) as fc.Arbitrary<SearchedEntry>;
const someQuery = fc.oneof(
  fc.stringMatching(/^[甲乙丙丁]{1,4}( [甲乙]{1,2})?$/),
  fc.stringMatching(/^[a-dj-y]{1,3}$/),
  fc.constantFrom('', '20', '200000-0', '201000/000001', '甲 a'),
);
const someFilters = fc.record(
  {
    department: fc.constantFrom(['mzt'], ['rst', 'hk']),
    class: fc.constantFrom(['2'], ['2-03'], ['1']),
    sharingType: fc.constant(['CONDITIONAL']),
    region: fc.constant(['460000']),
    updateCycle: fc.constant(['DAILY']),
    format: fc.constant(['DATABASE']),
    freshness: fc.constantFrom(['WEEK'], ['MONTH', 'OLDER']),
  },
  { requiredKeys: [] },
);
/** With little room every gram is a bitmap and every phrase is kept, as with many entries. */
const someSizes = fc.constantFrom({ firstRoom: 8, dear: 0 }, { firstRoom: 1_024, dear: 2_000 });
const someOthers = fc.oneof(fc.constant([]), fc.array(fc.constantFrom('丙', '丁甲', '乙乙甲'), { maxLength: 2 }));
const someViewer = fc.constantFrom<Viewer>(stranger, { departmentId: 'mzt', knowsAll: false }, { departmentId: 'gxt', knowsAll: true }); // prettier-ignore

describe('the index', () => {
  it('[R5.4] [R2.2] finds, ranks, pages and counts for each viewer what looking at every entry does', () => {
    const act = fc.oneof(
      { weight: 5, arbitrary: someEntry.map((entry) => ({ entry, id: null })) },
      { weight: 1, arbitrary: someEntry.map(({ id }) => ({ entry: null, id })) },
    );
    fc.assert(
      fc.property(someSizes, fc.array(act, { minLength: 1, maxLength: 30 }), someQuery, someFilters, someViewer, someOthers, (sizes, acts, q, filters, viewer, others) => {
        const terms = termsOf(q).map((term) => (term.kind === 'chinese' && others.length > 0 ? { ...term, others } : term));
        const index = new SearchIndex(initialsOf, sizes);
        const model = new Map<string, SearchedEntry>();
        for (const [i, { entry, id }] of acts.entries()) {
          // What is asked on the way keeps orders and phrases, which what follows must keep right.
          if (i % 7 === 3) index.search(asked(q, viewer, { terms }));
          if (entry) index.put(entry);
          else index.remove(id);
          if (entry) model.set(entry.id, entry);
          else model.delete(id);
        }
        const expected = bySight([...model.values()], q, terms, viewer, filters);
        const hits: { id: string; rank: number }[] = [];
        let first: Found | null = null;
        for (let after: Search['after'] = null; ;) {
          const found = index.search(asked(q, viewer, { terms, filters, after, limit: 3 }));
          first ??= found;
          hits.push(...found.hits.map(({ id, rank }) => ({ id, rank })));
          if (found.hits.length < 3) break;
          after = found.hits.at(-1)!;
        }
        expect(hits).toEqual(expected.hits);
        expect(first.total).toBe(expected.total);
        for (const [facet, counts] of Object.entries(expected.facets))
          expect(Object.fromEntries(first.facets![facet as keyof Filters].map(({ value, count }) => [value, count]))).toEqual(counts);
      }),
      { numRuns: 800 },
    );
  }); // prettier-ignore

  it('[R5.4] an exact name is before a name that has it, that before an item, and that before an abstract', () => {
    const index = indexOf(
      anEntry({ id: '1-1', name: '丁', abstract: '甲乙', publishedOn: '2026-11-26' }),
      anEntry({ id: '1-2', name: '丁', items: [{ code: 'x', name: '甲乙丙' }], publishedOn: '2026-11-25' }),
      anEntry({ id: '1-3', name: '甲乙丙', publishedOn: '2026-11-02' }),
      anEntry({ id: '1-4', name: '丙甲乙', publishedOn: '2026-11-03' }),
      anEntry({ id: '1-5', name: '甲乙', publishedOn: '2020-01-01' }),
    );
    expect(idsOf(index.search(asked('甲乙', stranger)))).toEqual(['1-5', '1-4', '1-3', '1-2', '1-1']);
  });

  it('[R5.4] a name is exact without the word that so many end in', () => {
    const index = indexOf(anEntry({ id: '1-1', name: '婚姻登记预约信息' }), anEntry({ id: '1-2', name: '婚姻登记信息', publishedOn: '2020-01-01' })); // prettier-ignore
    expect(idsOf(index.search(asked('婚姻登记', stranger)))).toEqual(['1-2', '1-1']);
    index.put(anEntry({ id: '1-2', name: '收养登记数据' }));
    expect(idsOf(index.search(asked('婚姻登记', stranger)))).toEqual(['1-1']);
    expect(idsOf(index.search(asked('收养登记', stranger)))).toEqual(['1-2']);
  });

  it('[R2.2] nobody else finds or counts a hidden entry, nor a summary by its items', () => {
    const index = indexOf(
      anEntry({ id: '1-1', metadataVisibility: 'HIDDEN' }),
      anEntry({ id: '1-2', name: '丙', metadataVisibility: 'SUMMARY', items: [{ code: 'x', name: '甲乙' }] }),
    );
    const seen = (viewer: Viewer) => {
      const { total, facets } = index.search(asked('甲乙', viewer));
      return [total, facets!.department[0]?.count ?? 0];
    };
    expect(seen(stranger)).toEqual([0, 0]);
    expect(seen({ departmentId: 'mzt', knowsAll: false })).toEqual([2, 2]);
    expect(seen({ departmentId: 'gxt', knowsAll: true })).toEqual([2, 2]);
  });

  it('[R5.4] stays right when it grows past its first room', () => {
    const index = indexOf();
    for (let n = 0; n < 3_000; n++) {
      index.put(anEntry({ id: `200000-${String(n).padStart(6, '0')}`, name: n % 2 === 0 ? '甲乙丙丁' : '丁丙' }));
      if (n === 500) index.search(asked('甲乙丙', stranger));
    }
    expect(index.search(asked('甲乙丙', stranger)).total).toBe(1_500);
    expect(index.search(asked('', stranger)).total).toBe(3_000);
    expect(idsOf(index.search(asked('丙丁', stranger, { limit: 2 })))).toEqual(['200000-000000', '200000-000002']);
  });
});
