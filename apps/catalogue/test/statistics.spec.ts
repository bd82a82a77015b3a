import { setTimeout as sleep } from 'node:timers/promises';
import { stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

describe('statistics of an entry', () => {
  let catalogue: RunningCatalogue;
  const lives = livesIn(() => catalogue);
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations({ id: 'mzt', name: '海南省民政厅' });
  });
  afterAll(() => catalogue.close());

  const told = (id: string, type: string, data: object) =>
    catalogue.sendRaw('facts.exchange', id, JSON.stringify({ resourceId: id, ...data }), `exchange.${type}.v1`);
  const until = async (id: string, expected: object) => {
    for (const giveUp = Date.now() + 30_000; ; await sleep(50)) {
      const { body } = await lives.get(id, submitter, 'statistics');
      if (Object.entries(expected).every(([name, value]) => body[name] === value)) return body;
      if (Date.now() > giveUp) return expect(body).toMatchObject(expected);
    }
  };

  const thisMonth = `${new Date().toISOString().slice(0, 7)}-01`;

  it('[R7.2] tell whether there are data, when they came last, and who uses them', async () => {
    const id = await lives.anEntryIn('PUBLISHED');
    expect((await lives.get(id, stranger, 'statistics')).body).toMatchObject({
      ...{ entryId: id, version: 1, dataStatus: 'NOT_MOUNTED', rows: 0, lastUpdate: null },
      dictionary: [{ code: 'certNo' }, { code: 'name' }],
      items: { count: 2, keys: 1, sensitive: 0, coded: 0, queryable: 2 },
      users: { departments: 0, grants: 0, unconditional: 0 },
    });
    await told(id, 'batch-applied', { batchNo: 2, rows: 7 });
    await told(id, 'batch-applied', { batchNo: 1, rows: 3 });
    expect(await until(id, { dataStatus: 'MOUNTED', rows: 7 })).toMatchObject({ lastUpdate: expect.any(String) as string }); // prettier-ignore
    await told(id, 'update-duty-changed', { state: 'OVERDUE' });
    await until(id, { dataStatus: 'STALE', rows: 7 });
    await catalogue.query(
      `INSERT INTO sharing_grant (id, version, resource_id, holder_id, status, items, until)
       SELECT id, 1, $1, holder, status, '{}', now() + wait FROM (VALUES
         ('g1', 'ybj', 'ACTIVE', interval '1 day'), ('g2', 'ybj', 'SUSPENDED', interval '1 day'),
         ('g3', 'wjw', 'REVOKED', interval '1 day'), ('g4', 'tyt', 'ACTIVE', interval '-1 day'))
         AS given (id, holder, status, wait)`,
      [id],
    );
    const users = async () => (await lives.get(id, stranger, 'statistics')).body['users'];
    expect(await users()).toEqual({ departments: 1, grants: 2, unconditional: 0 });
    // Who holds a grant counts once; who used it long ago no more.
    for (const [departmentId, month] of [['ybj', thisMonth], ['jyt', thisMonth], ['zjt', '2020-01-01']])
      await catalogue.sendRaw('facts.authorisation', id, JSON.stringify({ resourceId: id, departmentId, providerId: 'mzt', month }), 'authorisation.resource-used.v1'); // prettier-ignore
    for (const giveUp = Date.now() + 30_000; ; await sleep(50)) {
      const seen = await users();
      if ((seen as { unconditional: number }).unconditional === 2 || Date.now() > giveUp) {
        expect(seen).toEqual({ departments: 2, grants: 2, unconditional: 2 });
        break;
      }
    }
    await told(id, 'resource-disposed', {});
    await until(id, { dataStatus: 'NOT_MOUNTED' });
  });

  it('[R7.2] say of a provider’s own endpoint whether it answers', async () => {
    const id = await lives.anEntryIn('PUBLISHED', { deliveryMode: 'EXCHANGE_CHANNEL' });
    await until(id, { dataStatus: 'NOT_MOUNTED', rows: null });
    await told(id, 'endpoint-registered', { revision: 2, status: 'SUSPENDED' });
    await told(id, 'endpoint-registered', { revision: 1, status: 'ACTIVE' });
    await until(id, { dataStatus: 'UNAVAILABLE' });
    await told(id, 'endpoint-registered', { revision: 3, status: 'ACTIVE' });
    await until(id, { dataStatus: 'MOUNTED' });
  });

  it('[R14.1] say no more of an entry than may be known of it', async () => {
    const summary = await lives.anEntryIn('PUBLISHED', { metadataVisibility: 'SUMMARY' });
    expect((await lives.get(summary, stranger, 'statistics')).body).toMatchObject({ dictionary: [], items: { count: 0 } }); // prettier-ignore
    const draft = await lives.anEntryIn('DRAFT');
    expect((await lives.get(draft, stranger, 'statistics')).status).toBe(404);
  });
});
