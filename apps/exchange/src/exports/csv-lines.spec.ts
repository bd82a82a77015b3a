import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvLines } from './csv-lines';

const TEXT = [
  { code: 'certNo', type: 'C' },
  { code: 'remark', type: 'M' },
] as const;
const lineOf = (
  value: unknown,
  type: 'C' | 'M' | 'N' | 'I' | 'L' | 'D' = 'C',
  formulas: 'AS_TEXT' | 'AS_IS' = 'AS_TEXT',
) => new CsvLines([{ code: 'x', type }], formulas).line({ x: value });

describe('lines of an exported sheet', () => {
  it('[R9.2] begin with the items’ codes, after a byte order mark where one is wanted', () => {
    const csv = new CsvLines(TEXT, 'AS_TEXT');
    expect(csv.head(false)).toBe('certNo,remark\r\n');
    expect(csv.head(true)).toBe('\ufeffcertNo,remark\r\n');
  });

  it.each([
    ['plain', 'plain'],
    ['', '""'],
    [null, ''],
    [undefined, ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    [' padded ', '" padded "'],
    ['海口', '海口'],
  ])('write %j as %s', (value, written) => {
    expect(lineOf(value)).toBe(`${written}\r\n`);
  });

  it.each([
    [true, 'L', 'true'],
    [-3, 'I', '-3'],
    ['-5.00', 'N', '-5.00'],
    ['2024-02-29', 'D', '2024-02-29'],
  ] as const)('leave %j of type %s as it is', (value, type, written) => {
    expect(lineOf(value, type)).toBe(`${written}\r\n`);
  });

  it.each(['=1+1', '+86 898', '-1', '@SUM(A1)', '\t=1', '=1+1', '@x', "'=1"])(
    'mark %j as text, so that no spreadsheet runs it',
    (value) => {
      const csv = new CsvLines([TEXT[0]], 'AS_TEXT');
      const [[written]] = parse(csv.line({ certNo: value })) as [[string]];
      expect(written).toBe(`'${value}`);
      expect(csv.marked).toBe(1);
      const [[asItIs]] = parse(lineOf(value, 'C', 'AS_IS')) as [[string]];
      expect(asItIs).toBe(value);
    },
  );

  it('give every value back: as it is, or by taking one apostrophe away', () => {
    // `\0` cannot be stored; an empty text and an absent value are one to a reader of CSV.
    const value = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1 }),
        fc.constantFrom('AS_TEXT', 'AS_IS'),
        (rows, how) => {
          const csv = new CsvLines(TEXT, how);
          const sheet = csv.head(false) + rows.map(([certNo, remark]) => csv.line({ certNo, remark })).join('');
          const read = (parse(sheet, { record_delimiter: '\r\n' }) as string[][]).slice(1);
          expect(read.map((line) => line.map((text) => (how === 'AS_IS' ? text : text.replace(/^'/, ''))))).toEqual(
            rows,
          );
        },
      ),
    );
  });
});
