import type { ItemType, ResourceState } from '@qiongtong/contracts';
import { aResource, anItem } from '@qiongtong/testing';
import { wantedIndexes, type IndexBounds } from './item-index';

const BOUNDS: IndexBounds = { fromRows: 100, items: 8, indexes: 50 };
const item = (code: string, type: ItemType, over = {}) => anItem({ code, type, length: undefined, ...over });
const entry = (over: Partial<ResourceState> = {}) =>
  aResource({ items: [anItem({ code: 'certNo', key: true }), item('fee', 'N'), item('day', 'D')], ...over });
const wanted = (resource: ResourceState, rows = 100, bounds: Partial<IndexBounds> = {}) =>
  wantedIndexes([{ resource, rows }], { ...BOUNDS, ...bounds });

describe('the indexes that there should be', () => {
  it('[R8.2] are one for each item that may be asked for, and none for another', () => {
    const items = [
      anItem({ code: 'certNo', key: true, queryable: false }),
      item('fee', 'N'),
      item('day', 'D', { queryable: false }),
    ];
    const definitions = wanted(entry({ items })).map(({ definition }) => definition);
    expect(definitions).toHaveLength(2);
    expect(definitions[0]).toContain(`'certNo'`);
    expect(definitions[1]).toContain(`'fee'`);
  });

  it.each<[string, Partial<ResourceState>, number]>([
    ['few rows', {}, 99],
    ['data elsewhere', { deliveryMode: 'EXCHANGE_CHANNEL' }, 100],
    ['nothing to read any more', { status: 'WITHDRAWN' }, 100],
  ])('are none of a resource with %s', (_what, over, rows) => {
    expect(wanted(entry(over), rows)).toEqual([]);
  });

  it('are none of text that could be longer than an index takes, nor beside a key that is', () => {
    expect(wanted(entry({ items: [item('memo', 'M'), item('name', 'C', { length: '4000' })] }))).toEqual([]);
    expect(wanted(entry({ items: [item('id', 'C', { key: true, length: '300' })] }))).toEqual([]);
    expect(wanted(entry({ items: [item('name', 'C', { length: '600' })] }))).toHaveLength(1);
  });

  it('are none of what has no value that is compared', () => {
    expect(wanted(entry({ items: [item('photo', 'G')] }))).toEqual([]);
  });

  it('are bounded for a resource and in all, the largest resource first', () => {
    const items = Array.from({ length: 20 }, (_, i) => item(`i${i}`, 'I'));
    const small = entry({ id: 'small', items });
    const large = entry({ id: 'large', items });
    const stored = [
      { resource: small, rows: 100 },
      { resource: large, rows: 200 },
    ];
    const found = wantedIndexes(stored, { ...BOUNDS, items: 3, indexes: 4 });
    expect(found.map(({ resourceId }) => resourceId)).toEqual(['large', 'large', 'large', 'small']);
  });

  it('have other names when the type or the resource is another one', () => {
    const nameOf = (id: string, type: ItemType) => wanted(entry({ id, items: [item('a', type)] }))[0]!.name;
    const names = [nameOf('r', 'I'), nameOf('r', 'D'), nameOf('s', 'I')];
    expect(new Set(names).size).toBe(3);
    expect(nameOf('r', 'I')).toBe(names[0]);
  });
});
