import type { Principal } from '@qiongtong/contracts';
import type { Page, Problem } from '@qiongtong/platform';
import { anOrganisation, aResource } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import type { NodeView } from '../src/tasks/nodes.service';
import type { TaskRunView, TaskView } from '../src/tasks/tasks.service';
import { aRow, marriages, ndjson, principalOf, TestExchange, until } from './exchange';

jest.setTimeout(120_000);

const officer = (
  departmentId: string,
  roles: Principal['roles'] = ['SUBMITTER'],
  regionCode = '460000',
): Principal => ({
  ...principalOf('none', departmentId),
  kind: 'officer',
  officerId: `${departmentId}-officer`,
  systemId: null,
  regionCode,
  roles,
});
const OPERATOR = officer('operator', ['PLATFORM_OPERATOR']);
const PROVINCE = officer('authority', ['PROVINCIAL_AUTHORITY']);
const SANYA = officer('sanya', ['LOCAL_AUTHORITY'], '460200');
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('the tasks of the exchange [R9.1, R14.9]', () => {
  let exchange: TestExchange;

  const tasks = async (by: Principal, query = ''): Promise<TaskView[]> => {
    const found: TaskView[] = [];
    for (let cursor = ''; ;) {
      const path = `/v1/exchange/tasks?limit=3${query}${cursor}`;
      const answer = await exchange.call<Page<TaskView>>('GET', path, { principal: by });
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('items')]);
      found.push(...answer.json.items);
      if (answer.json.next === null) return found;
      cursor = `&cursor=${answer.json.next}`;
    }
  };
  const ids = async (by: Principal, query?: string) => (await tasks(by, query)).map(({ id }) => id);
  const runs = async (by: Principal, id: string, query = '') => {
    const path = `/v1/exchange/tasks/${id}/runs?limit=2${query}`;
    return (await exchange.call<Page<TaskRunView> & Problem>('GET', path, { principal: by })).json;
  };
  const job = (n: number, over: Record<string, unknown> = {}) => {
    const row = {
      ...{ id: `01900000-0000-7000-8000-00000000000${n}`, kind: 'EXPORT', resource_id: 'big', provider_id: 'mzt' },
      ...{
        department_id: 'mzj',
        decision_id: 'd',
        use: { systemId: 'mzj-system' },
        format: 'CSV',
        gzip: false,
        bom: false,
      },
      ...{ formulas: 'AS_IS', status: 'EXPIRED', asked_at: at(n), started_at: at(n), settled_at: at(n + 1), rows: 5 },
      ...{ bytes: 50, attempt: 1, query: { filter: { item: 'idNumber', op: 'eq', value: 'secret' } }, ...over },
    };
    const values = Object.values(row).map((value) =>
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    );
    const places = values.map((_, i) => `$${i + 1}`).join();
    return exchange.pool.query(`INSERT INTO export_job (${Object.keys(row).join()}) VALUES (${places})`, values);
  };

  beforeAll(async () => {
    exchange = await TestExchange.start({ CHANNEL_NODES: 'node.gov.example=10.0.0.0/8' });
    await exchange.state('policy.organisations', anOrganisation({ id: 'sanya-mzj', regionCode: '460200' }));
    await exchange.state('policy.resources', aResource({ ...marriages, id: 'of-sanya', providerId: 'sanya-mzj' }));
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.resource('of-sanya') !== undefined && index.organisation('sanya-mzj') !== undefined);
    await job(1);
    await job(2, { status: 'FAILED', failure: 'export.too_large', department_id: 'gat' });
    await job(3, {
      provider_id: 'gat',
      department_id: 'mzj',
      resource_id: 'foreign',
      status: 'CANCELLED',
      started_at: null,
    });
    await job(4, { kind: 'QUERY', resource_id: 'elsewhere', status: 'EXPIRED' });
    await job(5, { provider_id: 'sanya-mzj', department_id: 'gat', resource_id: 'of-sanya' });
    await exchange.pool.query(
      `INSERT INTO feed_subscription (id, resource_id, provider_id, department_id, system_id, decision_id, use, url, channel,
         status, cause, reached_batch, reached_key, failures, failing_since, last_failure, due_at, opened_at)
       VALUES ('feed', 'big', 'mzt', 'mzj', 'mzj-system', 'd', '{}', 'https://there.gov.example:8443/hidden?secret=1', 'WEBHOOK',
         'PAUSED', NULL, 0, '', 2, $1, 'status 500', $1, $1)`,
      [at(0)],
    );
    const sent = [[0, null, null], [1, 3, 300], [2, null, null]] as const; // prettier-ignore
    for (const [position, changes, bytes] of sent)
      await exchange.pool.query(
        `INSERT INTO feed_batch (subscription_id, position, previous, to_batch, to_key, decision_id, terms, digest, recorded_at,
           delivered_at, changes, bytes) VALUES ('feed', $1, 0, 0, '', 'd', '', '', $2, $3, $4, $5)`,
        [position, at(10 + position), position === 2 ? null : at(10 + position), changes, bytes],
      );
    const endpoint = await exchange.call('PUT', '/v1/resources/elsewhere/endpoint', {
      principal: officer('mzt', ['RESPONSIBLE_OFFICER']),
      body: JSON.stringify({ url: 'http://node.gov.example:8080/base', status: 'SUSPENDED' }),
      headers: { 'content-type': 'application/json', 'if-match': '"0"' },
    });
    expect(endpoint.status).toBe(200);
    for (const [n, outcome] of [[1, 'complete'], [2, 'aborted']] as const)
      await exchange.pool.query(
        `INSERT INTO delivery (id, decision_id, resource_id, hash_key_id, opened_at, closed_at, outcome, rows)
         VALUES ($1, 'd', 'elsewhere', 'h', $2, $2, $3, 7)`,
        [`delivery-${n}`, at(20 + n), outcome],
      ); // prettier-ignore
    await exchange.push(ndjson([aRow(0), aRow(1)]), { resourceId: 'big' });
    await exchange.push('not json\n', { resourceId: 'big' });
    // What is pushed comes now; all else was long ago.
  });
  afterAll(() => exchange?.stop());

  it('[R6.4] are all of them to the operator, kind by kind, with how each does and never with what it holds', async () => {
    const all = await tasks(OPERATOR);
    const job = (n: number) => `01900000-0000-7000-8000-00000000000${n}`;
    expect(all.map(({ id }) => id)).toEqual([
      'CHANNEL.elsewhere',
      ...[5, 3, 2, 1].map((n) => `EXPORT.${job(n)}`),
      'FEED.feed',
      ...['order', 'of-sanya', 'foreign', 'big', '203000-000001'].map((id) => `PUSH.${id}`),
      `QUERY.${job(4)}`,
    ]);
    const of = (id: string) => all.find((task) => task.id === id)!;
    expect(of('CHANNEL.elsewhere')).toEqual({
      ...{ kind: 'CHANNEL', id: 'CHANNEL.elsewhere', resourceId: 'elsewhere', providerId: 'mzt', departmentId: null },
      ...{ systemId: null, state: 'SUSPENDED', cause: null },
      lastRun: {
        ...{
          id: 'delivery-2',
          state: 'FAILED',
          startedAt: at(22),
          endedAt: at(22),
          rows: 7,
          bytes: null,
          failure: null,
        },
      },
    });
    expect(of(`EXPORT.${job(2)}`)).toMatchObject({
      ...{ state: 'FAILED', cause: 'export.too_large', departmentId: 'gat', systemId: 'mzj-system' },
      lastRun: { state: 'FAILED', startedAt: at(2), endedAt: at(3), rows: 5, bytes: 50, failure: 'export.too_large' },
    });
    expect(of(`EXPORT.${job(3)}`)).toMatchObject({ state: 'CANCELLED', lastRun: null });
    expect(of('FEED.feed')).toMatchObject({ state: 'PAUSED', lastRun: { id: '2', state: 'RUNNING', endedAt: null } });
    expect(of('PUSH.order')).toMatchObject({ state: 'WAITING', lastRun: null });
    expect(of('PUSH.big').state).toBe('FAILED');
    expect(JSON.stringify(all)).not.toMatch(/secret|hidden|王小明/);
  });

  it('[R14.7] are to a department what it provides and what it uses, and to an authority what concerns its jurisdiction', async () => {
    const of = (...ns: number[]) =>
      ns.map((n) => `${n === 4 ? 'QUERY' : 'EXPORT'}.01900000-0000-7000-8000-00000000000${n}`);
    expect(await ids(officer('mzj'))).toEqual([...of(3, 1), 'FEED.feed', ...of(4)]);
    expect(await ids(principalOf('gat-system', 'gat'))).toEqual([...of(5, 3, 2), 'PUSH.foreign']);
    expect(await ids(SANYA)).toEqual([...of(5), 'PUSH.of-sanya']);
    expect(await ids(PROVINCE)).toEqual(await ids(OPERATOR));
    expect(await ids(officer('nobody'))).toEqual([]);
    // To name somebody else opens nothing that one does not share with them.
    expect(await ids(officer('mzj'), '&departmentId=gat')).toEqual(of(3));
    expect(await ids(officer('nobody'), '&departmentId=mzj')).toEqual([]);
    // The post of an operator is an officer's.
    expect(await ids({ ...OPERATOR, officerId: null, systemId: 'operators-system', kind: 'system' })).toEqual([]);
  });

  it('are found by kind, state, resource, department and time', async () => {
    const job = (n: number) => `EXPORT.01900000-0000-7000-8000-00000000000${n}`;
    expect(await ids(OPERATOR, '&kind=FEED')).toEqual(['FEED.feed']);
    expect(await ids(OPERATOR, '&state=FAILED')).toEqual([job(2), 'PUSH.big']);
    expect(await ids(OPERATOR, '&state=WAITING&kind=PUSH')).toEqual(['order', 'of-sanya', 'foreign', '203000-000001'].map((id) => `PUSH.${id}`)); // prettier-ignore
    expect(await ids(OPERATOR, '&state=NOT_REGISTERED')).toEqual([]);
    expect(await ids(OPERATOR, '&state=SUSPENDED')).toEqual(['CHANNEL.elsewhere']);
    expect(await ids(OPERATOR, '&resourceId=big')).toEqual([job(2), job(1), 'FEED.feed', 'PUSH.big']);
    expect(await ids(OPERATOR, '&departmentId=gat')).toEqual([job(5), job(3), job(2), 'PUSH.foreign']);
    expect(await ids(OPERATOR, `&from=${at(2)}&until=${at(4)}`)).toEqual([job(3), job(2)]);
    expect(await ids(OPERATOR, `&from=${at(12)}&until=${at(13)}`)).toEqual(['FEED.feed']);
    expect(await ids(PROVINCE, '&departmentId=gat&state=FAILED')).toEqual([job(2)]);
  });

  it('tell when they ran, page by page, to whoever sees them', async () => {
    const first = await runs(officer('mzt'), 'PUSH.big');
    expect(first.items.map(({ state, rows, bytes }) => [state, rows, bytes])).toEqual([
      ['FAILED', expect.any(Number), null],
      ['DONE', 2, Buffer.byteLength(ndjson([aRow(0), aRow(1)]))],
    ]);
    expect(first.items[0]!.failure).toEqual(expect.stringMatching(/^exchange\.|^request\./));
    expect((await runs(OPERATOR, 'PUSH.big', `&until=${at(0)}`)).items).toEqual([]);
    const feed = await runs(officer('mzj'), 'FEED.feed');
    expect(feed.items).toMatchObject([
      { id: '2', state: 'RUNNING', endedAt: null, rows: null },
      { id: '1', state: 'DONE', rows: 3, bytes: 300 },
    ]);
    const channel = await runs(PROVINCE, 'CHANNEL.elsewhere', `&from=${at(21)}`);
    expect(channel.items.map(({ id }) => id)).toEqual(['delivery-2', 'delivery-1']);
    const one = (query = '') =>
      exchange.call<Page<TaskRunView>>('GET', `/v1/exchange/tasks/CHANNEL.elsewhere/runs?limit=1${query}`, {
        principal: PROVINCE,
      });
    const { next } = (await one()).json;
    expect((await one(`&cursor=${next}`)).json).toMatchObject({ items: [{ id: 'delivery-1' }], next: null });
    const exported = 'EXPORT.01900000-0000-7000-8000-000000000001';
    for (const by of [officer('mzt'), officer('mzj')])
      expect((await runs(by, exported)).items).toMatchObject([{ id: '1', state: 'DONE', rows: 5, bytes: 50 }]);
    expect((await runs(OPERATOR, exported, `&until=${at(1)}`)).items).toEqual([]);
  });

  it.each([
    ['PUSH.big', officer('gat')],
    ['PUSH.big', SANYA],
    ['CHANNEL.elsewhere', officer('mzj')],
    ['FEED.feed', officer('gat')],
    ['EXPORT.01900000-0000-7000-8000-000000000001', officer('gat')],
    ['QUERY.01900000-0000-7000-8000-000000000001', officer('mzj')],
    ['PUSH.elsewhere', OPERATOR],
    ['PUSH.nobodys', OPERATOR],
    ['nothing', OPERATOR],
  ])('[R14.7] as %s is one that does not exist to who has nothing to do with it', async (id, by) => {
    expect(await runs(by, id)).toMatchObject({ code: 'request.not_found' });
  });

  it.each([
    ['state=OTHER'],
    ['kind=push'],
    ['from=yesterday'],
    ['from=2026-W01-1'],
    ['from=2026-02-30T00:00:00Z'],
    ['until=0000-01-01T00:00:00Z'],
    ['until=2026-01-01T24:00:00Z'],
    ['cursor=forged'],
    ['limit=0'],
    ['all=true'],
  ])('are not asked for with %s', async (query) => {
    const answer = await exchange.call('GET', `/v1/exchange/tasks?${query}`, { principal: OPERATOR });
    expect(answer.status).toBe(400);
  });

  it('[R6.4] [R9.3] run at nodes, which are listed with how they do and without where exactly', async () => {
    const nodes = async (by: Principal) =>
      (await exchange.call<Page<NodeView>>('GET', '/v1/exchange/nodes', { principal: by })).json.items;
    const provider = {
      ...{ kind: 'PROVIDER', node: 'node.gov.example:8080', departmentId: 'mzt', uses: 1, active: 0, failing: 0 },
      lastFailure: null,
    };
    const receiver = {
      ...{ kind: 'RECEIVER', node: 'there.gov.example:8443', departmentId: 'mzj', uses: 1, active: 0, failing: 1 },
      lastFailure: { at: at(0), why: 'status 500' },
    };
    expect(await nodes(OPERATOR)).toEqual([provider, receiver]);
    expect(await nodes(PROVINCE)).toEqual([provider, receiver]);
    expect(await nodes(officer('mzt'))).toEqual([provider]);
    expect(await nodes(officer('mzj'))).toEqual([receiver]);
    expect(await nodes(SANYA)).toEqual([]);
    const page = await exchange.call<Page<NodeView>>('GET', '/v1/exchange/nodes?limit=1', { principal: OPERATOR });
    const rest = `/v1/exchange/nodes?limit=1&cursor=${page.json.next}`;
    expect((await exchange.call<Page<NodeView>>('GET', rest, { principal: OPERATOR })).json).toEqual({ items: [receiver], next: null }); // prettier-ignore
  });
});
