import { Logger } from '@nestjs/common';
import { TOPICS, type Fact, type Topic } from '@qiongtong/contracts';
import {
  deleteTopics,
  testDatabase,
  testInfrastructure,
  uniqueTopicPrefix,
  type TestDatabase,
} from '@qiongtong/testing';
import { Kafka, logLevel } from 'kafkajs';
import type { DataSource } from 'typeorm';
import { openDatabase, sql, SystemClock, UnitOfWork } from '../../src/database';
import { Tracing } from '../../src/telemetry';
import {
  ensureTopics,
  KafkaDriver,
  KafkaTransport,
  ParkedMessages,
  Relay,
  type EventBatch,
  type KafkaTransportOptions,
  type RelayOptions,
} from '../../src/messaging';

if (!process.env['SHOW_LOGS']) Logger.overrideLogger(false);

export type Logged = {
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: string | null;
  headers: Record<string, string>;
};

export type Handlers = Record<string, (batch: EventBatch<{ i: number }>) => Promise<void>>;

/** One database and some topics of this test's own, and the parts of services on them. */
export class World {
  readonly prefix = uniqueTopicPrefix();
  readonly settings: { KAFKA_BROKERS: string; TOPIC_PREFIX: string };
  private readonly endings: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly database: Pick<TestDatabase, 'url' | 'drop'>,
    readonly dataSource: DataSource,
    readonly brokers: string,
  ) {
    this.settings = { KAFKA_BROKERS: brokers, TOPIC_PREFIX: this.prefix };
  }

  static async create(
    topics: readonly Topic[],
    on?: { database: Pick<TestDatabase, 'url' | 'drop'>; brokers: string },
  ): Promise<World> {
    const database = on?.database ?? (await testDatabase('messaging'));
    const brokers = on?.brokers ?? testInfrastructure().kafkaBrokers;
    const dataSource = await openDatabase({ url: database.url, applicationName: 'test' });
    await sql(
      dataSource,
      `CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, consumer text, key text, i integer, partition integer)`,
    );
    const world = new World(database, dataSource, brokers);
    await ensureTopics(new KafkaDriver({ settings: world.settings, clientId: 'topics' }), topics);
    return world;
  }

  driver(overrides: { brokers?: string; requestTimeout?: number } = {}): KafkaDriver {
    const { brokers, ...rest } = overrides;
    const settings = brokers ? { ...this.settings, KAFKA_BROKERS: brokers } : this.settings;
    return new KafkaDriver({ settings, clientId: 'test', ...rest });
  }

  work(service: string): UnitOfWork {
    return new UnitOfWork(this.dataSource, service, new SystemClock());
  }

  relay(service: string, options: Partial<RelayOptions> = {}): Relay {
    const relay = new Relay({
      service,
      dataSource: this.dataSource,
      databaseUrl: this.database.url,
      driver: this.driver(),
      heartbeatTopics: [],
      ...options,
    });
    relay.start();
    this.atEnd(() => relay.stop());
    return relay;
  }

  consumer(
    service: string,
    handlers: Handlers,
    options: Partial<KafkaTransportOptions> = {},
  ): { transport: KafkaTransport; parked: ParkedMessages } {
    const work = this.work(service);
    const parked = new ParkedMessages(this.dataSource, work, service);
    const transport = new KafkaTransport({
      service,
      driver: this.driver(),
      work,
      parked,
      tracing: Tracing.OFF,
      topics: [],
      lookMs: 300,
      retry: { attempts: 3, initialMs: 10, pauseMs: 100 },
      ...options,
    });
    for (const [pattern, handler] of Object.entries(handlers)) transport.addHandler(pattern, handler as never, true);
    transport.listen(() => undefined);
    this.atEnd(() => transport.close());
    return { transport, parked };
  }

  /** Publishes facts `i` = from … to - 1, one transaction each `perTransaction`, keys `k0` … in turn. */
  async publish(service: string, from: number, to: number, keys = 5, perTransaction = 10): Promise<void> {
    const work = this.work(service);
    for (let i = from; i < to; i += perTransaction)
      await work.run(async (tx) => {
        for (let j = i; j < Math.min(to, i + perTransaction); j++) tx.publish(fact(service, `k${j % keys}`, j));
      });
  }

  /** A handler that writes one row for each fresh message. */
  effects(consumer: string): (batch: EventBatch<{ i: number }>) => Promise<void> {
    return (batch) =>
      batch.once(async (tx, fresh) => {
        await tx.query(
          `INSERT INTO effect (consumer, key, i, partition)
           SELECT $1, * FROM unnest($2::text[], $3::int[], $4::int[])`,
          [consumer, fresh.map((m) => m.key), fresh.map((m) => m.data.i), fresh.map((m) => m.partition)],
        );
      });
  }

  async effectsOf(consumer: string): Promise<{ key: string; i: number; partition: number }[]> {
    return sql(this.dataSource, 'SELECT key, i, partition FROM effect WHERE consumer = $1 ORDER BY id', [consumer]);
  }

  async unpublished(): Promise<number> {
    const [row] = await sql<{ count: string }>(
      this.dataSource,
      'SELECT count(*) FROM outbox WHERE published_at IS NULL',
    );
    return Number(row!.count);
  }

  /** Messages for a topic that does or does not exist, published or not. */
  async writtenFor(topic: string): Promise<number> {
    const [row] = await sql<{ count: string }>(this.dataSource, 'SELECT count(*) FROM outbox WHERE topic = $1', [
      topic,
    ]);
    return Number(row!.count);
  }

  /** Everything committed in a topic, read by a plain client. */
  async log(topic: string, readUncommitted = false): Promise<Logged[]> {
    const kafka = new Kafka({ brokers: this.brokers.split(','), logLevel: logLevel.NOTHING });
    const name = this.prefix + topic;
    const admin = kafka.admin();
    await admin.connect();
    let ends = new Map<number, number>();
    // A topic that was made this moment may not have its leader yet.
    await eventually(async () => {
      const offsets = await admin.fetchTopicOffsets(name).catch(() => null);
      if (offsets) ends = new Map(offsets.map((o) => [o.partition, Number(o.high)]));
      return offsets !== null;
    }, `${topic} has a leader`);
    await admin.disconnect();
    const open = new Set([...ends].filter(([, end]) => end > 0).map(([partition]) => partition));
    const logged: Logged[] = [];
    if (open.size === 0) return logged;
    const consumer = kafka.consumer({
      groupId: `${this.prefix}log-${Math.random()}`,
      readUncommitted,
      maxWaitTimeInMs: 100,
    });
    await consumer.connect();
    await consumer.subscribe({ topic: name, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`${topic} could not be read to its end`)), 20_000);
      const passed = ({ partition, offset }: { partition: number; offset: number }) => {
        if (offset >= ends.get(partition)! - 1) open.delete(partition);
        if (open.size > 0) return;
        clearTimeout(patience);
        resolve();
      };
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) =>
        passed({ partition: payload.partition, offset: Number(payload.lastOffset) }),
      );
      void consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          for (const { key, value, headers, offset } of batch.messages)
            logged.push({
              topic,
              partition: batch.partition,
              offset: Number(offset),
              key: String(key),
              value: value === null ? null : value.toString(),
              headers: Object.fromEntries(Object.entries(headers ?? {}).map(([k, v]) => [k, String(v)])),
            });
          return Promise.resolve();
        },
      });
    });
    await consumer.disconnect();
    return logged.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  }

  atEnd(end: () => Promise<unknown>): void {
    this.endings.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.endings) await end();
    await this.dataSource.destroy();
    await deleteTopics(this.prefix, this.brokers).catch(() => undefined);
    await this.database.drop();
  }
}

export const fact = (service: string, key: string, i: number): Fact => ({
  type: `${service}.thing-happened.v1`,
  key,
  at: '2026-11-22T08:00:00.000Z',
  data: { i },
});

export const topics = (...names: string[]): Topic[] => names.map((name) => TOPICS.find((t) => t.name === name)!);

export async function eventually(
  check: () => Promise<boolean> | boolean,
  what: string,
  withinMs = 30_000,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > giveUpAt) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Numbers of a relay in the log: each partition's, in order, once each (the first appearance counts). */
export function numbersOf(logged: readonly Logged[]): Map<number, number[]> {
  const numbers = new Map<number, number[]>();
  for (const { partition, headers } of logged) {
    const list = numbers.get(partition) ?? [];
    list.push(Number(headers['qt_n']));
    numbers.set(partition, list);
  }
  return numbers;
}
