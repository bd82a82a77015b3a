import { randomUUID } from 'node:crypto';
import { HOP_HEADER, TOPICS, type Fact, type Principal, type ResourceState } from '@qiongtong/contracts';
import { bootService, HopTokens, loadConfig, SystemClock, type Clock, type RunningService } from '@qiongtong/platform';
import {
  createTopics,
  deleteTopics,
  testDatabase,
  testHopKeys,
  testInfrastructure,
  uniqueTopicPrefix,
  withClient,
} from '@qiongtong/testing';
import { Kafka, logLevel } from 'kafkajs';
import { authorisationModule } from '../src/app.module';
import { AuthorisationConfig } from '../src/config';
import { MisuseWatch } from '../src/misuse/misuse-watch';

export type Answer = Readonly<{
  status: number;
  body: Record<string, unknown>;
  etag: string | null;
  replayed: boolean;
}>;
type Call = Readonly<{ body?: unknown; ifMatch?: number; key?: string | null }>;
export type SentAccess = Readonly<{ record: object; at: string; type: string; n: number; partition: number }>;
type Heard = Readonly<{ topic: string; key: string; type: string; value: unknown }>;

const BOOTSTRAP = {
  BOOTSTRAP_ORGANISATION_ID: 'gxt',
  BOOTSTRAP_ORGANISATION_NAME: '省工业和信息化厅',
  BOOTSTRAP_REGION: '460000',
  BOOTSTRAP_OFFICER_ID: 'gxt-admin',
  BOOTSTRAP_OFFICER_NAME: '管理员',
};

export interface RunningAuthorisation {
  url: string;
  /** To stand in its way with a session of one's own. */
  databaseUrl: string;
  /** To call what a schedule would, at a time of the test's own. */
  app: RunningService['app'];
  /** As the gateway would: with a hop token for this very call. POSTs get a key of their own unless one is given. */
  call(method: string, target: string, by: Principal, call?: Call): Promise<Answer>;
  /** The same, and the answer must be a success. */
  done(method: string, target: string, by: Principal, call?: Call): Promise<Record<string, unknown>>;
  everyPage(target: string, by: Principal): Promise<Record<string, unknown>[]>;
  /** Sends states as catalogue would; `again` sends the message that was sent before, byte for byte. */
  resources(...states: ResourceState[]): Promise<void>;
  /** Sends access records as the gateway would, `n` their numbers in their partition. */
  accesses(records: readonly SentAccess[]): Promise<void>;
  /** What the scheduler does for the watch. */
  keepUpWatch(now: Date): Promise<void>;
  factsOf(key: string, atLeast: number): Promise<Fact[]>;
  states(topic: string, key: string, atLeast: number): Promise<Record<string, unknown>[]>;
  query<R>(sql: string, parameters?: unknown[]): Promise<R[]>;
  /** Another replica on the same database and topics. */
  replica(env?: Record<string, string>): Promise<RunningService>;
  close(): Promise<void>;
}

type Start = Readonly<{ replicas?: number; clock?: Clock; env?: Record<string, string> }>;
/** The whole service with a database, topics and keys of its own. */
export async function startAuthorisation({
  replicas = 1,
  clock,
  env: over = {},
}: Start = {}): Promise<RunningAuthorisation> {
  const database = await testDatabase('authorisation');
  const prefix = uniqueTopicPrefix();
  await createTopics(prefix, TOPICS);
  const hopKeys = testHopKeys();
  const { kafkaBrokers } = testInfrastructure();
  const replica = (env: Record<string, string> = { ...BOOTSTRAP, ...over }) => {
    const config = loadConfig(AuthorisationConfig, {
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: database.url,
      KAFKA_BROKERS: kafkaBrokers,
      TOPIC_PREFIX: prefix,
      OIDC_ISSUER: 'http://127.0.0.1:9',
      OIDC_AUDIENCE: 'qiongtong',
      HOP_KEYS_DIR: hopKeys,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
      ...env,
    });
    return bootService({ name: 'authorisation', module: (c) => authorisationModule(c, clock), config });
  };
  const running = await Promise.all(Array.from({ length: replicas }, () => replica()));
  const [service] = running;
  const gateway = new HopTokens(hopKeys, 'gateway', clock ?? new SystemClock());
  const kafka = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  const heard: Heard[] = [];
  const ear = kafka.consumer({ groupId: `${prefix}ear` });
  await ear.connect();
  const spoken = [
    'facts.authorisation',
    'policy.organisations',
    'policy.officers',
    'policy.systems',
    'policy.grants',
    'policy.permits',
    'policy.stops',
    'policy.throttles',
    'reference.calendar',
  ];
  await ear.subscribe({ topics: spoken.map((topic) => prefix + topic), fromBeginning: true });
  await ear.run({
    eachMessage: async ({ topic, message }) => {
      heard.push({
        topic: topic.slice(prefix.length),
        key: message.key?.toString() ?? '',
        type: message.headers?.['ce_type']?.toString() ?? '',
        value: message.value === null ? null : JSON.parse(message.value.toString()),
      });
    },
  });

  const query = <R>(sql: string, parameters: unknown[] = []) =>
    withClient(database.url, async (client) => (await client.query(sql, parameters)).rows as R[]);
  const call: RunningAuthorisation['call'] = async (method, target, by, { body, ifMatch, key } = {}) => {
    const idempotencyKey = key === undefined && method === 'POST' ? randomUUID() : key;
    const response = await fetch(service!.url + target, {
      method,
      headers: {
        [HOP_HEADER]: gateway.issue('authorisation', method, target, by),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
      etag: response.headers.get('etag'),
      replayed: response.headers.get('idempotency-replayed') === 'true',
    };
  };

  return {
    url: service!.url,
    databaseUrl: database.url,
    app: service!.app,
    call,
    query,
    replica,
    async done(method, target, by, options) {
      const { status, body } = await call(method, target, by, options);
      if (status >= 300) throw new Error(`${method} ${target} answered ${status}: ${JSON.stringify(body)}`);
      return body;
    },
    async everyPage(target, by) {
      const items: Record<string, unknown>[] = [];
      for (let cursor: string | null = null; ;) {
        const next: string = cursor === null ? target : `${target}&cursor=${encodeURIComponent(cursor)}`;
        const { status, body } = await call('GET', next, by);
        if (status !== 200) throw new Error(`${next} answered ${status}: ${JSON.stringify(body)}`);
        items.push(...(body['items'] as Record<string, unknown>[]));
        cursor = body['next'] as string | null;
        if (cursor === null) return items;
      }
    },
    async resources(...states) {
      const marker = { ...states[0]!, id: `marker-${randomUUID()}`, providerId: 'marker', version: 1 };
      await producer.send({
        topic: `${prefix}policy.resources`,
        messages: [...states, marker].map((state) => ({
          key: state.id,
          value: JSON.stringify(state),
          headers: { ce_id: randomUUID(), ce_source: 'catalogue', ce_type: 'state' },
        })),
      });
      await eventually('the resources are projected', async () => {
        const rows = await query('SELECT 1 FROM resource WHERE id = $1', [marker.id]);
        return rows.length > 0 ? true : null;
      });
    },
    async accesses(records) {
      await producer.send({
        topic: `${prefix}facts.access`,
        messages: records.map(({ record, at, type, n, partition }) => ({
          key: randomUUID(),
          value: JSON.stringify(record),
          partition,
          headers: {
            ce_id: randomUUID(),
            ce_source: 'gateway',
            ce_type: type,
            ce_time: at,
            qt_epoch: '1',
            qt_n: `${n}`,
          },
        })),
      });
    },
    keepUpWatch: (now) => service!.app.get(MisuseWatch, { strict: false }).keepUp(now),
    factsOf: (key, atLeast) =>
      eventually(`${atLeast} facts of ${key}`, async () => {
        const facts = heard.filter((m) => m.topic === 'facts.authorisation' && m.key === key);
        return facts.length < atLeast ? null : facts.map((m) => ({ type: m.type, data: m.value }) as Fact);
      }),
    states: (topic, key, atLeast) =>
      eventually(`${atLeast} states of ${key}`, async () => {
        const states = heard.filter((m) => m.topic === topic && m.key === key && m.type !== 'heartbeat');
        return states.length < atLeast ? null : states.map((m) => m.value as Record<string, unknown>);
      }),
    async close() {
      await ear.disconnect();
      await producer.disconnect();
      await Promise.all(running.map((one) => one.close()));
      await database.drop();
      await deleteTopics(prefix);
    },
  };
}

export async function eventually<T>(what: string, look: () => Promise<T | null>, patienceMs = 20_000): Promise<T> {
  for (const giveUpAt = Date.now() + patienceMs; ;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > giveUpAt) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
