import { createHash, createHmac } from 'node:crypto';
import type { Principal, ResourceDisposed, ResourceState } from '@qiongtong/contracts';
import { aResource } from '@qiongtong/testing';
import { Disposer } from '../src/disposals/disposer';
import { LivePolicy } from '../src/policy/live-policy';
import { aRow, marriages, ndjson, principalOf, TestExchange, until } from './exchange';

type View = {
  id: string;
  status: string;
  dueAt: string;
  digest: string | null;
  counts: Record<string, number>;
  code?: string;
};
type List = { items: View[]; next: string | null; code?: string };
const ROWS = 4_500;
const DAY_MS = 24 * 3600 * 1000;
const officer = (departmentId: string, role: Principal['roles'][number], regionCode = '460100'): Principal => ({
  ...principalOf('', departmentId),
  ...{ kind: 'officer', officerId: `${departmentId}-officer`, systemId: null, roles: [role], regionCode },
});
const RESPONSIBLE = officer('mzt', 'RESPONSIBLE_OFFICER');
const AUTHORITY = officer('gxj', 'LOCAL_AUTHORITY');

describe('what a withdrawn resource leaves behind', () => {
  let exchange: TestExchange;
  let version = 1;
  const said = async (id: string, status: ResourceState['status']) => {
    await exchange.state('policy.resources', aResource({ ...marriages, id, status, version: ++version }));
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.resource(id)?.version === version);
  };
  const keep = (days: number) => exchange.service.app.get(Disposer).keep(new Date(Date.now() + days * DAY_MS));
  const call = <T = View>(method: string, path: string, by: Principal, body?: object) =>
    exchange.call<T>(method, `/v1/resources/${path}`, {
      principal: by,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
  const latest = async (id: string) => (await call<List>('GET', `${id}/disposals`, RESPONSIBLE)).json.items[0]!;
  const push = async (resourceId: string, rows: readonly unknown[], query = '') =>
    expect((await exchange.push(ndjson(rows), { resourceId, query })).status).toBe(201);
  const rowsOf = (resourceId: string) => exchange.count('record WHERE resource_id = $1', [resourceId]);
  /** Everything that is stored of other resources, and of batches, deliveries and what left. */
  const others = async (resourceId: string) => {
    const { rows } = await exchange.pool.query<{ all: string }>(
      `SELECT md5(concat(
         (SELECT string_agg(r::text, '|' ORDER BY resource_id, record_key) FROM record r WHERE resource_id <> $1),
         (SELECT string_agg(c::text, '|' ORDER BY resource_id, batch_no, record_key) FROM record_change c WHERE resource_id <> $1),
         (SELECT string_agg(c::text, '|' ORDER BY resource_id) FROM resource_counter c WHERE resource_id <> $1),
         (SELECT string_agg(m::text, '|' ORDER BY resource_id, batch_no) FROM batch_moment m WHERE resource_id <> $1),
         (SELECT string_agg(q::text, '|' ORDER BY batch_id, n) FROM quarantined_row q JOIN batch b ON b.id = q.batch_id WHERE b.resource_id <> $1),
         (SELECT string_agg(b::text, '|' ORDER BY id) FROM batch b),
         (SELECT string_agg(d::text, '|' ORDER BY id) FROM delivery d),
         (SELECT string_agg(h::text, '|' ORDER BY id) FROM hash_key h))) AS all`,
      [resourceId],
    );
    return rows[0]!.all;
  };
  const certificates = async (resourceId: string) =>
    (await exchange.said<ResourceDisposed['data']>('exchange.resource-disposed.v1')).filter(
      (data) => data.resourceId === resourceId,
    );
  const breakAfter = (rows: number) =>
    exchange.pool.query(
      `CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF (SELECT count(*) FROM record WHERE resource_id = 'big') < ${rows} THEN RAISE 'broken off'; END IF;
         RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER break AFTER UPDATE ON disposal DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION break()`,
    );

  beforeAll(async () => {
    exchange = await TestExchange.start({ DISPOSAL_AFTER_DAYS: '90', DISPOSAL_AFTER_DAYS_OF: 'foreign=1,order=10' });
    await push(
      'big',
      Array.from({ length: ROWS }, (_, n) => aRow(n)),
    );
    await push('big', [aRow(1, { copies: 77 }), aRow(2, { status: '9' })], '?onInvalid=quarantine');
    await push('order', [aRow(1), aRow(2), aRow(3, { status: '9' })], '?onInvalid=quarantine');
    await exchange.read('/v1/resources/big/records?limit=200', { items: ['certNo'] });
    await exchange.pool.query(
      `INSERT INTO export_job (id, resource_id, provider_id, department_id, decision_id, use, format, gzip, bom, formulas,
         status, asked_at, digest, blob)
       VALUES ('e1', 'big', 'mzt', 'mzj', 'd', '{}', 'CSV', false, false, 'AS_IS', 'EXPIRED', now(), 'abc', 'e1-file')`,
    );
  });
  afterAll(() => exchange.stop());

  it('[R7.1] is kept for its retention, and the provider and who oversees it see until when', async () => {
    await said('big', 'WITHDRAWN');
    await Promise.all([keep(0), keep(0)]);
    const disposal = await latest('big');
    expect(disposal).toMatchObject({ status: 'WAITING', digest: null });
    const days = (Date.parse(disposal.dueAt) - Date.now()) / DAY_MS;
    expect(days).toBeGreaterThan(89);
    expect(days).toBeLessThan(91);
    await keep(80);
    expect(await rowsOf('big')).toBe(ROWS);
    const seen = await call('GET', `big/disposals/${disposal.id}`, AUTHORITY);
    expect([seen.status, seen.json.id]).toEqual([200, disposal.id]);
    expect(await exchange.count(`disposal WHERE resource_id = 'big'`)).toBe(1);
    expect(await exchange.said('exchange.disposal-scheduled.v1')).toHaveLength(1);
  });

  it.each<[string, Principal, number, string]>([
    ['another department’s officer', officer('gat', 'RESPONSIBLE_OFFICER'), 404, 'request.not_found'],
    ['the authority of another region', officer('sanya', 'LOCAL_AUTHORITY', '460200'), 404, 'request.not_found'],
    ['a reviewer of the provider', officer('mzt', 'REVIEWER'), 403, 'access.role_required'],
    ['its system', principalOf('mzt-system', 'mzt'), 403, 'access.role_required'],
    ['an auditor', officer('sjt', 'AUDITOR'), 403, 'access.role_required'],
  ])('[R14.7] is neither held nor hastened by %s', async (_who, by, status, code) => {
    const { id } = await latest('big');
    for (const [act, body] of [
      ['hold', { reason: '诉讼' }],
      ['release', { reason: '诉讼' }],
      ['order', { reason: '诉讼', basis: '某法' }],
    ] as const) {
      const refused = await call('POST', `big/disposals/${id}/${act}`, by, body);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
    }
    if (status !== 404) return;
    const [known, unknown] = [
      await call('GET', `big/disposals/${id}`, by),
      await call('GET', 'big/disposals/nobodys', by),
    ];
    expect([known.status, known.json.code]).toEqual([unknown.status, unknown.json.code]);
    expect((await call('GET', 'big/disposals', by)).status).toBe(404);
    // Nor under the name of a resource of one's own.
    expect((await call('GET', `foreign/disposals/${id}`, officer('gat', 'RESPONSIBLE_OFFICER'))).status).toBe(404);
  });

  it.each([
    ['hold', {}],
    ['hold', { reason: '' }],
    ['hold', { reason: 'x'.repeat(501) }],
    ['order', { reason: '没有依据' }],
    ['order', { reason: '诉讼', basis: '某法', also: 1 }],
  ])('is not steered without a reason: %s %j', async (act, body) => {
    const { id } = await latest('big');
    expect((await call('POST', `big/disposals/${id}/${act}`, RESPONSIBLE, body)).status).toBe(400);
  });

  it('[R7.1] stays while it is held, beyond its time too', async () => {
    const { id } = await latest('big');
    const held = await call('POST', `big/disposals/${id}/hold`, AUTHORITY, { reason: '案件调查' });
    expect([held.status, held.json.status]).toEqual([200, 'HELD']);
    await keep(1_000);
    expect(await rowsOf('big')).toBe(ROWS);
    const release = (by: Principal) => call('POST', `big/disposals/${id}/release`, by, { reason: '案件终结' });
    expect((await release(RESPONSIBLE)).json.code).toBe('disposal.held_by_authority');
    const order = await call('POST', `big/disposals/${id}/order`, RESPONSIBLE, { reason: '提前', basis: '某法' });
    expect([order.status, order.json.code]).toEqual([409, 'disposal.held']);
    expect((await release(AUTHORITY)).json.status).toBe('WAITING');
  });

  it('[R7.1] is no more to be deleted when the resource is published again, nor by who looked just before', async () => {
    const { id } = await latest('big');
    await said('big', 'PUBLISHED');
    await keep(91);
    expect(await latest('big')).toMatchObject({ id, status: 'CANCELLED' });
    expect(await rowsOf('big')).toBe(ROWS);
    expect(await exchange.said('exchange.disposal-cancelled.v1')).toMatchObject([
      { disposalId: id, providerId: 'mzt' },
    ]);
    const late = await call('POST', `big/disposals/${id}/hold`, RESPONSIBLE, { reason: '太晚' });
    expect([late.status, late.json.code]).toEqual([409, 'disposal.not_open']);
    await said('big', 'WITHDRAWN');
    await keep(0);
    expect(await latest('big')).toMatchObject({ status: 'WAITING' });
  });

  it('is left alone while nobody knows what has been published again', async () => {
    exchange.pauseHeartbeats();
    await until(() => exchange.service.app.get(LivePolicy).freshness() !== 'fresh');
    await keep(91);
    expect(await rowsOf('big')).toBe(ROWS);
    exchange.resumeHeartbeats();
    await until(() => exchange.service.app.get(LivePolicy).freshness() === 'fresh');
  }, 60_000);

  it('[R14.9] is deleted piece by piece, taken up after a kill, by two at once, and certified once', async () => {
    const { id } = await latest('big');
    const before = await others('big');
    const { rows: keys } = await exchange.pool.query<{ key: string }>(
      `SELECT record_key AS key FROM record WHERE resource_id = 'big' ORDER BY record_key`,
    );
    await breakAfter(2_000);
    const order = { reason: '提供方要求提前销毁', basis: '数据安全法第二十七条' };
    expect((await call('POST', `big/disposals/${id}/order`, RESPONSIBLE, order)).json.dueAt <= new Date().toISOString()).toBe(true); // prettier-ignore
    await keep(1);
    expect(await latest('big')).toMatchObject({ status: 'RUNNING', digest: null, counts: { records: 2_000 } });
    expect(await rowsOf('big')).toBe(ROWS - 2_000);
    await exchange.pool.query('DROP FUNCTION break CASCADE');
    const held = await call('POST', `big/disposals/${id}/hold`, AUTHORITY, { reason: '太晚' });
    expect([held.status, held.json.code]).toEqual([409, 'disposal.not_open']);
    await Promise.all([keep(1), keep(1)]);
    await until(async () => {
      await keep(1);
      return (await latest('big')).status === 'DISPOSED';
    });

    const [certificate, ...more] = await certificates('big');
    expect(more).toEqual([]);
    expect(certificate).toMatchObject({
      ...{ disposalId: id, providerId: 'mzt', ground: 'ORDERED', orderedBy: 'mzt-officer', ...order },
      counts: { records: ROWS, changes: ROWS + 1, quarantined: 1, staged: 0, files: 1 },
    });
    const { rows } = await exchange.pool.query<{ hash_key: Buffer }>('SELECT hash_key FROM disposal WHERE id = $1', [
      id,
    ]);
    const chain = keys.reduce(
      (so, { key }) =>
        createHash('sha256').update(so).update(createHmac('sha256', rows[0]!.hash_key).update(key).digest()).digest(),
      Buffer.alloc(32),
    );
    expect(certificate!.digest).toBe(chain.toString('hex'));
    expect(await call('GET', `big/disposals/${id}`, RESPONSIBLE)).toMatchObject({
      json: { status: 'DISPOSED', digest: certificate!.digest, counts: certificate!.counts },
    });
    for (const table of ['record', 'record_change'])
      expect(await exchange.count(`${table} WHERE resource_id = 'big'`)).toBe(0);
    expect(
      await exchange.count(`quarantined_row q JOIN batch b ON b.id = q.batch_id WHERE b.resource_id = 'big'`),
    ).toBe(0);
    expect(await others('big')).toBe(before);
    expect(JSON.stringify(certificate)).not.toContain('J460000');
  }, 60_000);

  it('[R7.1] is not disposed of a second time, and what is pushed after a new publication stays', async () => {
    await keep(400);
    expect(await exchange.count(`disposal WHERE resource_id = 'big' AND status <> 'CANCELLED'`)).toBe(1);
    const then = new Date().toISOString();
    await said('big', 'PUBLISHED');
    await push('big', [aRow(1), aRow(2)]);
    await keep(400);
    expect(await rowsOf('big')).toBe(2);
    const counted = await exchange.count(`resource_counter WHERE resource_id = 'big' AND rows = 2`);
    expect(counted).toBe(1);
    const past = new Date(Date.parse(then) - DAY_MS).toISOString();
    const gone = await exchange.read<View>(`/v1/resources/big/records?asOf=${past}`, {}, { asOf: past });
    expect([gone.status, gone.json.code]).toEqual([410, 'exchange.moment_not_kept']);
    const empty = await exchange.read<List>(`/v1/resources/big/records?asOf=${then}`, {}, { asOf: then });
    expect(empty.json.items).toEqual([]);
  });

  it('[R7.1] keeps what is pushed while it runs, when the resource was published again meanwhile', async () => {
    await push(
      'big',
      Array.from({ length: ROWS }, (_, n) => aRow(n)),
    );
    await said('big', 'WITHDRAWN');
    await keep(0);
    await breakAfter(2_600);
    await keep(91);
    expect((await latest('big')).status).toBe('RUNNING');
    await exchange.pool.query('DROP FUNCTION break CASCADE');
    await said('big', 'PUBLISHED');
    await push('big', [aRow(1, { copies: 5 }), aRow(ROWS - 1, { copies: 5 })]);
    await keep(91);
    expect((await latest('big')).status).toBe('DISPOSED');
    expect(await rowsOf('big')).toBe(2);
  });

  it('has the retention of its own where one is configured', async () => {
    await said('order', 'WITHDRAWN');
    await keep(0);
    await keep(9);
    expect(await rowsOf('order')).toBe(2);
    await keep(11);
    expect((await latest('order')).counts).toMatchObject({ records: 2, changes: 2, quarantined: 1 });
    expect(await certificates('order')).toMatchObject([{ ground: 'RETENTION_ENDED', orderedBy: null, reason: null }]);
  });

  it('is disposed of as well when it is nothing but rows that were set aside', async () => {
    // It was carried out as of days from now.
    await exchange.pool.query(`UPDATE disposal SET started_at = now() WHERE resource_id = 'order'`);
    await said('order', 'PUBLISHED');
    await push('order', [aRow(8, { status: '9' })], '?onInvalid=quarantine');
    await said('order', 'WITHDRAWN');
    await keep(0);
    expect((await latest('order')).status).toBe('WAITING');
    await keep(11);
    expect((await latest('order')).counts).toMatchObject({ records: 0, changes: 0, quarantined: 1 });
    await keep(30);
    expect(await exchange.count(`disposal WHERE resource_id = 'order'`)).toBe(2);
  });
});
