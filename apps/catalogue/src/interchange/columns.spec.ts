import { CODE_LISTS, EXPLANATIONS, HEADINGS, rowsOf } from './sheet-rows';
import { aContent, anItem } from '../../test/builders';
import { LISTS, valueIn, type CodeList } from './code-lists';
import { AT, COLUMNS, lettersOf } from './columns';

const listed = (over: Partial<Parameters<typeof rowsOf>[0]> = {}) => ({
  resourceCode: '203000/000001',
  providerName: '海南省民政厅',
  publishedOn: null,
  content: aContent(),
  ...over,
});
const cell = (row: readonly string[], column: string) => row[AT.get(column)!];

describe('the sheet of the catalogue', () => {
  it('[R7.3] has every core element of the national guide, in its order, before what the platform adds', () => {
    const elements = COLUMNS.map(({ element }) => element ?? 99);
    expect(elements).toEqual([...elements].sort((a, b) => a - b));
    expect(new Set(elements)).toEqual(new Set([...Array.from({ length: 13 }, (_, i) => i + 1), 99]));
  });

  it('names each column once in each language', () => {
    for (const heading of HEADINGS) expect(new Set(heading).size).toBe(COLUMNS.length);
    expect(EXPLANATIONS).toHaveLength(COLUMNS.length + 1);
    expect(CODE_LISTS.length).toBeGreaterThan(40);
  });

  it.each(Object.values<CodeList>(LISTS))('$code: every name, code and number means one value', (list) => {
    for (const { value, zh, en, number } of list.values)
      for (const said of [value, zh, en, value.toLowerCase(), ` ${zh} `, ...(number ? [number] : [])])
        expect(valueIn(list, said)).toBe(value);
    expect(valueIn(list, '没有')).toBeUndefined();
  });

  it('[R7.3] has a row for each item, with what concerns the entry on each', () => {
    const rows = rowsOf(listed());
    expect(rows.map((row) => cell(row, 'item.code'))).toEqual(['certNo', 'name']);
    expect(rows.map((row) => cell(row, 'entry.name'))).toEqual(['最低生活保障对象信息', '最低生活保障对象信息']);
    expect(cell(rows[0]!, 'entry.sharingType')).toBe('有条件共享');
    expect(cell(rows[0]!, 'item.key')).toBe('1');
  });

  it('has one row for an entry without items', () => {
    const rows = rowsOf(listed({ content: aContent({ items: [] }) }));
    expect(rows).toHaveLength(1);
    expect(cell(rows[0]!, 'item.code')).toBe('');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=cmd|/C calc!A0', "'=1"])(
    'never begins a cell with what a spreadsheet would run: %j',
    (text) => {
      const content = aContent({ name: text, items: [anItem({ codeList: [text] })] });
      const [row] = rowsOf(listed({ content, providerName: text }));
      for (const said of row!) expect(said).not.toMatch(/^[=+\-@\t\r\n]/);
      expect(cell(row!, 'entry.name')).toBe(`'${text}`);
    },
  );

  it('counts columns as a spreadsheet does', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(lettersOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  });
});
