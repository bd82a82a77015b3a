import type { Item, RefusalCode } from '@qiongtong/contracts';
import { Refusal } from '@qiongtong/contracts';
import { groupsOf, keyIn, sampleRows } from './sample';

const anItem = (code: string, type: Item['type'] = 'C', key = false): Item => ({ code, name: code, type, key }) as Item;
const ITEMS = [anItem('region', 'C', true), anItem('no', 'I', true), anItem('fee', 'N'), anItem('at', 'D'), anItem('map', 'G')]; // prettier-ignore
const codeOf = (work: () => unknown): RefusalCode | null => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as Refusal).code;
  }
};
const groups = (given: Parameters<typeof sampleRows>[0]) =>
  groupsOf(
    sampleRows(given, ITEMS).map((row, at) => ({ at, row })),
    ITEMS,
  );

describe('rows of a sample [R13.4]', () => {
  it('are those that differ, without what is empty, in their order', () => {
    const rows = sampleRows([{ no: 2 }, { no: 1, fee: '' }, { no: '2' }, { no: null }, { no: 1, fee: null }], ITEMS);
    expect(rows.map((row) => Object.fromEntries(row))).toEqual([{ no: '2' }, { no: '1' }]);
  });

  it('are refused where they name what there is not, tell nothing, or are too many', () => {
    expect(codeOf(() => sampleRows([{ no: 1, salary: 5 }], ITEMS))).toBe('audit.sample_items_unknown');
    expect(codeOf(() => sampleRows([{ no: '' }], ITEMS))).toBe('audit.sample_untold');
    expect(codeOf(() => sampleRows([], ITEMS))).toBe('audit.sample_untold');
    const many = Array.from({ length: 201 }, (_, no) => ({ no }));
    expect(codeOf(() => sampleRows(many, ITEMS))).toBe('audit.sample_too_large');
    expect(sampleRows(many.slice(1), ITEMS)).toHaveLength(200);
  });

  it.each([
    [{ region: '海口', no: 7, fee: '1.00' }, '%E6%B5%B7%E5%8F%A3~7'],
    [{ region: '海口' }, null],
    [{ fee: '1.00' }, null],
  ])('%j: the key, where all of it is there', (given, key) => {
    const [row] = sampleRows([given], ITEMS);
    expect(keyIn(row!, ITEMS.slice(0, 2))).toBe(key);
    expect(keyIn(row!, [])).toBeNull();
  });

  it('are looked for together where they have the same items; what no value can equal is not looked for', () => {
    const found = groups([
      { no: 1, fee: '2' },
      { fee: '3', no: 4 },
      { at: '2026-01-01' },
      { fee: 'much' },
      { map: 'x' },
    ]);
    expect(found.map(({ items, rows }) => [items.map(({ code }) => code), rows.map(({ at }) => at)])).toEqual([
      [
        ['no', 'fee'],
        [0, 1],
      ],
      [['at'], [2]],
    ]);
  });

  it('are refused where they have too many sets of items, each of which would be a search of its own', () => {
    const items = Array.from({ length: 9 }, (_, n) => anItem(`i${n}`));
    const rows = (most: number) => items.slice(0, most).map(({ code }, at) => ({ at, row: new Map([[code, 'x']]) }));
    expect(codeOf(() => groupsOf(rows(8), items))).toBeNull();
    expect(codeOf(() => groupsOf(rows(9), items))).toBe('audit.sample_uneven');
  });
});
