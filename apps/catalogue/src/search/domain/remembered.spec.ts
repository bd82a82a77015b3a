import { Remembered } from './remembered';
import { SearchIndex, type Search } from './search-index';
import type { SearchedEntry } from './searched-entry';

const anEntry = (id: string, over: Partial<SearchedEntry> = {}): SearchedEntry => ({
  id,
  providerId: 'mzt',
  sharingType: 'CONDITIONAL',
  metadataVisibility: 'ALL',
  publishedOn: '2026-03-02',
  name: '婚姻登记信息',
  nameEn: null,
  abstract: null,
  classification: '2-03',
  updateCycle: null,
  formatCategory: null,
  items: [],
  ...over,
});
const REGIONS = new Map([['mzt', '460000']]);
const ask = (over: Partial<Search> = {}): Search => ({
  ...{ terms: [{ kind: 'chinese', text: '婚姻' }], whole: '婚姻', filters: {}, regions: REGIONS, today: 20_000 },
  ...{ viewer: { departmentId: 'ybj', knowsAll: false }, after: null, limit: 20, facets: true },
  ...over,
});

describe('[R5.4] answers that are remembered', () => {
  const index = new SearchIndex((text) => ' '.repeat([...text].length));
  index.put(anEntry('203000-000001'));
  index.put(anEntry('203000-000002', { providerId: 'gat', metadataVisibility: 'HIDDEN' }));
  index.settle();
  const searched = jest.spyOn(index, 'search');
  const asMany = (remembered: Remembered, search: Search): number[] => {
    searched.mockClear();
    const { total } = remembered.search(search);
    return [total, searched.mock.calls.length];
  };

  it('are asked of the index once, and shared by those who may know the same', () => {
    const remembered = new Remembered(index);
    expect(asMany(remembered, ask())).toEqual([1, 1]);
    expect(asMany(remembered, ask())).toEqual([1, 0]);
    expect(asMany(remembered, ask({ viewer: { departmentId: 'wjw', knowsAll: false } }))).toEqual([1, 0]);
  });

  it('[R2.2] are never those of somebody who may know more', () => {
    const remembered = new Remembered(index);
    expect(asMany(remembered, ask({ viewer: { departmentId: 'gxt', knowsAll: true } }))).toEqual([2, 1]);
    expect(asMany(remembered, ask({ viewer: { departmentId: 'gat', knowsAll: false } }))).toEqual([2, 1]);
    expect(asMany(remembered, ask())).toEqual([1, 1]);
  });

  it.each<[string, Partial<Search>]>([
    ['another word', { terms: [{ kind: 'chinese', text: '登记' }] }],
    ['another whole name', { whole: '婚姻登记' }],
    ['a filter', { filters: { sharingType: ['CONDITIONAL'] } as Search['filters'] }],
    ['the next page', { after: { rank: 1, key: 1, id: 'x' } }],
    ['a longer page', { limit: 21 }],
    ['no facets', { facets: false }],
    ['another day', { today: 20_001 }],
    ['other regions', { regions: new Map(REGIONS) }],
  ])('are others for %s', (_, over) => {
    const remembered = new Remembered(index);
    remembered.search(ask());
    expect(asMany(remembered, ask(over))[1]).toBe(1);
  });

  it('are forgotten when an entry comes, changes or goes, and when there are too many', () => {
    const remembered = new Remembered(index, 2);
    remembered.search(ask());
    index.put(anEntry('203000-000003'));
    expect(asMany(remembered, ask())).toEqual([2, 1]);
    index.remove('203000-000003');
    expect(asMany(remembered, ask())).toEqual([1, 1]);
    for (const limit of [1, 2]) remembered.search(ask({ limit }));
    expect(asMany(remembered, ask())).toEqual([1, 1]);
  });
});
