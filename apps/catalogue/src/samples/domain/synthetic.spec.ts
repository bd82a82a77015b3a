import * as fc from 'fast-check';
import { ITEM_TYPES, type Item, type ItemType } from '@qiongtong/contracts';
import { anItem } from '../../../test/builders';
import { syntheticRows } from './synthetic';

const DECIMAL = /^\d+(\.\d+)?$/;
const isDecimal = (value: unknown, length: string) => {
  const [precision, scale] = length.split('.').map(Number) as [number, number];
  const [whole = '', fraction = ''] = String(value).split('.');
  return DECIMAL.test(String(value)) && fraction.length === scale && (whole === '0' ? 0 : whole.length) <= precision - scale; // prettier-ignore
};
const FITS: Readonly<Record<ItemType, (value: unknown, item: Item) => boolean>> = {
  C: (value, { length, codeList }) =>
    typeof value === 'string' && value !== '' && (codeList ? codeList.includes(value) : [...value].length <= Number(length)), // prettier-ignore
  N: (value, { length }) => typeof value === 'string' && isDecimal(value, length!),
  Y: (value, { length }) => typeof value === 'string' && isDecimal(value, length ?? '8.2'),
  D: (value) => /^\d{4}-\d{2}-\d{2}$/.test(String(value)) && !Number.isNaN(Date.parse(String(value))),
  T: (value) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(String(value)) && !Number.isNaN(Date.parse(String(value))), // prettier-ignore
  L: (value) => typeof value === 'boolean',
  M: (value) => typeof value === 'string' && value.startsWith('示例'),
  G: (value) => value === null,
  B: (value) => typeof value === 'number' && Number.isFinite(value),
  I: (value) => Number.isSafeInteger(value),
  F: (value) => typeof value === 'number' && Number.isFinite(value),
};

const decimals = fc.integer({ min: 1, max: 38 }).chain((p) => fc.integer({ min: 0, max: p }).map((s) => `${p}.${s}`));
const anyItem = fc
  .record({
    type: fc.constantFrom(...ITEM_TYPES),
    characters: fc.integer({ min: 1, max: 500 }),
    decimals,
    codeList: fc.option(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 9 })),
    key: fc.boolean(),
    name: fc.string({ minLength: 1, maxLength: 30 }),
  })
  .map(({ type, characters, decimals: length, codeList, key, name }): Item => {
    const { length: _none, ...item } = anItem({ type, key, name });
    if (type === 'C') return { ...item, length: String(characters), ...(codeList && { codeList }) };
    return type === 'N' || (type === 'Y' && key) ? { ...item, length } : item;
  });

describe('rows of a sample', () => {
  it('are of the types, lengths and code lists of the items, whatever these are', () => {
    fc.assert(
      fc.property(anyItem, fc.string(), (item, seed) => {
        const rows = syntheticRows([item], seed, 20);
        expect(rows).toHaveLength(20);
        for (const row of rows) expect([item, row[item.code], FITS[item.type](row[item.code], item)]).toEqual([item, row[item.code], true]); // prettier-ignore
      }),
    );
  });

  it('are the same for the same version of an entry, and others for another', () => {
    const items = [anItem({ type: 'D', code: 'day' }), anItem({ type: 'N', code: 'sum', length: '8.2' })];
    const rows = syntheticRows(items, '203000-000001/1', 10);
    expect(syntheticRows(items, '203000-000001/1', 10)).toEqual(rows);
    expect(syntheticRows(items, '203000-000001/1', 5)).toEqual(rows.slice(0, 5));
    expect(syntheticRows(items, '203000-000001/2', 10)).not.toEqual(rows);
  });

  it.each([anItem({ key: true, length: '2' }), anItem({ key: true, type: 'I' }), anItem({ key: true, type: 'D' })])(
    'tell records apart by their key: $type',
    (item) => {
      const keys = syntheticRows([item], 's', 50).map((row) => row[item.code]);
      expect(new Set(keys).size).toBe(50);
    },
  );

  it('have nothing that looks like a citizen’s number', () => {
    const item = anItem({ code: 'idNumber', name: '公民身份号码', length: '18', sensitive: true });
    for (const row of syntheticRows([item], 's', 50)) expect(String(row['idNumber'])).toMatch(/^示例/);
  });
});
