import { buffer } from 'node:stream/consumers';
import ExcelJS from '@protobi/exceljs';
import { workbook } from './xlsx-writer';

async function read(bytes: Buffer) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer);
  return book;
}

describe('a workbook', () => {
  it('is read by another implementation as it was written', async () => {
    const cells = ['资源', '<&>"\'', ' 前后有空格 ', 'two\nlines', '=1+1', '𠮷'];
    const book = await read(
      await buffer(
        workbook([
          { name: '资源目录', rows: [cells] },
          { name: '二', rows: [['x']] },
        ]),
      ),
    );
    expect(book.worksheets.map(({ name }) => name)).toEqual(['资源目录', '二']);
    expect(cells.map((_, i) => book.worksheets[0]!.getRow(1).getCell(i + 1).value)).toEqual(cells);
    expect(book.worksheets[0]!.getRow(1).getCell(5).type).toBe(ExcelJS.ValueType.String);
  });

  it('leaves out what XML cannot hold', async () => {
    const book = await read(await buffer(workbook([{ name: 'a', rows: [['a\u0000b\u0008c\uffff']] }])));
    expect(book.worksheets[0]!.getRow(1).getCell(1).value).toBe('abc');
  });

  it('asks for rows as they are taken', async () => {
    let given = 0;
    const rows = (function* () {
      for (; given < 2_000_000; given++) yield [`row ${given} ${Math.sin(given)} ${Math.cos(given)}`];
    })();
    const stream = workbook([{ name: 'a', rows }]);
    for await (const chunk of stream) {
      expect((chunk as Buffer).length).toBeGreaterThan(0);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(given).toBeLessThan(100_000);
  });

  it('fails when its rows do', async () => {
    const rows = (async function* () {
      yield ['one'];
      throw new Error('the database is away');
    })();
    await expect(buffer(workbook([{ name: 'a', rows }]))).rejects.toThrow('the database is away');
  });
});
