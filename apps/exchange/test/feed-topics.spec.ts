import { createHash } from 'node:crypto';
import { KafkaDriver, type Problem } from '@qiongtong/platform';
import { aSystem, aUse } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import { FeedTopics } from '../src/subscriptions/feed-topics';
import type { SubscriptionView } from '../src/subscriptions/subscriptions.service';
import { aRelease, aRow, keyOf, ndjson, principalOf, TestExchange, until } from './exchange';
import { granting } from './granting';

jest.setTimeout(60_000);

const ITEMS = ['certNo', 'fee', 'remark'];
const RESOURCE = 'big';
const MINE = principalOf('mzj-system', 'mzj');
type Told = Readonly<{ key: string; value: { op: string; row?: Record<string, string> }; text: string; headers: Record<string, string> }>; // prettier-ignore

describe('a feed by a topic', () => {
  let exchange: TestExchange;
  let keys = 0;

  const grant = granting(() => exchange, { resourceId: RESOURCE, items: ITEMS, actions: ['subscribe'] });
  const open = <T = SubscriptionView>(body: object = {}) =>
    exchange.call<T>('POST', `/v1/resources/${RESOURCE}/subscriptions`, {
      principal: MINE,
      release: aRelease(
        aUse({ resourceId: RESOURCE, action: 'subscribe', items: null }),
        { items: ITEMS },
        'grant',
        'g1',
      ),
      headers: { 'content-type': 'application/json', 'idempotency-key': `open-${++keys}` },
      body: JSON.stringify({ channel: 'KAFKA', fields: 'granted', ...body }),
    });
  const opened = async (): Promise<SubscriptionView> => {
    const { status, json } = await open();
    expect(status).toBe(201);
    return json;
  };
  const act = (id: string, what: string, body: object = {}) =>
    exchange.call<SubscriptionView>('POST', `/v1/subscriptions/${id}/${what}`, {
      principal: MINE,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const see = async (id: string) =>
    (await exchange.call<SubscriptionView>('GET', `/v1/subscriptions/${id}`, { principal: MINE })).json;
  const push = async (rows: readonly unknown[], query = '') => {
    const { status, text } = await exchange.push(ndjson(rows), { resourceId: RESOURCE, query });
    expect([status, text]).toEqual([201, expect.stringContaining('APPLIED')]);
  };
  const driver = () => exchange.service.app.get(KafkaDriver);
  const isThere = async (id: string) => (await driver().topics()).includes(`feed.${id}`);
  const read = async (id: string): Promise<Told[]> => {
    const told: Told[] = [];
    await driver().readAll(`feed.${id}`, ({ key, value, headers }) => {
      const text = value!.toString();
      told.push({ key: key!, value: JSON.parse(text) as Told['value'], text, headers });
    });
    return told;
  };

  const isEmpty = (id: string): Promise<boolean> =>
    driver().withAdmin(async (admin) => {
      const offsets = await admin.fetchTopicOffsets(`${exchange.prefix}feed.${id}`);
      return offsets.every(({ low, high }) => low === high && high !== '0');
    });

  beforeAll(async () => {
    exchange = await TestExchange.start();
    await grant();
  });
  afterAll(() => exchange?.stop());

  it('is for systems that are registered for it, and has no address', async () => {
    const { index } = exchange.service.app.get(LivePolicy);
    await exchange.state('policy.systems', aSystem({ kafka: false, version: 2 }));
    await until(() => index.system('mzj-system')?.version === 2);
    const refused = await open<Problem>();
    expect([refused.status, refused.json.code]).toEqual([422, 'subscription.no_kafka']);
    await exchange.state('policy.systems', aSystem({ kafka: true, version: 3 }));
    await until(() => index.system('mzj-system')?.version === 3);
    expect((await open<Problem>({ url: 'https://node.gov.example/' })).status).toBe(400);
    expect((await open<Problem>({ channel: 'MAIL' })).status).toBe(400);
  });

  it('[R12.7] [R14.9] has a message for each change, keyed by the record, in order, with position and digest', async () => {
    const { id, topic } = await opened();
    expect(topic).toBe(`${exchange.prefix}feed.${id}`);
    await push([aRow(0), aRow(1)]);
    await until(async () => (await see(id)).position === 1);
    await push([aRow(1, { fee: '2.00' })]);
    await push([{ certNo: keyOf(0) }], '?operation=delete');
    await until(async () => (await read(id)).length === 4);
    await until(async () => (await see(id)).position >= 2);
    const told = await read(id);
    expect(told.map(({ value }) => value.row?.['fee'] ?? value.op)).toEqual(['9.00', '9.00', '2.00', 'removed']);
    expect([told[2]!.key, told[3]!.key]).toEqual([told[1]!.key, told[0]!.key]);
    expect(told.some(({ key }) => key.includes('J460000'))).toBe(false);
    const first = told.filter(({ headers }) => headers['qt-position'] === '1');
    expect(first.map(({ headers }) => [headers['qt-index'], headers['qt-count'], headers['qt-previous']])).toEqual([
      ['1', '2', '0'],
      ['2', '2', '0'],
    ]);
    const digest = createHash('sha256')
      .update(first.map(({ text }) => text).join('\n'))
      .digest('hex');
    expect(first[0]!.headers['qt-digest']).toBe(digest);
    expect((await act(id, 'receipts', { position: 1, digest })).json.acknowledged).toBe(1);
    await act(id, 'rewinds', { position: 1 });
    await until(async () => (await read(id)).length === 6);
    const positions = (await read(id)).map(({ headers }) => Number(headers['qt-position']));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('[R12.7] takes rows that are many times what a broker takes at once', async () => {
    const { id } = await opened();
    const remark = '汉'.repeat(20_000);
    await push(Array.from({ length: 30 }, (_, n) => aRow(20 + n, { remark })));
    await until(async () => (await see(id)).position > 0 && (await read(id)).length === 30);
    expect((await read(id)).every(({ value }) => value.row!['remark'] === remark)).toBe(true);
    expect((await see(id)).failures).toBe(0);
  });

  it('[R12.7] holds nothing that was sent under other terms', async () => {
    const { id } = await opened();
    await push([aRow(60)]);
    await until(async () => (await see(id)).position === 1);
    await grant({ items: ['certNo', 'fee'] });
    await push([aRow(61)]);
    await until(async () => (await see(id)).position === 2);
    expect((await read(id)).map(({ value }) => Object.keys(value.row!))).toEqual([['certNo', 'fee']]);
    await act(id, 'end');
    await grant();
  });

  it('[R12.7] is told nothing more when the grant is revoked, and its topic goes when it ends', async () => {
    const { id } = await opened();
    await push([aRow(40)]);
    await until(async () => (await see(id)).position === 1);
    await grant({ status: 'REVOKED' });
    await push([aRow(41)]);
    await until(async () => (await see(id)).status === 'HELD');
    await until(() => isEmpty(id));
    // What had been on its way when the feed was shut.
    const late = driver().idempotentProducer(0);
    await late.connect();
    await late.send([{ topic: `feed.${id}`, key: 'k', value: '{"op":"removed"}', headers: {} }]);
    await late.disconnect();
    expect(await isEmpty(id)).toBe(false);
    await until(() => isEmpty(id));
    const topics = exchange.service.app.get(FeedTopics);
    await topics.clear();
    expect(await isThere(id)).toBe(true);
    await act(id, 'end');
    await topics.clear();
    await until(async () => !(await isThere(id)));
    await topics.clear();
  });
});
