import { parse } from 'csv-parse/sync';
import ExcelJS from '@protobi/exceljs';
import { AT, COLUMNS } from '../src/interchange/columns';
import { aContent, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';

describe('the catalogue as a sheet', () => {
  let catalogue: RunningCatalogue;
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations({ id: 'mzt', name: '海南省民政厅' }, { id: 'zgt', name: '海南省资源厅' });
  });
  afterAll(() => catalogue.close());

  const csv = async (by = submitter, more = '') => {
    const answer = await catalogue.send('GET', `/v1/catalogue-export?format=csv${more}`, by);
    expect(answer.status).toBe(200);
    return parse(await answer.text(), { bom: true }) as string[][];
  };
  const codes = (rows: string[][]) => [...new Set(rows.slice(2).map((row) => row[AT.get('entry.resourceCode')!]))];
  const published = async (code: string, over: Parameters<typeof aContent>[0] = {}) => {
    const body = { ...aContent(over), resourceCode: code };
    await catalogue.call('POST', '/v1/catalogue/entries', submitter, { body });
    await catalogue.query(
      `UPDATE entry SET status = 'PUBLISHED', published_on = '2026-11-20' WHERE resource_code = $1`,
      [code],
    );
  };

  it('[R7.3] is given as an empty template, with explanations and code lists', async () => {
    const answer = await catalogue.send('GET', '/v1/catalogue-template', stranger);
    expect(answer.headers.get('content-type')).toContain('spreadsheetml.sheet');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="catalogue-sheet.xlsx"');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await answer.arrayBuffer());
    expect(book.worksheets.map(({ name, rowCount }) => [name, rowCount > 2])).toEqual([
      ['资源目录', false],
      ['填写说明', true],
      ['代码表', true],
    ]);
    for (const part of ['sheet', 'explanations', 'code-lists']) {
      const sheet = await catalogue.send('GET', `/v1/catalogue-template?format=csv&part=${part}`, stranger);
      expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    }
    const refused = await catalogue.call('GET', '/v1/catalogue-template?format=ods', stranger);
    expect([refused.status, refused.body['code']]).toEqual([400, 'request.invalid']);
  });

  it('[R14.1] holds what the caller may see, no more', async () => {
    await published('203000/000101');
    await published('203000/000102', { metadataVisibility: 'SUMMARY' });
    const hidden: Parameters<typeof aContent>[0] = {
      sharingType: 'NOT_SHARED',
      deliveryMode: 'NONE',
      sharingCondition: null,
      sensitivityReason: null,
      sharingMethods: [],
      metadataVisibility: 'HIDDEN',
      legalBasis: { law: '某法', article: '第一条', documentNumber: '1号', attachmentDigest: null },
    };
    await published('203000/000103', hidden);
    await catalogue.call('POST', '/v1/catalogue/entries', submitter, {
      body: { resourceCode: '203000/000104', classification: '2-03', name: '=HYPERLINK("http://x")' },
    });

    const own = await csv();
    expect(codes(own)).toEqual(['203000/000101', '203000/000102', '203000/000103', '203000/000104']);
    expect(own[0]).toEqual(COLUMNS.map(({ zh }) => zh));
    expect(own.at(-1)![AT.get('entry.name')!]).toBe('\'=HYPERLINK("http://x")');
    expect(own.at(-1)![AT.get('entry.provider')!]).toBe('海南省民政厅');

    const others = await csv(stranger);
    expect(codes(others)).toEqual(['203000/000101', '203000/000102']);
    const items = others.slice(2).map((row) => row[AT.get('item.code')!]);
    expect(items).toEqual(['certNo', 'name', '']);

    expect(codes(await csv(authority))).toEqual(['203000/000101', '203000/000102', '203000/000103']);
    expect(codes(await csv(stranger, '&sharingType=UNCONDITIONAL'))).toEqual([]);
    expect(codes(await csv(responsible, '&status=DRAFT'))).toEqual(['203000/000104']);
  });

  it('says the same in a workbook', async () => {
    const answer = await catalogue.send('GET', '/v1/catalogue-export?format=xlsx', stranger);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await answer.arrayBuffer());
    const rows = (await csv(stranger)).map((row) => row.map((cell) => (cell === '' ? null : cell)));
    const sheet = book.worksheets[0]!;
    rows.forEach((row, i) => expect(row.map((_, at) => sheet.getRow(i + 1).getCell(at + 1).value)).toEqual(row));
    expect(sheet.rowCount).toBe(rows.length);
  });
});
