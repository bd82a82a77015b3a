import { execFileSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import ExcelJS from '@protobi/exceljs';
import { parse } from 'csv-parse/sync';
import type { Principal } from '@qiongtong/contracts';
import { HEADINGS } from '../src/interchange/sheet-rows';
import { workbook } from '../src/interchange/xlsx-writer';
import { anItem, anOfficer, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { csvOf, sheetRows, type Line } from './sheet-of';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const IMPORTS = '/v1/catalogue-imports';

describe('imports of the catalogue', () => {
  let catalogue: RunningCatalogue;
  let sequence = 0;
  const code = () => `203000/${String(++sequence).padStart(6, '0')}`;
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations({ id: 'mzt', name: '海南省民政厅' }, { id: 'zgt', name: '海南省资源厅' });
  });
  afterAll(() => catalogue.close());

  type How = Readonly<{ by?: Principal; query?: string; type?: string; key?: string }>;
  const send = async (body: string | Uint8Array, { by = submitter, query = '', type = 'text/csv', key }: How = {}): Promise<Answer> => {
    const headers = { 'content-type': type, ...(key !== undefined && { 'idempotency-key': key }) };
    const answer = await catalogue.send('POST', IMPORTS + query, by, { headers, body });
    return { status: answer.status, body: (await answer.json()) as Answer['body'], etag: null };
  }; // prettier-ignore
  const ended = async (received: Answer, by = submitter): Promise<Answer['body']> => {
    expect(received).toMatchObject({ status: 202, body: { status: expect.any(String) } });
    for (;;) {
      const { body } = await catalogue.call('GET', `${IMPORTS}/${String(received.body['id'])}`, by);
      if (body['status'] !== 'RECEIVED') return body;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const imported = async (lines: readonly Line[], how: How = {}) => ended(await send(csvOf(lines), how), how.by);
  const faults = async (job: Answer['body'], by = submitter) =>
    (await catalogue.everyPage(`${IMPORTS}/${String(job['id'])}/faults?limit=2`, by)).map((fault) => [
      fault['row'],
      (fault['name'] as { field: string }).field,
      fault['code'],
    ]);
  const there = async (codes: readonly string[]) =>
    (
      await catalogue.query<{ id: string }>('SELECT resource_code AS id FROM entry WHERE resource_code = ANY($1)', [
        codes,
      ])
    ).length;

  it('[R7.3] make drafts of one’s own department, each with its fact', async () => {
    const [one, two] = [code(), code()];
    const job = await imported([{ code: one }, { code: two, provider: '海南省民政厅', content: { items: [] } }]);
    expect(job).toMatchObject({ status: 'IMPORTED', rows: 3, entries: 2, created: 2, faults: 0 });
    const { body } = await catalogue.call('GET', `/v1/catalogue/entries/${one.replace('/', '-')}`, submitter);
    expect(body).toMatchObject({
      status: 'DRAFT',
      providerId: 'mzt',
      draftedBy: submitter.officerId,
      sharingType: 'CONDITIONAL',
      items: [
        { code: 'certNo', key: true },
        { code: 'name', length: '100' },
      ],
    });
    const [fact] = await catalogue.factsOf(one.replace('/', '-'), 1);
    expect(fact).toMatchObject({ type: 'catalogue.entry-drafted.v1', data: { providerId: 'mzt' } });
  });

  it('[R7.3] are told cell by cell what is wrong, and then keep nothing', async () => {
    const codes = [code(), code(), code(), code()];
    const lines: Line[] = [
      { code: codes[0]! },
      { code: codes[1]!, cells: { 'entry.sharingType': '也许', 'entry.name': '', 'item.type': 'Z' } },
      { code: codes[2]!, content: { items: [anItem({ length: 'long' })] } },
      { code: codes[3]!, cells: { 'entry.classification': '1-01' } },
      { code: codes[0]!, content: { name: '另一个' } },
    ];
    const job = await imported(lines);
    expect(job).toMatchObject({ status: 'REFUSED', entries: 5, badEntries: 4, created: 0 });
    expect(await faults(job)).toEqual([
      [5, 'name', 'import.cell_missing'],
      [5, 'type', 'import.value_not_listed'],
      [5, 'sharingType', 'import.value_not_listed'],
      [6, 'type', 'import.value_not_listed'],
      [7, 'length', 'catalogue.item_invalid'],
      [8, 'resourceCode', 'catalogue.code_outside_classification'],
      [10, 'resourceCode', 'import.code_repeated'],
    ]);
    expect(await there(codes)).toBe(0);

    const report = await catalogue.send('GET', `${IMPORTS}/${String(job['id'])}/report`, submitter);
    const sheet = parse(await report.text(), { bom: true }) as string[][];
    expect(sheet).toHaveLength(8);
    expect(sheet[1]!.slice(0, 4)).toEqual(['5', 'B', '信息资源名称', 'import.cell_missing']);
    expect(sheet[1]!.join(' ')).toMatch(/必填项未填写.*What is needed is missing/);
  });

  it('keep the good rows where that is wanted', async () => {
    const codes = [code(), code()];
    const job = await imported([{ code: codes[0]! }, { code: codes[1]!, cells: { 'entry.updateCycle': '偶尔' } }], {
      query: '?mode=good-rows',
    });
    expect(job).toMatchObject({ status: 'PARTLY_IMPORTED', created: 1, badEntries: 1 });
    expect(await there(codes)).toBe(1);
  });

  it('only check in a dry run', async () => {
    const one = code();
    expect(await imported([{ code: one }], { query: '?dryRun=true' })).toMatchObject({ status: 'CHECKED', entries: 1, created: 0 }); // prettier-ignore
    expect(await there([one])).toBe(0);
  });

  it('[R6.1] recognise what is there, and overwrite nothing', async () => {
    const lines = [{ code: code() }, { code: code() }];
    await imported(lines);
    expect(await imported(lines)).toMatchObject({ status: 'IMPORTED', existing: 2, created: 0, faults: 0 });
    const changed = [{ code: lines[0]!.code, content: { name: '改过的名称' } }, lines[1]!];
    const job = await imported(changed);
    expect(job).toMatchObject({ status: 'REFUSED', existing: 1, badEntries: 1 });
    expect(await faults(job)).toEqual([[3, 'resourceCode', 'catalogue.code_taken']]);
  });

  it('answer a repetition under the same key as the first time', async () => {
    const body = csvOf([{ code: code() }]);
    const [first, again] = [await send(body, { key: 'one-key' }), await send(body, { key: 'one-key' })];
    expect(again.body['id']).toBe(first.body['id']);
  });

  it('refuse another file under the same key, also while the first is only being received', async () => {
    const files = [csvOf([{ code: code() }]), csvOf([{ code: code() }])] as const;
    const first = await send(files[0], { key: 'of-one-file' });
    expect(first.status).toBe(202);
    const other = await send(files[1], { key: 'of-one-file' });
    expect([other.status, other.body['code']]).toEqual([422, 'request.idempotency_key_reused']);
    const longer = await send(`${files[0]}\r\n`, { key: 'of-one-file' });
    expect(longer.status).toBe(422);
    const together = await Promise.all(files.map((file) => send(file, { key: 'at-once' })));
    expect(together.map(({ status }) => status).sort()).toEqual([202, 422]);
  });

  it('[R7.1] are for one’s own department', async () => {
    const job = await imported([
      { code: code(), provider: '海南省资源厅' },
      { code: code(), provider: '无此部门' },
    ]);
    expect(await faults(job)).toEqual([
      [3, 'provider', 'import.provider_not_own'],
      [5, 'provider', 'import.provider_unknown'],
    ]);
    expect((await catalogue.call('GET', `${IMPORTS}/${String(job['id'])}`, stranger)).status).toBe(404);
    expect((await catalogue.call('GET', `${IMPORTS}/${String(job['id'])}/faults`, stranger)).status).toBe(404);
    for (const by of [responsible, authority])
      expect((await send(csvOf([{ code: code() }]), { by })).body['code']).toBe('access.role_required');
    const other = { by: submitter, query: '?forDepartments=true' };
    expect((await send(csvOf([{ code: code() }]), other)).body['code']).toBe('access.role_required');
  });

  it('[R23.1] bring in what the former platform had, for several departments, with its codes', async () => {
    const codes = [code(), code()];
    const job = await imported([{ code: codes[0]!, provider: '海南省民政厅' }, { code: codes[1]!, provider: '海南省资源厅' }], { by: authority, query: '?forDepartments=true' }); // prettier-ignore
    expect(job).toMatchObject({ status: 'IMPORTED', created: 2 });
    const rows = await catalogue.query('SELECT provider_id AS p FROM entry WHERE resource_code = ANY($1) ORDER BY id', [codes]); // prettier-ignore
    expect(rows).toEqual([{ p: 'mzt' }, { p: 'zgt' }]);
    const unnamed = await imported([{ code: code() }], { by: authority, query: '?forDepartments=true' });
    expect(await faults(unnamed, authority)).toEqual([[3, 'provider', 'import.cell_missing']]);
  });

  it('[R2.3] are refused with marked text, of which nothing is kept', async () => {
    const secret = '机密★长期 海防部署';
    const refused = await send(csvOf([{ code: code() }, { code: code(), content: { abstract: secret } }]));
    expect([refused.status, refused.body['code']]).toEqual([422, 'catalogue.secret_mark']);
    expect(await catalogue.tablesContaining('海防部署')).toEqual([]);
    const [kept] = await catalogue.query<{ n: number }>(`SELECT count(*)::int AS n FROM registration_refusal`);
    expect(kept!.n).toBe(1);
  });

  it('read the national encoding as well', async () => {
    const one = code();
    const utf8 = csvOf([{ code: one, content: { name: '镕鎔企业名录', abstract: '㙍𠮷' } }]);
    const gb = execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: utf8 });
    expect(await ended(await send(gb, { type: 'text/csv; charset=utf-8' }))).toMatchObject({ status: 'IMPORTED' });
    const { body } = await catalogue.call('GET', `/v1/catalogue/entries/${one.replace('/', '-')}`, submitter);
    expect(body).toMatchObject({ name: '镕鎔企业名录', abstract: '㙍𠮷' });
  });

  it('read workbooks, ours and those of others', async () => {
    const lines = [{ code: code() }, { code: code() }];
    const ours = await buffer(workbook([{ name: '别的', rows: [['x']] }, { name: '资源目录', rows: [...HEADINGS, ...sheetRows(lines)] }])); // prettier-ignore
    expect(await ended(await send(ours, { type: XLSX }))).toMatchObject({ status: 'IMPORTED', created: 2, format: 'xlsx' }); // prettier-ignore
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('Sheet1');
    for (const row of [...HEADINGS, ...sheetRows([{ code: code(), cells: { 'entry.updateCycle': '4' } }])])
      sheet.addRow(row.map((cell) => (/^\d+$/.test(cell) ? Number(cell) : cell)));
    const theirs = Buffer.from(await book.xlsx.writeBuffer());
    expect(await ended(await send(theirs, { type: XLSX }))).toMatchObject({ status: 'IMPORTED', created: 1 });
  });

  it.each([
    ['nothing at all', '', 'text/csv', 422, 'import.file_empty'],
    ['headings alone', csvOf([]), 'text/csv', 422, 'import.file_empty'],
    ['other headings', 'a,b\r\n1,2\r\n', 'text/csv', 422, 'import.columns_unknown'],
    ['an open quote', `${csvOf([])}"abc`, 'text/csv', 422, 'import.file_unreadable'],
    ['text that is no workbook', 'a,b', XLSX, 422, 'import.file_unreadable'],
    ['another type', 'a,b', 'text/plain', 415, 'request.unsupported_media_type'],
  ])('say what is wrong with a file of %s', async (_name, body, type, status, refusal) => {
    const answer = await send(body, { type });
    expect([answer.status, answer.body['code']]).toEqual([status, refusal]);
  });

  it('read columns in any order, in either language', async () => {
    const one = code();
    const sheet = `Resource code,信息资源名称,classification\r\n${one},名称,2-03\r\n`;
    expect(await ended(await send(sheet))).toMatchObject({ status: 'IMPORTED', created: 1 });
  });

  it('find a code that was taken while they were checked', async () => {
    const codes = Array.from({ length: 30 }, code);
    const lines = codes.map((each) => ({ code: each }));
    const other = anOfficer({ officerId: 'mzt-other' });
    const [job, rival] = await Promise.all([imported(lines), imported(lines, { by: other })]);
    expect([job, rival].every(({ status }) => status === 'IMPORTED')).toBe(true);
    expect(Number(job['created']) + Number(rival['created'])).toBe(30);
    expect(await there(codes)).toBe(30);
  });
});
