import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  HOP_HEADER,
  TOPICS,
  type Fact,
  type GrantState,
  type OrganisationState,
  type Principal,
} from '@qiongtong/contracts';
import { bootService, ClockOfFile, HopTokens, loadConfig, SystemClock, type RunningService } from '@qiongtong/platform';
import {
  createTopics,
  deleteTopics,
  testDatabase,
  testHopKeys,
  testInfrastructure,
  uniqueTopicPrefix,
  withClient,
} from '@qiongtong/testing';
import { Kafka, logLevel, type Consumer, type Producer } from 'kafkajs';
import { catalogueModule } from '../src/app.module';
import { CatalogueConfig } from '../src/config';

export type Answer = Readonly<{ status: number; body: Record<string, unknown>; etag: string | null }>;
type Call = Readonly<{ body?: object; ifMatch?: number; key?: string | null }>;
type Sent = Readonly<{ headers?: Record<string, string>; body?: string | Uint8Array | ReadableStream }>;
type Heard = Readonly<{ topic: string; key: string; type: string; value: string | null }>;

export interface RunningCatalogue {
  /** As the gateway would: with a hop token for this very call. POSTs get a key of their own unless one is given. */
  call(method: string, target: string, by: Principal, call?: Call): Promise<Answer>;
  /** The answer as it comes; a body is sent as it is. */
  send(method: string, target: string, by: Principal, sent?: Sent): Promise<Response>;
  everyPage(target: string, by: Principal): Promise<Record<string, unknown>[]>;
  /** Sends states of organisations and waits until the last of them was projected. */
  organisations(...states: (Partial<OrganisationState> & Pick<OrganisationState, 'id' | 'name'>)[]): Promise<void>;
  /** The same of grants. */
  grants(...states: (Partial<GrantState> & Pick<GrantState, 'id' | 'resourceId'>)[]): Promise<void>;
  sendRaw(topic: string, key: string, value: string | null, type?: string): Promise<void>;
  factsOf(key: string, atLeast: number): Promise<Fact[]>;
  states(topic: string, key: string, atLeast: number): Promise<unknown[]>;
  query<R>(sql: string, parameters?: unknown[]): Promise<R[]>;
  /** Every table with a row that contains the text. */
  tablesContaining(text: string): Promise<string[]>;
  url: string;
  setClock(to: string): void;
  databaseUrl: string;
  close(): Promise<void>;
}

/**
 * The whole service with a database, topics and keys of its own.
 *
 * @param clock where business time stands until it is set; the system's own time where none is given
 */
export async function startCatalogue(clock?: string): Promise<RunningCatalogue> {
  const folder = mkdtempSync(join(tmpdir(), 'qiongtong-catalogue-'));
  const clockFile = join(folder, 'clock');
  const setClock = (to: string) => writeFileSync(clockFile, new Date(to).toISOString());
  if (clock !== undefined) setClock(clock);
  const database = await testDatabase('catalogue');
  const prefix = uniqueTopicPrefix();
  await createTopics(prefix, TOPICS);
  const hopKeys = testHopKeys();
  const { kafkaBrokers } = testInfrastructure();
  const config = loadConfig(CatalogueConfig, {
    PORT: '0',
    METRICS_PORT: '0',
    DATABASE_URL: database.url,
    KAFKA_BROKERS: kafkaBrokers,
    TOPIC_PREFIX: prefix,
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_AUDIENCE: 'qiongtong',
    HOP_KEYS_DIR: hopKeys,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
    ...(clock !== undefined && { TEST_CLOCK_FILE: clockFile }),
  });
  const service: RunningService = await bootService({ name: 'catalogue', module: catalogueModule, config });
  const gateway = new HopTokens(
    hopKeys,
    'gateway',
    clock === undefined ? new SystemClock() : new ClockOfFile(clockFile),
  );
  const kafka = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const ear = await listen(kafka, prefix);
  const producer: Producer = kafka.producer();
  await producer.connect();

  const query = <R>(sql: string, parameters: unknown[] = []) =>
    withClient(database.url, async (client) => (await client.query(sql, parameters)).rows as R[]);
  const sendRaw = async (topic: string, key: string, value: string | null, type = 'state') => {
    await producer.send({
      topic: prefix + topic,
      messages: [{ key, value, headers: { ce_id: randomUUID(), ce_source: 'authorisation', ce_type: type } }],
    });
  };
  const call: RunningCatalogue['call'] = async (method, target, by, { body, ifMatch, key } = {}) => {
    const idempotencyKey = key === undefined && method === 'POST' ? randomUUID() : key;
    const response = await fetch(service.url + target, {
      method,
      headers: {
        [HOP_HEADER]: gateway.issue('catalogue', method, target, by),
        ...(body && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
      etag: response.headers.get('etag'),
    };
  };

  return {
    url: service.url,
    setClock,
    databaseUrl: database.url,
    call,
    send: (method, target, by, { headers = {}, body } = {}) =>
      fetch(service.url + target, {
        method,
        headers: {
          [HOP_HEADER]: gateway.issue('catalogue', method, target, by),
          ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
          ...headers,
        },
        ...(body !== undefined && { body, duplex: 'half' }),
      } as RequestInit),
    query,
    sendRaw,
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
    async organisations(...states) {
      for (const state of states)
        await sendRaw('policy.organisations', state.id, JSON.stringify(anOrganisation(state)));
      const last = states.at(-1)!;
      await eventually(`${last.id} is projected`, async () => {
        const [row] = await query<{ version: string }>('SELECT version FROM organisation WHERE id = $1', [last.id]);
        return Number(row?.version ?? 0) >= (last.version ?? 1) || null;
      });
    },
    async grants(...states) {
      for (const state of states) await sendRaw('policy.grants', state.id, JSON.stringify(aGrant(state)));
      const last = states.at(-1)!;
      await eventually(`${last.id} is projected`, async () => {
        const [row] = await query<{ version: string }>('SELECT version FROM sharing_grant WHERE id = $1', [last.id]);
        return Number(row?.version ?? 0) >= (last.version ?? 1) || null;
      });
    },
    factsOf: (key, atLeast) =>
      eventually(`${atLeast} facts of ${key}`, async () => {
        const facts = ear.heard.filter((m) => m.topic === 'facts.catalogue' && m.key === key);
        return facts.length < atLeast ? null : facts.map((m) => ({ type: m.type, data: JSON.parse(m.value!) }) as Fact);
      }),
    states: (topic, key, atLeast) =>
      eventually(`${atLeast} states of ${key}`, async () => {
        const states = ear.heard.filter((m) => m.topic === topic && m.key === key && m.type !== 'heartbeat');
        return states.length < atLeast ? null : states.map((m) => JSON.parse(m.value!) as unknown);
      }),
    async tablesContaining(text) {
      const tables = await query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
      );
      const found: string[] = [];
      for (const { name } of tables) {
        const rows = await query(`SELECT 1 FROM "${name}" AS t WHERE position($1 in t::text) > 0 LIMIT 1`, [text]);
        if (rows.length > 0) found.push(name);
      }
      return found;
    },
    async close() {
      await ear.consumer.disconnect();
      await producer.disconnect();
      await service.close();
      await database.drop();
      await deleteTopics(prefix);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const aGrant = (over: Partial<GrantState> & Pick<GrantState, 'id' | 'resourceId'>): GrantState => ({
  version: 1,
  parentId: null,
  providerId: 'mzt',
  holderId: 'zgt',
  recipientOwnerId: null,
  status: 'ACTIVE',
  items: ['certNo', 'name'],
  rowFilter: null,
  mask: {},
  actions: ['query'],
  purposes: [],
  matterNumber: 'optional',
  scopeOfKnowledge: { units: [], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' },
  limits: {},
  rulePack: 'HN-2014-176@1',
  ground: null,
  ...over,
});

const anOrganisation = (
  over: Partial<OrganisationState> & Pick<OrganisationState, 'id' | 'name'>,
): OrganisationState => ({
  version: 1,
  type: 'ADMINISTRATIVE',
  level: 'PROVINCE',
  regionCode: '460000',
  parentId: null,
  kind: 'DEPARTMENT',
  status: 'ACTIVE',
  roles: [],
  duties: [],
  hasResponsibleUnit: true,
  admission: 'ACTIVE',
  pledgeVersion: null,
  pledgeValidUntil: null,
  ...over,
});

async function listen(kafka: Kafka, prefix: string): Promise<{ heard: Heard[]; consumer: Consumer }> {
  const heard: Heard[] = [];
  const consumer = kafka.consumer({ groupId: `${prefix}ear` });
  await consumer.connect();
  await consumer.subscribe({ topics: [`${prefix}facts.catalogue`, `${prefix}policy.resources`], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      heard.push({
        topic: topic.slice(prefix.length),
        key: message.key?.toString() ?? '',
        type: message.headers?.['ce_type']?.toString() ?? '',
        value: message.value?.toString() ?? null,
      });
    },
  });
  return { heard, consumer };
}

async function eventually<T>(what: string, look: () => Promise<T | null>, patienceMs = 20_000): Promise<T> {
  for (const giveUpAt = Date.now() + patienceMs; ;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > giveUpAt) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
