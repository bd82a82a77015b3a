import type { Mask, RowFilter } from '@qiongtong/contracts';
import { anItem } from '@qiongtong/testing';
import { matchesRowFilter } from '@qiongtong/regulation';
import fc from 'fast-check';
import { rowReleaser } from '../../records/domain/released-row';
import { changeViewer, type StoredChange } from './change';

const items = [
  anItem({ code: 'no', key: true }),
  anItem({ code: 'region', length: '6' }),
  anItem({ code: 'name' }),
  anItem({ code: 'secret' }),
];
const haikou: RowFilter = { item: 'region', op: 'eq', value: '460100' };
const viewOf = (mask: Mask) =>
  changeViewer({ items, rowFilter: haikou, release: rowReleaser({ items: ['no', 'name'], mask }) });
const view = viewOf({ name: 'full' });
const row = (over: object = {}) => ({ no: '1', region: '460100', name: '王', secret: 's', ...over });
const change = (before: object | null, after: object | null): StoredChange => ({
  batchNo: 1,
  key: '1',
  before: before as StoredChange['before'],
  after: after as StoredChange['after'],
});

describe('a change seen through a grant', () => {
  it.each<[string, StoredChange, unknown]>([
    ['a new row in the filter', change(null, row()), { op: 'upserted', row: { no: '1', name: '***' } }],
    ['a new row outside it', change(null, row({ region: '460200' })), null],
    ['a row that leaves it', change(row(), row({ region: '460200' })), { op: 'removed' }],
    [
      'a row that enters it',
      change(row({ region: '460200' }), row()),
      { op: 'upserted', row: { no: '1', name: '***' } },
    ],
    ['a deleted row', change(row(), null), { op: 'removed' }],
    ['a deleted row that was outside it', change(row({ region: '460200' }), null), null],
    ['a change of what is not granted', change(row(), row({ secret: 't' })), null],
    ['a change behind a mask', change(row(), row({ name: '李' })), null],
  ])('[R12.7] of %s', (_what, stored, told) => {
    const seen = view(stored);
    if (seen?.op === 'upserted') expect(Object.keys(seen.row)).toEqual(['no', 'name']);
    expect(seen?.op ?? null).toEqual((told as { op?: string } | null)?.op ?? null);
  });

  it('replayed, leads to what a reader of the store would see', () => {
    const value = fc.record({
      region: fc.constantFrom('460100', '460200'),
      name: fc.constantFrom('a', 'b'),
      secret: fc.constantFrom('x', 'y'),
    });
    const step = fc.tuple(fc.constantFrom('1', '2', '3'), fc.option(value, { nil: null }));
    const plain = viewOf({});
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const store = new Map<string, Record<string, string>>();
        const replica = new Map<string, unknown>();
        for (const [no, after] of steps) {
          const next = after && { no, ...after };
          const seen = plain(change(store.get(no) ?? null, next));
          if (next) store.set(no, next);
          else store.delete(no);
          if (seen?.op === 'upserted') replica.set(no, seen.row);
          else if (seen?.op === 'removed') expect(replica.delete(no)).toBe(true);
        }
        const visible = [...store.values()].filter((stored) => matchesRowFilter(haikou, stored, items));
        expect(new Map([...replica].sort())).toEqual(
          new Map(visible.map(({ no, name }) => [no!, { no, name }] as const).sort()),
        );
      }),
    );
  });
});
