import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { Pool } from 'pg';
import {
  HOP_HEADER,
  POLICY_TOPICS,
  TOPICS,
  type Fact,
  type GrantState,
  type Obligations,
  type PolicyStates,
  type PolicyTopic,
  type Principal,
  type Release,
  type Use,
} from '@qiongtong/contracts';
import { bootService, HopTokens, loadConfig, SystemClock, type RunningService } from '@qiongtong/platform';
import {
  aResource,
  aSystem,
  anItem,
  anOrganisation,
  aUse,
  createTopics,
  deleteTopics,
  testDatabase,
  testHopKeys,
  testInfrastructure,
  uniqueTopicPrefix,
  type TestDatabase,
} from '@qiongtong/testing';
import { ExchangeModule } from '../src/app.module';
import { ExchangeConfig } from '../src/config';
import { LivePolicy } from '../src/policy/live-policy';
import { RecordsRoutes } from '../src/records/records.routes';

export const RESOURCE = '203000-000001';

/** Marriage records of `mzt`, pushed by `mzt-system`; a second resource of another department. */
export const marriages = aResource({
  id: RESOURCE,
  items: [
    anItem({ code: 'certNo', length: '20', key: true, required: true }),
    anItem({ code: 'idNumber', sensitive: true }),
    anItem({ code: 'personName', length: '50' }),
    anItem({ code: 'registeredOn', type: 'D', length: undefined }),
    anItem({ code: 'regionCode', length: '6' }),
    anItem({ code: 'fee', type: 'N', length: '8.2' }),
    anItem({ code: 'copies', type: 'I', length: undefined }),
    anItem({ code: 'status', length: '1', codeList: ['1', '2'] }),
    anItem({ code: 'remark', type: 'M', length: undefined, queryable: false }),
  ],
});
const STATES: { readonly [T in PolicyTopic]?: readonly PolicyStates[T][] } = {
  'policy.organisations': [anOrganisation(), anOrganisation({ id: 'mzt' }), anOrganisation({ id: 'gat' })],
  'policy.systems': [
    aSystem(),
    aSystem({
      id: 'mzt-system',
      departmentId: 'mzt',
      ownerId: 'mzt',
      provides: [RESOURCE, 'big', 'order'],
      kafka: true,
    }),
    aSystem({ id: 'gat-system', departmentId: 'gat', ownerId: 'gat', provides: ['foreign'], kafka: true }),
  ],
  'policy.resources': [
    marriages,
    aResource({ ...marriages, id: 'big' }),
    aResource({ ...marriages, id: 'order' }),
    aResource({ ...marriages, id: 'foreign', providerId: 'gat' }),
    aResource({ ...marriages, id: 'elsewhere', deliveryMode: 'EXCHANGE_CHANNEL' }),
  ],
};

export const aRow = (n: number, over: Record<string, unknown> = {}) => ({
  certNo: `J460000-${String(n).padStart(6, '0')}`,
  idNumber: '460100199001011234',
  personName: '王小明',
  registeredOn: '2024-02-29',
  regionCode: n % 2 === 0 ? '460100' : '460200',
  fee: '9.00',
  copies: n,
  status: '1',
  ...over,
});
export const keyOf = (n: number): string => aRow(n).certNo;
export const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

type Headers = Record<string, string>;
export type Answer<T = unknown> = Readonly<{ status: number; headers: globalThis.Headers; text: string; json: T }>;

/** A running exchange beside what surrounds it: policy topics with heartbeats, the gateway's key, a broker client. */
export class TestExchange {
  readonly pool: Pool;
  readonly readerPool: Pool;
  private readonly kafka: Kafka;
  private beating: NodeJS.Timeout | undefined;
  private readonly hops: HopTokens;
  private keys = 0;

  private constructor(
    readonly service: RunningService,
    private readonly database: TestDatabase,
    readonly prefix: string,
    /** Where files of exports lie. */
    readonly folder: string,
    hopKeys: string,
    kafka: Kafka,
  ) {
    this.pool = new Pool({ connectionString: database.url, max: 4 });
    this.pool.on('error', () => undefined);
    this.readerPool = new Pool({ connectionString: database.readerUrl, max: 1 });
    this.hops = new HopTokens(hopKeys, 'gateway', new SystemClock());
    this.kafka = kafka;
  }

  static async start(env: Record<string, string> = {}): Promise<TestExchange> {
    const database = await testDatabase('exchange');
    const prefix = uniqueTopicPrefix();
    await createTopics(prefix, TOPICS);
    const hopKeys = testHopKeys();
    const { kafkaBrokers } = testInfrastructure();
    const folder = mkdtempSync(join(tmpdir(), 'qiongtong-exports-'));
    const config = loadConfig(ExchangeConfig, {
      EXPORT_DIR: folder,
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: database.url,
      READER_DATABASE_URL: database.readerUrl,
      KAFKA_BROKERS: kafkaBrokers,
      TOPIC_PREFIX: prefix,
      OIDC_ISSUER: 'http://127.0.0.1:1/',
      OIDC_AUDIENCE: 'qiongtong',
      HOP_KEYS_DIR: hopKeys,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
      ...env,
    });
    const service = await bootService({
      name: 'exchange',
      module: () => ExchangeModule.with(config),
      config,
      configure: (app) => app.get(RecordsRoutes).register(app.getHttpAdapter().getInstance()),
    });
    const kafka = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
    const exchange = new TestExchange(service, database, prefix, folder, hopKeys, kafka);
    await exchange.beginPolicy();
    return exchange;
  }

  async stop(): Promise<void> {
    clearInterval(this.beating);
    await this.producing?.disconnect();
    await this.service.close();
    await this.pool.end();
    await this.readerPool.end();
    await deleteTopics(this.prefix);
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }

  /** Publishes states and then a heartbeat a second, and waits until exchange decides on them. */
  private async beginPolicy(): Promise<void> {
    for (const [topic, states] of Object.entries(STATES)) await this.state(topic as PolicyTopic, ...states);
    await this.beat();
    this.resumeHeartbeats();
    const policy = this.service.app.get(LivePolicy);
    await until(() => policy.freshness() === 'fresh' && policy.index.resource('elsewhere') !== undefined);
  }

  async state<T extends PolicyTopic>(topic: T, ...states: readonly PolicyStates[T][]): Promise<void> {
    await this.produce(
      topic,
      states.map((state) => ({ key: state.id, value: JSON.stringify(state), headers: {} })),
    );
  }

  private async beat(): Promise<void> {
    const at = new Date().toISOString();
    for (const topic of POLICY_TOPICS)
      await this.produce(topic, [
        { key: '_heartbeat', value: JSON.stringify({ at }), headers: { ce_type: 'heartbeat' } },
      ]);
  }

  resumeHeartbeats(): void {
    this.beating = setInterval(() => void this.beat().catch(() => undefined), 700);
  }

  pauseHeartbeats(): void {
    clearInterval(this.beating);
  }

  private producing: ReturnType<Kafka['producer']> | undefined;
  async produce(
    topic: string,
    messages: { key: string | null; value: string | Buffer | null; headers: IHeaders }[],
  ): Promise<void> {
    if (!this.producing) {
      this.producing = this.kafka.producer({ allowAutoTopicCreation: false });
      await this.producing.connect();
    }
    await this.producing.send({ topic: this.prefix + topic, messages });
  }

  async topics(): Promise<string[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return (await admin.listTopics())
        .filter((t) => t.startsWith(this.prefix))
        .map((t) => t.slice(this.prefix.length));
    } finally {
      await admin.disconnect();
    }
  }

  /** Facts and receipts that were said so far, as they wait for or have passed the relay. */
  async said<T = Fact['data']>(type: string): Promise<T[]> {
    const { rows } = await this.pool.query<{ value: string }>(
      `SELECT value FROM outbox WHERE headers ->> 'ce_type' = $1 ORDER BY id`,
      [type],
    );
    return rows.map((row) => JSON.parse(row.value) as T);
  }

  async count(sql: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, values);
    return Number(rows[0]!.n);
  }

  /** Reads a topic from its beginning until `enough`. */
  async readTopic(
    topic: string,
    enough: (messages: { key: string; value: unknown; type: string }[]) => boolean,
  ): Promise<{ key: string; value: unknown; type: string }[]> {
    const consumer = this.kafka.consumer({ groupId: `${this.prefix}reader-${this.keys++}`, maxWaitTimeInMs: 100 });
    const messages: { key: string; value: unknown; type: string }[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [this.prefix + topic], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        messages.push({
          key: String(message.key),
          value: JSON.parse(String(message.value)) as unknown,
          type: String(message.headers?.['ce_type']),
        });
        return Promise.resolve();
      },
    });
    try {
      await until(() => enough(messages));
    } finally {
      await consumer.disconnect();
    }
    return messages;
  }

  async call<T = unknown>(
    method: string,
    target: string,
    options: {
      principal?: Principal;
      release?: Release;
      headers?: Headers;
      body?: string | Buffer | ReadableStream;
      token?: string;
      signal?: AbortSignal;
    } = {},
  ): Promise<Answer<T>> {
    const token =
      options.token ??
      this.hops.issue(
        'exchange',
        method,
        target,
        options.principal ?? principalOf('mzt-system', 'mzt'),
        options.release,
      );
    const answer = await fetch(this.service.url + target, {
      method,
      headers: { [HOP_HEADER]: token, 'accept-language': 'en', ...options.headers },
      body: options.body,
      signal: options.signal,
      ...(options.body instanceof ReadableStream ? { duplex: 'half' } : {}),
    } as RequestInit);
    const text = await answer.text();
    let json: unknown = null;
    try {
      json = JSON.parse(text);
    } catch {
      // NDJSON and empty answers are read as text.
    }
    return { status: answer.status, headers: answer.headers, text, json: json as T };
  }

  /** The token of a call whose decisions stand in its body. */
  hopForBody(method: string, target: string, body: string): { hop: string } {
    return { hop: this.hops.issueForBody('exchange', method, target, body) };
  }

  hopFor(method: string, target: string, release: Release): { hop: string } {
    return { hop: this.hops.issue('exchange', method, target, principalOf('mzj-system', 'mzj'), release) };
  }

  /** Pushes rows as the gateway would pass them on. */
  push<T = unknown>(
    rows: string | Buffer | ReadableStream,
    options: {
      resourceId?: string;
      systemId?: string;
      departmentId?: string;
      query?: string;
      headers?: Headers;
      key?: string;
      signal?: AbortSignal;
    } = {},
  ): Promise<Answer<T>> {
    const { resourceId = RESOURCE, systemId = 'mzt-system', departmentId = 'mzt', query = '' } = options;
    const use = aUse({ systemId, departmentId, resourceId, action: 'push', items: null, purpose: null, address: null });
    return this.call('POST', `/v1/resources/${resourceId}/batches${query}`, {
      principal: principalOf(systemId, departmentId),
      release: aRelease(use, { items: [] }, 'push'),
      headers: {
        'content-type': 'application/x-ndjson',
        'idempotency-key': options.key ?? `key-${++this.keys}`,
        ...options.headers,
      },
      body: rows,
      signal: options.signal,
    });
  }

  /** Reads as the gateway would, under a decision. */
  read<T = unknown>(
    target: string,
    obligations: Partial<Obligations> = {},
    over: Partial<Use> & { grantId?: string; body?: object; ndjson?: boolean; method?: string } = {},
  ): Promise<Answer<T>> {
    const { grantId, body, ndjson: lines, method = body ? 'POST' : 'GET', ...use } = over;
    const items = obligations.items ?? marriages.items.map((item) => item.code);
    const release = aRelease(
      aUse({
        resourceId: /resources\/([^/?]+)/.exec(target)![1]!,
        action: lines ? 'batch' : 'query',
        items,
        touchedItems: items,
        ...use,
      }),
      { ...obligations, items },
      grantId ? 'grant' : 'unconditional',
      grantId ?? null,
    );
    return this.call('' + method, target, {
      principal: principalOf('mzj-system', 'mzj'),
      release,
      headers: {
        ...(lines ? { accept: 'application/x-ndjson' } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
  }
}

export const principalOf = (systemId: string, departmentId: string): Principal => ({
  kind: 'system',
  officerId: null,
  systemId,
  departmentId,
  regionCode: '460000',
  roles: ['SYSTEM'],
  tokenId: 'jti-1',
});

let decisions = 0;
export const aRelease = (
  use: Use,
  obligations: Partial<Obligations>,
  basis: 'grant' | 'push' | 'own' | 'unconditional' = 'unconditional',
  grantId: GrantState['id'] | null = null,
): Release => ({
  decisionId: `decision-${++decisions}`,
  use,
  decision: {
    effect: 'permit',
    basis,
    grantId,
    requirement: 'R12.7',
    obligations: { items: [], rowFilter: null, mask: {}, limits: {}, ...obligations },
  },
});

export const sha256 = (body: string | Buffer): Buffer => createHash('sha256').update(body).digest();

export async function until(holds: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds());) {
    if (Date.now() > end) throw new Error(`still not so after ${ms} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
