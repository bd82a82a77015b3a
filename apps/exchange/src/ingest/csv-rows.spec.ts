import { anItem } from '@qiongtong/testing';
import fc from 'fast-check';
import type { ArrivedRow } from './arrived-rows';
import { csvRows, type Charset } from './csv-rows';

const items = [
  anItem({ code: 'no', name: '编号', key: true }),
  anItem({ code: 'name', name: '姓名' }),
  anItem({ code: 'copies', name: '份数', type: 'I', length: undefined }),
  anItem({ code: 'alive', name: '有效', type: 'L', length: undefined }),
  anItem({ code: 'ratio', name: '比例', type: 'F', length: undefined }),
  anItem({ code: 'fee', name: '费用', type: 'N', length: '8.2' }),
];

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function rowsOf(sheet: string | Buffer, { size = 7, charset = 'utf-8' as Charset, rowBytes = 4_000 } = {}) {
  const rows: ArrivedRow[] = [];
  for await (const some of csvRows(inPieces(Buffer.from(sheet), size), items, charset, rowBytes)) rows.push(...some);
  return rows;
}

describe('a CSV sheet', () => {
  it('[R9.2] is read by the codes or names of its first line, each value as its item’s type', async () => {
    const rows = await rowsOf('no,姓名,copies,有效,ratio,fee\n1,王小明,2,true,0.5,9.50\n2,,,0,1e3,\n');
    expect(rows.map(({ n, row }) => ({ n, row }))).toEqual([
      { n: 2, row: { no: '1', name: '王小明', copies: 2, alive: true, ratio: 0.5, fee: '9.50' } },
      { n: 3, row: { no: '2', alive: false, ratio: 1000 } },
    ]);
  });

  it('may mix line ends, begin with a mark of its encoding and quote what it likes', async () => {
    const rows = await rowsOf('\uFEFF"no",name\r\n1,"a,b"\n2,"c ""d""\ne"\r3,f\n\n4,g');
    expect(rows.map(({ row }) => row)).toEqual([
      { no: '1', name: 'a,b' },
      { no: '2', name: 'c "d"\ne' },
      { no: '3', name: 'f' },
      { no: '4', name: 'g' },
    ]);
  });

  it('leaves a value that is not of its type for the check of the row', async () => {
    const [row] = await rowsOf('no,copies,alive,ratio\n1,two,yes,0x1\n');
    expect(row!.row).toEqual({ no: '1', copies: 'two', alive: 'yes', ratio: '0x1' });
  });

  it.each([
    ['too few values', '1\n', 'has 1 values for 2 columns'],
    ['too many values', '1,a,b\n', 'has 3 values for 2 columns'],
    ['a quote inside a value', '1,a"b\n', 'has a quote where none may stand'],
    ['text behind a closing quote', '1,"a"b\n', 'has a quote where none may stand'],
  ])('has a bad row, and goes on, with %s', async (_what, bad, unreadable) => {
    const rows = await rowsOf(`no,name\n0,x\n${bad}2,y\n`);
    expect(rows.map(({ n, row, unreadable: why }) => [n, row, why])).toEqual([
      [2, { no: '0', name: 'x' }, undefined],
      [3, undefined, unreadable],
      [4, { no: '2', name: 'y' }, undefined],
    ]);
    expect(rows[1]!.text).toBe(bad.trim());
  });

  it('may be in the national encoding when it says so, and is told when it is not what it says', async () => {
    const gbk = Buffer.from([...Buffer.from('no,name\n1,'), 0xcd, 0xf5, ...Buffer.from('\n2,y\n')]);
    for (const size of [1, 100])
      expect((await rowsOf(gbk, { charset: 'gb18030', size }))[0]!.row).toEqual({ no: '1', name: '王' });
    const wrong = await rowsOf(gbk);
    expect(wrong.map((row) => row.unreadable)).toEqual(['has bytes that are not of the encoding', undefined]);
  });

  it.each([
    ['a column of no item', 'no,colour\n1,red\n', [{ pointer: '/1/2', message: 'column 2 is named after no item' }]],
    ['a column twice', 'no,name,姓名\n1,a,b\n', [{ pointer: '/1/3', message: 'column 3 is there twice' }]],
    ['no key', 'name\na\n', [{ pointer: '/1/no', message: 'the column is missing' }]],
  ])('is refused as a whole with %s', async (_what, sheet, errors) => {
    await expect(rowsOf(sheet)).rejects.toMatchObject({ code: 'exchange.csv_columns', details: { errors } });
  });

  it('is refused where a quote is never closed, and bounded before it has all of it', async () => {
    await expect(rowsOf('no,name\n1,"a\n2,b\n')).rejects.toMatchObject({
      code: 'exchange.csv_unreadable',
      details: { errors: [{ pointer: '/2' }] },
    });
    await expect(rowsOf(`no,name\n1,"${'a\n'.repeat(5_000)}`, { rowBytes: 1_000 })).rejects.toMatchObject({
      code: 'exchange.row_too_large',
    });
  });

  it('hands on what breaks while it is read', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('no,name\n1,a\n');
      throw new Error('the sender left');
    }
    const read = async () => {
      for await (const _ of csvRows(broken(), items, 'utf-8', 1_000)) continue;
    };
    await expect(read()).rejects.toThrow('the sender left');
  });

  it('keeps every text that was quoted by the rules, however it is cut into chunks', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((value) => value !== '' && !value.includes('\uFFFD'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const sheet = `no,name\n${texts.map((value, i) => `${i},"${value.replaceAll('"', '""')}"\r\n`).join('')}`;
          const rows = await rowsOf(sheet, { size });
          expect(rows.map(({ row }) => (row as { name: string }).name)).toEqual(texts);
        },
      ),
    );
  });
});
