import type { Principal } from '@qiongtong/contracts';
import { anItem, aKeyItem, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

describe('samples of an entry', () => {
  let catalogue: RunningCatalogue;
  const lives = livesIn(() => catalogue);
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations({ id: 'mzt', name: '海南省民政厅' });
  });
  afterAll(() => catalogue.close());

  const sample = (id: string, by: Principal, query = '') => lives.get(id, by, `sample${query}`);

  it('[R7.3] are generated, say so, and are the same for the same version', async () => {
    const items = [aKeyItem(), anItem({ code: 'status', name: '状态', length: '2', codeList: ['01', '02'] })];
    const id = await lives.anEntryIn('PUBLISHED', { items });
    const { body } = await sample(id, stranger);
    expect(body).toMatchObject({ synthetic: true, entryId: id, version: 1, items: [{ code: 'certNo', type: 'C' }, { code: 'status' }] }); // prettier-ignore
    expect((body['notice'] as { zh: string }).zh).toContain('不含任何真实数据');
    const rows = body['rows'] as Record<string, string>[];
    expect(rows).toHaveLength(10);
    expect(new Set(rows.map((row) => row['certNo'])).size).toBe(10);
    for (const row of rows) expect(['01', '02']).toContain(row['status']);
    expect((await sample(id, submitter)).body).toEqual(body);
    expect((await sample(id, stranger, '?rows=3')).body['rows']).toEqual(rows.slice(0, 3));
    for (const bad of ['?rows=0', '?rows=51', '?rows=a']) expect((await sample(id, stranger, bad)).status).toBe(400);
  });

  it('[R14.1] say no more of an entry than may be known of it', async () => {
    const summary = await lives.anEntryIn('PUBLISHED', { metadataVisibility: 'SUMMARY' });
    expect((await sample(summary, stranger)).body).toMatchObject({ items: [], rows: [] });
    expect((await sample(summary, submitter)).body['rows']).toHaveLength(10);
    const draft = await lives.anEntryIn('DRAFT');
    expect((await sample(draft, stranger)).status).toBe(404);
    expect((await sample(draft, submitter)).status).toBe(200);
    expect((await sample('203000-999999', submitter)).status).toBe(404);
  });
});
