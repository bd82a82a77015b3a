import fc from 'fast-check';
import { rowWriter } from './forms';

const ITEMS = ['no', 'text'];
const write = (form: 'JSON' | 'CSV', lines: string, cuts: readonly number[] = []): { text: string; rows: number } => {
  const writer = rowWriter(form, ITEMS);
  const bytes = Buffer.from(lines);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const parts = [0, ...ends].map((from, i) => writer.take(bytes.subarray(from, ends[i] ?? bytes.length)));
  return { text: Buffer.concat([...parts, writer.end()]).toString('utf8'), rows: writer.rows };
};
const linesOf = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** RFC 4180 as a reader of it would: cells in quotes may hold anything, a doubled quote is one. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of csv.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('the forms of a release', () => {
  const rows = fc.array(fc.record({ no: fc.nat().map(String), text: fc.string({ unit: 'binary' }) }), { maxLength: 5 });

  it('[R13.3] JSON is the rows, however the bytes are cut', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat()), (given, cuts) => {
        const { text, rows: counted } = write('JSON', linesOf(given), cuts);
        expect(JSON.parse(text)).toEqual({ items: given });
        expect(counted).toBe(given.length);
      }),
    );
  });

  it('[R13.3] CSV says the same to whoever reads it, however the bytes are cut', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat()), (given, cuts) => {
        const { text, rows: counted } = write('CSV', linesOf(given), cuts);
        const [head, ...read] = cellsOf(text);
        expect(head).toEqual(ITEMS);
        const shown = (value: string) =>
          /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
        expect(read).toEqual(given.map((row) => [row.no, shown(row.text)]));
        expect(counted).toBe(given.length);
      }),
    );
  });

  it('[R13.3] CSV has its head where there is no row, and nothing for what is absent', () => {
    expect(write('CSV', '').text).toBe('\ufeffno,text\r\n');
    expect(write('CSV', linesOf([{ no: 1.5, text: null }, { text: true }])).text).toBe(
      '\ufeffno,text\r\n1.5,\r\n,true\r\n',
    );
    expect(write('JSON', '').text).toBe('{"items":[]}');
  });

  it('[R13.3] CSV never carries more than the permitted items', () => {
    expect(write('CSV', linesOf([{ no: '1', text: 'a', idNumber: '460000' }])).text).toBe('\ufeffno,text\r\n1,a\r\n');
  });

  it.each([
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['@cmd', "'@cmd"],
    ['-1+1', "'-1+1"],
    ['-3.50', '-3.50'],
    ['a,b', '"a,b"'],
    ['line\nline', '"line\nline"'],
  ])('a spreadsheet runs nothing of %j', (value, cell) => {
    expect(write('CSV', linesOf([{ no: '1', text: value }])).text).toBe(`\ufeffno,text\r\n1,${cell}\r\n`);
  });
});
