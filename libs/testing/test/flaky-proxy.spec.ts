import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import {
  createTopics,
  flakyProxy,
  KAFKA_PRODUCE,
  testInfrastructure,
  uniqueTopicPrefix,
  type FlakyProxy,
} from '../src';

const open: FlakyProxy[] = [];
afterEach(async () => {
  for (const proxy of open.splice(0)) await proxy.close();
});
async function proxyTo(target: string, kafka = false): Promise<FlakyProxy> {
  const proxy = await flakyProxy(target, { kafka });
  open.push(proxy);
  return proxy;
}

describe('a flaky connection to an HTTP server', () => {
  let server: Server;
  let asked = 0;
  let target: string;
  beforeAll(async () => {
    server = createServer((_, response) => {
      asked += 1;
      response.end('hello');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  beforeEach(() => (asked = 0));

  const get = (proxy: FlakyProxy, timeout = 2_000): Promise<string> =>
    new Promise((resolve, reject) => {
      const asking = request({ port: proxy.port, host: '127.0.0.1', agent: false, timeout }, (response) => {
        response.on('data', (bytes: Buffer) => resolve(bytes.toString()));
      });
      asking.on('error', reject);
      asking.on('timeout', () => asking.destroy(new Error('timeout')));
      asking.end();
    });

  it('passes everything on when it is healthy', async () => {
    await expect(get(await proxyTo(target))).resolves.toBe('hello');
  });

  it('lets the request through and loses the response', async () => {
    const proxy = await proxyTo(target);
    proxy.cutResponses();
    await expect(get(proxy)).rejects.toThrow();
    expect(asked).toBe(1);
    expect(proxy.lost).toBe(1);
    proxy.heal();
    await expect(get(proxy)).resolves.toBe('hello');
  });

  it('refuses connections, and accepts them again', async () => {
    const proxy = await proxyTo(target);
    proxy.refuse();
    await expect(get(proxy)).rejects.toThrow();
    expect(asked).toBe(0);
    proxy.accept();
    await expect(get(proxy)).resolves.toBe('hello');
  });

  it('holds bytes back while it is paused, and delivers them afterwards', async () => {
    const proxy = await proxyTo(target);
    proxy.pause();
    await expect(get(proxy, 200)).rejects.toThrow('timeout');
    const held = get(proxy, 5_000);
    setTimeout(() => proxy.resume(), 200);
    await expect(held).resolves.toBe('hello');
  });
});

describe('a flaky connection to Kafka', () => {
  it('stays between client and broker, and loses only the responses it was asked to lose', async () => {
    const { kafkaBrokers } = testInfrastructure();
    const prefix = uniqueTopicPrefix();
    await createTopics(prefix, [{ name: 'x', partitions: 1, compacted: false, retentionMs: -1 }]);
    const proxy = await proxyTo(kafkaBrokers, true);
    const kafka = new Kafka({ brokers: [proxy.address], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });
    const admin = kafka.admin();
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await admin.connect();
    expect((await admin.describeCluster()).brokers).toMatchObject([{ port: proxy.port }]);

    await producer.connect();
    proxy.loseResponsesTo(KAFKA_PRODUCE, 2);
    await producer.send({ topic: `${prefix}x`, messages: [{ value: 'once' }] });
    expect(proxy.lost).toBe(2);
    expect(await admin.fetchTopicOffsets(`${prefix}x`)).toMatchObject([{ low: '0', high: '1' }]);
    await producer.disconnect();
    await admin.disconnect();
  });
});
