import type { FeedBatchReleased, SubscriptionTurned, Use } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import { aGrant, aStop, aUse, FeedReceiver } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import type { SubscriptionView } from '../src/subscriptions/subscriptions.service';
import { aRelease, aRow, keyOf, ndjson, principalOf, TestExchange, until } from './exchange';
import { granting } from './granting';

jest.setTimeout(60_000);

const ITEMS = ['certNo', 'personName', 'fee'];
const RESOURCE = 'big';
const PATH = `/v1/resources/${RESOURCE}/subscriptions`;
const HAIKOU = { item: 'regionCode', op: 'eq', value: '460100' } as const;
const MINE = principalOf('mzj-system', 'mzj');
const OTHERS = principalOf('gat-system', 'gat');
const RESPONSIBLE = { ...MINE, kind: 'officer', officerId: 'wang', systemId: null, roles: ['RESPONSIBLE_OFFICER'] } as const; // prettier-ignore

describe('a feed to a department’s own system', () => {
  let exchange: TestExchange;
  let receiver: FeedReceiver;
  let keys = 0;

  const grant = granting(() => exchange, { resourceId: RESOURCE, items: ITEMS, actions: ['subscribe'] });
  const open = <T = SubscriptionView>(body: object = {}, over: Partial<Use> & { key?: string } = {}) => {
    const { key = `open-${++keys}`, ...named } = over;
    const use = aUse({ resourceId: RESOURCE, action: 'subscribe', items: null, ...named });
    return exchange.call<T>('POST', PATH, {
      principal: MINE,
      release: aRelease(use, { items: ITEMS }, 'grant', 'g1'),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ url: receiver.url, fields: 'granted', ...body }),
    });
  };
  const act = <T = SubscriptionView & Pick<Problem, 'code'>>(id: string, what: string, body: object = {}, by: typeof MINE = MINE) =>
    exchange.call<T>('POST', `/v1/subscriptions/${id}/${what}`, {
      principal: by,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }); // prettier-ignore
  const see = async (id: string, by = MINE) =>
    (await exchange.call<SubscriptionView>('GET', `/v1/subscriptions/${id}`, { principal: by })).json;
  const opened = async (body?: object): Promise<string> => {
    const { status, json, text } = await open(body);
    expect([status, text]).toEqual([201, expect.stringContaining('ACTIVE')]);
    return json.id;
  };
  const push = async (rows: readonly unknown[], query = '') => {
    expect((await exchange.push(ndjson(rows), { resourceId: RESOURCE, query })).status).toBe(201);
  };
  const told = (id: string) => receiver.of(id).flatMap(({ batch }) => batch.items);
  const fees = (id: string) => told(id).map(({ op, row }) => (op === 'removed' ? op : row!['fee']));
  const turns = async (id: string) =>
    (await exchange.said<SubscriptionTurned['data']>('exchange.subscription-turned.v1'))
      .filter(({ subscriptionId }) => subscriptionId === id)
      .map(({ status, code }) => [status, code]);
  const released = async (id: string) =>
    (await exchange.said<FeedBatchReleased['data']>('exchange.feed-batch-released.v1')).filter(
      ({ subscriptionId }) => subscriptionId === id,
    );
  const retryNow = (id: string) =>
    exchange.pool.query('UPDATE feed_subscription SET due_at = now() WHERE id = $1', [id]);
  const quiet = (ms = 700) => new Promise((resolve) => setTimeout(resolve, ms));

  beforeAll(async () => {
    exchange = await TestExchange.start({
      WEBHOOK_NODES: 'localhost=127.0.0.0/8|::1/128',
      WEBHOOK_ANSWER_MS: '3000',
      FEED_UNACKNOWLEDGED: '5',
      FEED_LEASE_MS: '6000',
      FEED_FAILING_SECONDS: '3600',
      SUBSCRIPTIONS_PER_DEPARTMENT: '50',
    });
    receiver = await FeedReceiver.start(`${exchange.service.url}/v1/channel-keys`);
    await grant();
  });
  beforeEach(async () => {
    receiver.reply = () => undefined;
    await grant();
  });
  afterEach(async () => {
    // Of one test nothing is sent in the next.
    await exchange.pool.query(`UPDATE feed_subscription SET status = 'ENDED'`);
    expect(receiver.forged).toEqual([]);
  });
  afterAll(async () => {
    await receiver?.stop();
    await exchange?.stop();
  });

  it('[R12.7] [R13.4] [R14.9] is told what changes, signed, in order, on record before it leaves', async () => {
    const id = await opened();
    receiver.reply = async ({ batch, digest }) => {
      // At this moment nothing has been answered yet.
      const onRecord = (await released(id)).find(({ position }) => position === batch.position);
      return { status: onRecord?.digest === digest ? 204 : 500 };
    };
    await push([aRow(0), aRow(1)]);
    await until(() => told(id).length === 2);
    await push([aRow(1, { fee: '1.00' })]);
    await push([{ certNo: keyOf(0) }], '?operation=delete');
    await until(() => told(id).length === 4);
    expect(fees(id)).toEqual(['9.00', '9.00', '1.00', 'removed']);
    expect(Object.keys(told(id)[0]!.row!)).toEqual(ITEMS);
    expect(told(id)[3]!.id).toBe(told(id)[0]!.id);
    await until(async () => (await see(id)).position === (await released(id)).length);
    const facts = await released(id);
    expect(facts.map(({ position }) => position)).toEqual(facts.map((_, n) => n + 1));
    expect(facts[0]).toMatchObject({ grantId: 'g1', changes: 2, rows: 2, departmentId: 'mzj', providerId: 'mzt' });
    expect(facts[0]!.delivery).toMatch(/^inline:[^:]+:2:[0-9a-f]{64}:/);
    expect(facts[0]!.delivery).not.toContain(keyOf(0));
    expect(JSON.stringify(facts)).not.toContain('王小明');
  });

  it('[R12.7] begins with the first change where that is asked, and with what is to come otherwise', async () => {
    await push([aRow(10)]);
    const all = await opened({ from: 'BEGINNING' });
    const now = await opened();
    await until(() => told(all).some(({ row }) => row?.['certNo'] === keyOf(10)));
    await push([aRow(11)]);
    await until(() => told(now).length === 1 && told(all).some(({ row }) => row?.['certNo'] === keyOf(11)));
    expect(told(now)[0]!.row!['certNo']).toBe(keyOf(11));
  });

  it('[R12.7] a row that leaves the filter is removed, and one outside it is not told of', async () => {
    await grant({ rowFilter: HAIKOU });
    const id = await opened();
    await push([aRow(20), aRow(21)]);
    await until(() => told(id).length === 1);
    await push([aRow(20, { regionCode: '460200' })]);
    await until(() => told(id).length === 2);
    expect(told(id).map(({ op, row }) => [op, row?.['certNo']])).toEqual([
      ['upserted', keyOf(20)],
      ['removed', undefined],
    ]);
    expect(receiver.of(id).map(({ batch }) => batch.termsChanged)).toEqual([false, false]);
  });

  it('[R12.7] a narrowed grant narrows the next batch, which says so', async () => {
    const id = await opened();
    await push([aRow(30)]);
    await until(() => told(id).length === 1);
    await grant({ items: ['certNo', 'fee'], mask: { fee: 'full' } });
    await push([aRow(31)]);
    await until(() => told(id).length === 2);
    expect(told(id)[1]!.row).toEqual({ certNo: keyOf(31), fee: '******' });
    expect(receiver.of(id).map(({ batch }) => batch.termsChanged)).toEqual([false, true]);
  });

  it.each<[string, () => Promise<void>, () => Promise<void>, string]>([
    ['a suspended grant', () => grant({ status: 'SUSPENDED' }), () => grant(), 'access.grant_not_active'],
    ['a stop of its system', async () => stop('ACTIVE'), async () => stop('LIFTED'), 'access.stopped'],
  ])('[R12.7] [R13.5] %s keeps the backlog in, until it ends', async (_what, begin, end, code) => {
    const id = await opened();
    await begin();
    await push([aRow(40, { fee: String(++keys) })]);
    await until(async () => (await see(id)).status === 'HELD');
    expect((await see(id)).cause).toBe(code);
    await quiet();
    expect([told(id), await released(id)]).toEqual([[], []]);
    // It is the end of it that is heard of, and not the time that passes.
    await exchange.pool.query(`UPDATE feed_subscription SET due_at = now() + interval '1 day' WHERE id = $1`, [id]);
    await end();
    await until(() => told(id).length === 1);
    expect(await turns(id)).toEqual([
      ['HELD', code],
      ['ACTIVE', null],
    ]);
  });

  it('[R12.7] another grant does not take over the feed of one that was revoked', async () => {
    const id = await opened();
    await grant({ status: 'REVOKED' });
    await grant({ id: 'g2' });
    await push([aRow(45, { fee: '4.50' })]);
    await until(async () => (await see(id)).status === 'HELD');
    expect((await see(id)).cause).toBe('subscription.other_grant');
    expect(told(id)).toEqual([]);
    await grant({ id: 'g2', status: 'REVOKED' });
  });

  it('[R12.7] what was not taken is sent again with the same bytes, and on record once', async () => {
    const id = await opened();
    let isUp = false;
    receiver.reply = () => (isUp ? undefined : { status: 503 });
    await push([aRow(50)]);
    await until(async () => (await see(id)).failures >= 1);
    expect(await see(id)).toMatchObject({ position: 0, lastFailure: 'status 503' });
    // What comes meanwhile is not in it.
    await push([aRow(51)]);
    await retryNow(id);
    await until(() => receiver.of(id).length >= 2);
    isUp = true;
    await until(async () => {
      await retryNow(id);
      return (await see(id)).position === 2;
    });
    const all = receiver.of(id);
    expect(new Set(all.slice(0, -1).map((sent) => `${sent.id} ${sent.digest}`))).toEqual(new Set([`${all[0]!.id} ${all[0]!.digest}`])); // prettier-ignore
    expect([all.at(-1)!.batch.position, all.at(-1)!.batch.previous]).toEqual([2, 1]);
    expect((await released(id)).map(({ position }) => position)).toEqual([1, 2]);
    expect(await see(id)).toMatchObject({ failures: 0, failingSince: null });
  });

  it('[R12.7] a batch that could not be sent before the grant was narrowed is not sent as it was', async () => {
    const id = await opened();
    receiver.reply = () => ({ status: 500 });
    await push([aRow(60)]);
    await until(async () => (await see(id)).failures >= 1);
    await grant({ items: ['certNo'] });
    receiver.reply = () => undefined;
    await retryNow(id);
    await until(async () => (await see(id)).position > 0);
    const last = receiver.of(id).at(-1)!.batch;
    expect([last.position, last.previous, last.termsChanged]).toEqual([2, 0, true]);
    expect(last.items.map(({ row }) => Object.keys(row!))).toEqual([['certNo']]);
    expect((await released(id)).map(({ position }) => position)).toEqual([1, 2]);
  });

  it.each<[string, { status: number; headers?: Record<string, string>; silent?: boolean }, string]>([
    ['a redirect', { status: 307, headers: { location: 'http://localhost:1/' } }, 'status 307'],
    ['a receiver that never answers', { status: 204, silent: true }, 'no answer in time'],
  ])('[R12.7] %s is a failure', async (_what, reply, why) => {
    const id = await opened();
    receiver.reply = () => reply;
    await push([aRow(70, { fee: String(++keys) })]);
    await until(async () => (await see(id)).failures >= 1);
    expect((await see(id)).lastFailure).toBe(why);
  });

  it('[R12.7] a feed is disabled when its receiver is gone or fails for too long, with notice, and goes on when resumed', async () => {
    const id = await opened();
    receiver.reply = () => ({ status: 410 });
    await push([aRow(80)]);
    await until(async () => (await see(id)).status === 'DISABLED');
    receiver.reply = () => ({ status: 500 });
    expect((await act(id, 'resumption')).json.status).toBe('ACTIVE');
    await until(async () => (await see(id)).failures >= 1);
    await exchange.pool.query(`UPDATE feed_subscription SET failing_since = now() - interval '2 hours' WHERE id = $1`, [id]); // prettier-ignore
    await retryNow(id);
    await until(async () => (await see(id)).status === 'DISABLED');
    receiver.reply = () => undefined;
    await quiet();
    expect(await turns(id)).toEqual([
      ['DISABLED', 'subscription.receiver_gone'],
      ['DISABLED', 'subscription.not_delivered'],
    ]);
    await act(id, 'resumption', {}, RESPONSIBLE as unknown as typeof MINE);
    await until(() => told(id).length > 0 && told(id).at(-1)!.row!['certNo'] === keyOf(80));
    await until(async () => (await see(id)).position === 1);
  });

  it('[R14.9] a consumer that never acknowledges is stopped, and goes on by its receipt', async () => {
    const id = await opened();
    for (let n = 0; n < 8; n++) {
      await push([aRow(90, { fee: `${n}.00` })]);
      await until(() => receiver.of(id).length === Math.min(n + 1, 5));
    }
    await until(async () => (await see(id)).status === 'DISABLED');
    expect([(await see(id)).cause, receiver.of(id).length]).toEqual(['subscription.unacknowledged', 5]);
    const { digest } = receiver.of(id)[4]!;
    const wrong = await act(id, 'receipts', { position: 5, digest: '0'.repeat(64) });
    expect([wrong.status, wrong.json.code]).toEqual([409, 'subscription.digest_differs']);
    const never = await act(id, 'receipts', { position: 9, digest });
    expect([never.status, never.json.code]).toEqual([404, 'subscription.position_unknown']);
    const receipt = await act(id, 'receipts', { position: 5, digest });
    expect([receipt.status, receipt.json.status, receipt.json.acknowledged]).toEqual([200, 'ACTIVE', 5]);
    expect((await act(id, 'receipts', { position: 5, digest })).status).toBe(200);
    await until(() => fees(id).at(-1) === '7.00');
    const facts = await exchange.said<{ subscriptionId: string }>('exchange.feed-batch-acknowledged.v1');
    expect(facts.filter(({ subscriptionId }) => subscriptionId === id)).toHaveLength(1);
  });

  it('[R12.7] is told again what came after the position it is rewound to', async () => {
    const id = await opened();
    for (const fee of ['1.00', '2.00', '3.00']) {
      await push([aRow(100, { fee })]);
      await until(async () => fees(id).at(-1) === fee && (await see(id)).position === receiver.of(id).length);
    }
    const unknown = await act(id, 'rewinds', { position: 77 });
    expect([unknown.status, unknown.json.code]).toEqual([404, 'subscription.position_unknown']);
    expect((await act(id, 'rewinds', { position: 1 })).json.position).toBe(1);
    await until(() => fees(id).length >= 5);
    await act(id, 'pause');
    expect((await act(id, 'rewinds', { position: 0 })).json).toMatchObject({ position: 0, status: 'PAUSED' });
    await quiet();
    const before = fees(id).length;
    expect(fees(id).slice(3)).toEqual(['2.00', '3.00']);
    expect(receiver.of(id)[3]!.batch).toMatchObject({ position: 4, previous: 1 });
    await act(id, 'resumption');
    await until(() => fees(id).length === before + 3);
    expect(fees(id).slice(before)).toEqual(['1.00', '2.00', '3.00']);
  });

  it('[R12.7] counts rows of a day, and keeps the rest for the next', async () => {
    await exchange.pool.query(`DELETE FROM rows_taken WHERE grant_id = 'g1'`);
    await grant({ limits: { rowsPerDay: 3 } });
    const id = await opened();
    await push([aRow(110), aRow(111), aRow(112), aRow(113)]);
    await until(() => told(id).length === 3);
    await quiet();
    expect([told(id).length, (await see(id)).status]).toEqual([3, 'ACTIVE']);
    await exchange.pool.query(`DELETE FROM rows_taken WHERE grant_id = 'g1'`);
    await retryNow(id);
    await until(() => told(id).length === 4);
  });

  it('is sent on, and repeats at most one batch, when its sender dies between sending and saying so', async () => {
    const id = await opened();
    await push([aRow(120)]);
    await until(async () => (await see(id)).position === 1);
    // As a dead replica leaves it: taken, sent, and never marked.
    await exchange.pool.query(
      `UPDATE feed_subscription s SET position = 0, reached_batch = b.to_batch, reached_key = b.to_key, attempt = attempt + 1,
         leased_until = clock_timestamp() + interval '1 second'
       FROM feed_batch b WHERE s.id = $1 AND b.subscription_id = s.id AND b.position = 0`,
      [id],
    );
    await exchange.pool.query('UPDATE feed_batch SET delivered_at = NULL WHERE subscription_id = $1 AND position = 1', [id]); // prettier-ignore
    expect(receiver.of(id)).toHaveLength(1);
    await until(async () => (await see(id)).position === 1);
    const [first, again] = receiver.of(id);
    expect([again!.id, again!.digest]).toEqual([first!.id, first!.digest]);
    expect(await released(id)).toHaveLength(1);
  });

  it('is not opened twice by one key, nor at a node that is not listed, nor beyond what there may be', async () => {
    const once = await open({}, { key: 'the-same' });
    const twice = await open({}, { key: 'the-same' });
    expect([once.status, twice.json.id]).toEqual([201, once.json.id]);
    for (const url of [
      'http://10.0.0.1/',
      'https://evil.example/',
      'ftp://localhost/',
      'http://u:p@localhost/',
      `${receiver.url}#x`,
    ]) {
      // prettier-ignore
      const { status, json } = await open<Problem>({ url });
      expect([url, status, json.code]).toEqual([url, 422, 'subscription.node_not_listed']);
    }
    for (const body of [{ url: 1 }, { from: 'THEN' }, { more: true }, { fields: [] }])
      expect((await open<Problem>(body)).status).toBe(400);
    const officer = await open<Problem>({}, { systemId: null, officerId: 'wang' });
    expect([officer.status, officer.json.code]).toEqual([403, 'subscription.systems_only']);
  });

  it('[R13.1] is seen and steered by its own department alone, and acknowledged by its system', async () => {
    const id = await opened();
    const unknown = await see('nobodys', OTHERS);
    expect(await see(id, OTHERS)).toEqual({ ...unknown, traceId: expect.anything() as unknown });
    for (const what of ['pause', 'resumption', 'end', 'rewinds', 'receipts']) {
      const body = what === 'rewinds' ? { position: 0 } : what === 'receipts' ? { position: 1, digest: '0'.repeat(64) } : {}; // prettier-ignore
      expect((await act(id, what, body, OTHERS)).status).toBe(404);
      const colleague = { ...MINE, systemId: 'mzj-other' };
      expect((await act(id, what, body, colleague)).json.code).toBe('subscription.of_another');
    }
    const listed = await exchange.call<{ items: SubscriptionView[] }>('GET', '/v1/subscriptions?limit=1', { principal: MINE }); // prettier-ignore
    expect(listed.json.items.map((item) => item.id)).toEqual([id]);
    const theirs = await exchange.call<{ items: SubscriptionView[] }>('GET', '/v1/subscriptions', {
      principal: OTHERS,
    });
    expect(theirs.json.items).toEqual([]);
    expect((await act(id, 'end')).json.status).toBe('ENDED');
    expect((await act(id, 'resumption')).json.code).toBe('subscription.ended');
    await push([aRow(130)]);
    await quiet();
    expect(told(id)).toEqual([]);
  });

  const stop = async (status: 'ACTIVE' | 'LIFTED') => {
    await exchange.state('policy.stops', aStop({ id: 'stop-feed', status, version: ++keys }));
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.stops('system', 'mzj-system').length === (status === 'ACTIVE' ? 1 : 0));
  };
});

describe('feeds of several departments', () => {
  it('[R12.7] receivers that never answer are slow for their own department alone', async () => {
    const exchange = await TestExchange.start({
      WEBHOOK_NODES: 'localhost=127.0.0.0/8|::1/128',
      WEBHOOK_ANSWER_MS: '20000',
      FEED_WORKERS: '2',
    });
    const receiver = await FeedReceiver.start(`${exchange.service.url}/v1/channel-keys`);
    try {
      const shared = { resourceId: RESOURCE, items: ITEMS, actions: ['subscribe'] } as const;
      await exchange.state('policy.grants', aGrant(shared), aGrant({ ...shared, id: 'g2', holderId: 'gat' }));
      const { index } = exchange.service.app.get(LivePolicy);
      await until(() => index.grant('g2') !== undefined);
      const open = async (departmentId: 'mzj' | 'gat', n: number): Promise<string> => {
        const systemId = `${departmentId}-system`;
        const use = aUse({ systemId, departmentId, resourceId: RESOURCE, action: 'subscribe', items: null });
        const { json } = await exchange.call<SubscriptionView>('POST', PATH, {
          principal: principalOf(systemId, departmentId),
          release: aRelease(use, { items: ITEMS }, 'grant', departmentId === 'gat' ? 'g2' : 'g1'),
          headers: { 'content-type': 'application/json', 'idempotency-key': `${departmentId}-${n}` },
          body: JSON.stringify({ url: receiver.url, fields: 'granted' }),
        });
        return json.id;
      };
      const silent = new Set([await open('mzj', 1), await open('mzj', 2), await open('mzj', 3)]);
      receiver.reply = ({ batch }) => (silent.has(batch.subscriptionId) ? { status: 204, silent: true } : undefined);
      const theirs = await open('gat', 1);
      await exchange.push(ndjson([aRow(1)]), { resourceId: RESOURCE });
      await until(() => receiver.received.some(({ batch }) => silent.has(batch.subscriptionId)));
      await until(() => receiver.of(theirs).length === 1, 15_000);
    } finally {
      await receiver.stop();
      await exchange.stop();
    }
  });
});
