import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOP_HEADER, TOPICS, type Principal, type Role } from '@qiongtong/contracts';
import { bootService, HopTokens, KafkaDriver, loadConfig, SystemClock, type RunningService } from '@qiongtong/platform';
import {
  createTopics,
  deleteTopics,
  testDatabase,
  testHopKeys,
  testInfrastructure,
  uniqueTopicPrefix,
  withClient,
  type TestDatabase,
} from '@qiongtong/testing';
import { AuditModule } from '../src/app.module';
import { AuditConfig } from '../src/config';
import type { Arrived } from '../src/log/domain/leaf';

export const anOfficer = (departmentId: string, ...roles: readonly Role[]): Principal => ({
  kind: 'officer',
  officerId: `${departmentId}-officer`,
  systemId: null,
  departmentId,
  regionCode: '460000',
  roles,
  tokenId: 't',
});
export const auditor = anOfficer('sjt', 'AUDITOR');

export type Answer = Readonly<{ status: number; text: string; type: string; json: <T>() => T }>;

/** A broker's topics, a database and any number of replicas of the service on them. */
export class RunningAudit {
  readonly replicas: RunningService[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'qiongtong-audit-'));
  private readonly keys = testHopKeys();
  private readonly hops = new HopTokens(this.keys, 'gateway', new SystemClock());
  private readonly driver: KafkaDriver;
  private readonly sent = new Map<string, number>();

  private constructor(
    readonly database: TestDatabase,
    readonly prefix: string,
  ) {
    const settings = { KAFKA_BROKERS: testInfrastructure().kafkaBrokers, TOPIC_PREFIX: prefix };
    this.driver = new KafkaDriver({ settings, clientId: 'audit-test' });
  }

  static async create(replicas = 1): Promise<RunningAudit> {
    const prefix = uniqueTopicPrefix();
    const [database] = await Promise.all([testDatabase('audit'), createTopics(prefix, TOPICS)]);
    const audit = new RunningAudit(database, prefix);
    for (let i = 0; i < replicas; i += 1) await audit.start();
    return audit;
  }

  /** @param env instead of, or beside, what every replica is told */
  async start(env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const config = loadConfig(AuditConfig, this.environment(env));
    const service = await bootService({ name: 'audit', module: () => AuditModule.with(config), config });
    this.replicas.push(service);
    return service;
  }

  /** What a replica is told, also one that is a process of its own. */
  environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: this.database.url,
      KAFKA_BROKERS: testInfrastructure().kafkaBrokers,
      TOPIC_PREFIX: this.prefix,
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_AUDIENCE: 'qiongtong',
      HOP_KEYS_DIR: this.keys,
      DATA_DIR: this.folder,
      LOG_LEVEL: 'error',
      ...env,
    };
  }

  async stop(service: RunningService): Promise<void> {
    this.replicas.splice(this.replicas.indexOf(service), 1);
    await service.close();
  }

  /** Writes messages as their producers do; their numbers are those given, their offsets the broker's. */
  async produce(messages: readonly Arrived[]): Promise<void> {
    const producer = this.driver.idempotentProducer();
    await producer.connect();
    await producer.send(
      messages.map(({ topic, partition, key, headers, value }) => ({ topic, partition, key, headers, value })),
    );
    await producer.disconnect();
    for (const { topic } of messages) this.sent.set(topic, (this.sent.get(topic) ?? 0) + 1);
  }

  /** Rows of `sql` once there are as many as wanted. */
  async until<T extends object>(sql: string, count: number, withinMs = 20_000): Promise<T[]> {
    const giveUpAt = Date.now() + withinMs;
    for (;;) {
      const rows = await this.query<T>(sql);
      if (rows.length >= count) return rows;
      if (Date.now() > giveUpAt) throw new Error(`${rows.length} of ${count} rows after ${withinMs} ms: ${sql}`);
      await sleep(50);
    }
  }

  query<T extends object>(sql: string): Promise<T[]> {
    return withClient(this.database.url, async (client) => (await client.query<T>(sql)).rows);
  }

  async get(target: string, by: Principal | null, headers: Record<string, string> = {}, replica = 0): Promise<Answer> {
    const answer = await fetch(`${this.replicas[replica]?.url}${target}`, {
      headers: { ...headers, ...(by ? { [HOP_HEADER]: this.hops.issue('audit', 'GET', target, by) } : {}) },
    });
    const text = await answer.text();
    return {
      status: answer.status,
      text,
      type: answer.headers.get('content-type') ?? '',
      json: <T>() => JSON.parse(text) as T,
    };
  }

  /** Each call has a key of its own unless one is given. */
  async post(target: string, by: Principal, body: object, key: string = randomUUID()): Promise<Answer> {
    const answer = await fetch(`${this.replicas[0]?.url}${target}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        [HOP_HEADER]: this.hops.issue('audit', 'POST', target, by),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, text, type, json: <T>() => JSON.parse(text) as T };
  }

  /** An answer whose body is still to come. */
  open(target: string, by: Principal): Promise<Response> {
    const headers = { [HOP_HEADER]: this.hops.issue('audit', 'GET', target, by) };
    return fetch(`${this.replicas[0]?.url}${target}`, { headers });
  }

  async close(): Promise<void> {
    for (const service of [...this.replicas]) await this.stop(service);
    await this.database.drop();
    await deleteTopics(this.prefix);
    for (const folder of [this.folder, this.keys]) rmSync(folder, { recursive: true, force: true });
  }
}
