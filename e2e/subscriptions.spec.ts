import { randomUUID } from 'node:crypto';
import { FeedReceiver, SpanCollector, withClient } from '@qiongtong/testing';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { granted as grantedTo } from './journeys/asks';
import { DEPARTMENTS, ORGANS, reviewerOf, submitterOf, systemOf } from './province/bodies';
import { sealedFacts, typesOf } from './province/log';
import { Province } from './province/province';
import { admit, publish, push, register, registerSystem } from './province/registers';
import { MARRIAGES } from './province/resources';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const BY = { purpose: PURPOSE, officer: submitterOf('ybj') };
const SUBSCRIPTIONS = `/v1/resources/${MARRIAGES.id}/subscriptions`;
const ITEMS = ['certNo', 'status'];
const BATCHES = 60;

type Feed = Readonly<{ id: string; status: string; cause: string | null; position: number; acknowledged: number }>;
const rowsOf = (n: number, status: string) =>
  [0, 1, 2].map((i) => ({ ...MARRIAGES.rows[0]!, certNo: `F460000-${n % 20}-${i}`, status }));

describe('a department that has changes sent to its system', () => {
  let province: Province;
  let receiver: FeedReceiver;
  let collector: SpanCollector;
  let id: string;
  let feed: string;
  let consumer: Consumer;
  const messages: { key: string; row: Record<string, string> | undefined; position: number }[] = [];
  const done = (by: string, path: string, body: object) => province.done(by, 'POST', path, body);
  const granted = (over: object) => grantedTo(province, MARRIAGES, PURPOSE, over);
  const call = async (by: 'ybj' | 'wjw', method: string, path: string, body?: object, key?: string) =>
    province.call(await province.system(systemOf(by)), method, path, {
      ...{ body, key },
      headers: { ...BY, officer: submitterOf(by) },
    });
  const see = async (): Promise<Feed> => (await call('ybj', 'GET', `/v1/subscriptions/${id}`)).body as Feed;
  const pushed = (rows: readonly Record<string, string>[]) => push(province, { ...MARRIAGES, rows: [...rows] });
  /** What a consumer holds that takes batches in the order of their positions, each once. */
  const replica = (): Map<string, unknown> => {
    const held = new Map<string, unknown>();
    const batches = new Map(receiver.of(id).map(({ batch }) => [batch.position, batch]));
    for (const position of [...batches.keys()].sort((a, b) => a - b))
      for (const { op, id: name, row } of batches.get(position)!.items)
        if (op === 'removed') held.delete(name);
        else held.set(name, row);
    return held;
  };
  const stored = (): Promise<unknown[]> =>
    withClient(province.platform.databaseUrl('exchange'), async (client) => {
      const sql = `SELECT payload ->> 'certNo' AS "certNo", payload ->> 'status' AS status FROM record
                   WHERE resource_id = $1 ORDER BY record_key`;
      return (await client.query(sql, [MARRIAGES.id])).rows as unknown[];
    });
  const held = (): unknown[] =>
    [...replica().values()].sort((a, b) =>
      (a as { certNo: string }).certNo < (b as { certNo: string }).certNo ? -1 : 1,
    );

  beforeAll(async () => {
    collector = await SpanCollector.start();
    province = await Province.start({
      name: 'journey-subscriptions',
      env: {
        all: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '1' },
        exchange: { WEBHOOK_NODES: 'localhost=127.0.0.0/8|::1/128', FEED_LEASE_MS: '2000', FEED_CHANGES: '10' },
      },
    });
    const departments = (['mzt', 'ybj', 'wjw'] as const).map((body) => DEPARTMENTS[body]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      admit(province, DEPARTMENTS.wjw),
      registerSystem(province, 'ybj', { kafka: true }),
      registerSystem(province, 'wjw'),
      registerSystem(province, 'mzt', { provides: [MARRIAGES.id] }),
      publish(province, MARRIAGES),
    ]);
    receiver = await FeedReceiver.start(`${province.platform.gatewayUrl}/v1/channel-keys`);
  });
  afterAll(async () => {
    await consumer?.disconnect();
    await receiver?.stop();
    await province?.stop();
    await collector?.stop();
  });

  it('[R12.7] subscribes under its grant, to no more than that, and nobody else does', async () => {
    await granted({ items: ITEMS, actions: ['subscribe'] });
    const open = (by: 'ybj' | 'wjw', over: object = {}) =>
      call(by, 'POST', SUBSCRIPTIONS, { url: receiver.url, fields: ITEMS, from: 'BEGINNING', ...over }, randomUUID());
    const opened = await province.eventually('the subscription', async () => {
      const answer = await open('ybj');
      return answer.status === 201 && (answer.body as Feed);
    });
    id = opened.id;
    expect(opened.status).toBe('ACTIVE');
    const more = await open('ybj', { fields: [...ITEMS, 'idNumber'] });
    expect([more.status, more.body['code']]).toEqual([403, 'access.items_beyond_grant']);
    const elsewhere = await open('ybj', { url: 'https://elsewhere.example/' });
    expect([elsewhere.status, elsewhere.body['code']]).toEqual([422, 'subscription.node_not_listed']);
    const stranger = await open('wjw');
    expect([stranger.status, stranger.body['code']]).toEqual([403, 'access.no_grant']);
    for (const [method, what] of [['GET', ''], ['POST', '/pause'], ['POST', '/end']] as const)
      expect((await call('wjw', method, `/v1/subscriptions/${id}${what}`, method === 'POST' ? {} : undefined)).status).toBe(404); // prettier-ignore
  });

  it('[R13.4] [R14.9] is sent what changes, acknowledges it, and the log knows both', async () => {
    await pushed(MARRIAGES.rows as Record<string, string>[]);
    await province.eventually('the first batch', async () => (await see()).position === 1);
    const { batch, digest } = receiver.of(id)[0]!;
    expect(batch.items.map(({ op, row }) => [op, Object.keys(row!)])).toEqual(
      batch.items.map(() => ['upserted', ITEMS]),
    );
    const receipt = await call('ybj', 'POST', `/v1/subscriptions/${id}/receipts`, { position: 1, digest });
    expect([receipt.status, receipt.body['acknowledged']]).toEqual([200, 1]);
    const facts = await sealedFacts(province, id, 'exchange.feed-batch-acknowledged.v1');
    expect(typesOf(facts)).toEqual(['subscription-opened', 'feed-batch-released', 'feed-batch-acknowledged']);
    expect(facts[1]!.data).toMatchObject({ position: 1, rows: MARRIAGES.rows.length, digest });
  });

  it('[R14.7] a push, what became of it and the feed that tells of it are one trace, in which nothing of a row stands', async () => {
    const [, traceId = ''] = receiver.of(id)[0]!.traceparent!.split('-');
    const expected = [
      'gateway: POST /v1/resources/:resourceId/batches',
      'exchange: POST /v1/resources/:resourceId/batches',
      'exchange: transaction',
      'exchange: feed WEBHOOK',
    ];
    await province.eventually('the spans', async () => {
      const names = collector.names(traceId);
      return expected.every((name) => names.has(name));
    });
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId)).map(({ service }) => service)).toEqual(['gateway']); // prettier-ignore
    // What a service does with another's fact goes on in the trace of the fact.
    await province.eventually('a fact that another service handled', async () => {
      const serviceOf = new Map(collector.spans.map(({ spanId, service }) => [spanId, service]));
      return collector.spans.some(({ name, service, parentSpanId = '' }) => {
        const cause = serviceOf.get(parentSpanId);
        return cause !== service && name === `process facts.${cause}`;
      });
    });
    const told = JSON.stringify(collector.spans);
    for (const value of MARRIAGES.rows.flatMap((row) => [row['certNo'], row['idNumber']].filter(Boolean)))
      expect(told).not.toContain(value);
  });

  it('[R12.7] loses nothing when its receiver fails and exchange is killed in the middle', async () => {
    let calls = 0;
    receiver.reply = () => (++calls % 4 === 0 ? { status: 503 } : undefined);
    for (let n = 0; n < BATCHES; n++) {
      await pushed(rowsOf(n, n % 2 === 0 ? '01' : '02'));
      if (n === BATCHES / 2) {
        await province.platform.kill('exchange');
        await province.platform.restart('exchange');
      }
    }
    const all = await stored();
    await province.eventually('everything told', async () => {
      const now = held();
      return now.length === all.length && JSON.stringify(now) === JSON.stringify(all);
    });
    receiver.reply = () => undefined;
    // What was sent twice was the same.
    const digests = new Map<number, Set<string>>();
    for (const { batch, digest } of receiver.of(id))
      digests.set(batch.position, (digests.get(batch.position) ?? new Set()).add(digest));
    expect([...digests.values()].every((set) => set.size === 1)).toBe(true);
    expect(receiver.forged).toEqual([]);
  });

  it('[R12.7] has everything told again from where it rewinds to', async () => {
    const before = receiver.of(id).length;
    await province.eventually('nothing left to tell', async () => {
      const { position } = await see();
      return position === Math.max(...receiver.of(id).map(({ batch }) => batch.position));
    });
    const rewound = await call('ybj', 'POST', `/v1/subscriptions/${id}/rewinds`, { position: 0 });
    expect([rewound.status, rewound.body['position']]).toEqual([200, 0]);
    await province.eventually('the first batch again', async () => receiver.of(id)[before]?.batch.previous === 0);
    const all = await stored();
    await province.eventually('everything again', async () => {
      const names = new Set(
        receiver
          .of(id)
          .slice(before)
          .flatMap(({ batch }) => batch.items.map((item) => item.id)),
      );
      return names.size === all.length;
    });
  });

  it('[R12.7] reads the same from a topic of its own, through the end of exchange in the middle', async () => {
    const body = { channel: 'KAFKA', fields: ITEMS, from: 'BEGINNING' };
    const opened = await call('ybj', 'POST', SUBSCRIPTIONS, body, randomUUID());
    expect([opened.status, opened.body['url']]).toEqual([201, null]);
    feed = String(opened.body['id']);
    await province.platform.kill('exchange');
    await province.platform.restart('exchange');
    const kafka = new Kafka({ brokers: province.platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
    const topic = String(opened.body['topic']);
    const admin = kafka.admin();
    await admin.connect();
    await province.eventually('the topic', async () => (await admin.listTopics()).includes(topic));
    await admin.disconnect();
    consumer = kafka.consumer({ groupId: `consumer-${feed}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        const { row } = JSON.parse(String(message.value)) as { row?: Record<string, string> };
        messages.push({ key: String(message.key), row, position: Number(String(message.headers!['qt-position'])) });
        return Promise.resolve();
      },
    });
    const all = JSON.stringify(await stored());
    await province.eventually('everything in the topic', async () => {
      const kept = new Map<string, Record<string, string>>();
      for (const { key, row } of messages)
        if (row) kept.set(key, row);
        else kept.delete(key);
      const rows = [...kept.values()].sort((a, b) => (a['certNo']! < b['certNo']! ? -1 : 1));
      return JSON.stringify(rows) === all;
    });
  });

  it('[R12.7] is sent nothing more when the grant is revoked, also of what had happened before', async () => {
    // Nothing is taken, so that there is a backlog.
    receiver.reply = () => ({ status: 500 });
    await pushed(rowsOf(0, '03'));
    await province.eventually('a backlog', async () => receiver.of(id).at(-1)?.batch.items.some(({ row }) => row?.['status'] === '03') ?? false); // prettier-ignore
    const { items } = await province.done(reviewerOf('mzt'), 'GET', `/v1/grants?resourceId=${MARRIAGES.id}`);
    for (const grant of items as { id: string }[])
      await done(reviewerOf('mzt'), `/v1/grants/${grant.id}/revocation`, { ground: 'MISUSE', narrative: '超范围使用' });
    // Exchange learns of it a moment after the answer; from then on nothing of what is there or comes may leave.
    await province.eventually('the feed held', async () => (await see()).status === 'HELD');
    await pushed(rowsOf(1, '04'));
    receiver.reply = () => undefined;
    const before = receiver.of(id).length;
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(receiver.of(id)).toHaveLength(before);
    expect((await see()).cause).toBe('access.grant_not_active');
    const texts = JSON.stringify(receiver.of(id));
    expect(texts).not.toContain('"status":"04"');
    expect(messages.some(({ row }) => row?.['status'] === '04')).toBe(false);
    expect((await call('ybj', 'GET', `/v1/subscriptions/${feed}`)).body['status']).toBe('HELD');
    const facts = await sealedFacts(province, id, 'exchange.subscription-turned.v1');
    expect(facts.at(-1)!.data).toMatchObject({ status: 'HELD', code: 'access.grant_not_active', departmentId: 'ybj' });
  });
});
