import {
  ConfigResourceTypes,
  ConfigSource,
  Kafka,
  logLevel,
  type Admin,
  type Consumer,
  type EachBatchPayload,
  type IHeaders,
  type ISocketFactory,
  type KafkaConfig,
  type KafkaMessage,
  type PartitionerArgs,
  type Producer,
} from 'kafkajs';
import { Logger } from '@nestjs/common';
import { newId } from '../clock';
import './kafkajs-timers';
import { securityOf, type KafkaIdentity } from './security';

/** The keys of a service's configuration that say where the broker is. */
export type KafkaSettings = KafkaIdentity &
  Readonly<{
    /** Comma separated. */
    KAFKA_BROKERS: string;
    /** Put before every topic, group and transactional id, so that several environments can share a cluster. */
    TOPIC_PREFIX?: string;
    /** The client that writes access records, which is most of what a busy gateway does; every other use is kafkajs. */
    KAFKA_RECORD_CLIENT?: 'kafkajs' | 'platformatic';
  }>;

export type KafkaDriverOptions = Readonly<{
  settings: KafkaSettings;
  /** Shown in the broker's logs. */
  clientId: string;
  /** Milliseconds a request may take before its answer counts as lost. */
  requestTimeout?: number;
  socketFactory?: ISocketFactory;
}>;

/** A message on its way to the log. Topics are always named without the prefix. */
export type Outgoing = Readonly<{
  topic: string;
  /** Left out: the key's hash decides. */
  partition?: number;
  key: string | null;
  value: string | Buffer | null;
  headers: Readonly<Record<string, string>>;
}>;

/** A message as it lies in the log. */
export type Fetched = Readonly<{
  offset: string;
  key: string | null;
  value: Buffer | null;
  timestamp: string;
  /** All of them; one alone is cheaper by `header`. */
  readonly headers: Record<string, string>;
  header(name: string): string | undefined;
}>;

/** Consecutive messages of one partition, and what can be done about them. */
export type FetchedBatch = Readonly<{
  topic: string;
  partition: number;
  /** Offset after the last message of the partition. */
  highWatermark: string;
  messages: readonly Fetched[];
  /** Everything up to this offset is handled: fetching goes on after it. */
  resolve(offset: string): void;
  /** Stores in the group that everything up to this offset is handled. */
  commit(offset: string): Promise<void>;
  /** Keeps this member in its group; throws when the group is rebalancing. */
  heartbeat(): Promise<void>;
  /** Stops fetching this partition for a while; what is not resolved is then fetched again. */
  pause(milliseconds: number): void;
  running(): boolean;
}>;

export interface LogProducer {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  send(messages: readonly Outgoing[]): Promise<void>;
}

export type ConsumerOptions = Readonly<{
  groupId: string;
  topics: readonly string[];
  /** Partitions handled at the same time. */
  concurrency: number;
  sessionTimeout?: number;
  /** Taken of a partition at once, default 1 MB. */
  fetchBytes?: number;
  eachBatch: (batch: FetchedBatch) => Promise<void>;
  /** It has stopped and will not come back by itself. */
  onCrash: (error: Error) => void;
  /** It has (again) been given its partitions. */
  onJoin?: () => void;
  /**
   * First offset wanted of a partition, asked at each join; null leaves it to the group. For a consumer that keeps
   * its place with its effect, where the group's own may be ahead of it after a restore.
   */
  startAt?: (topic: string, partition: number) => string | null;
}>;

export interface LogConsumer {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Every retry setting is given: the client has other defaults under `NODE_ENV=test`. */
const retry = (initialRetryTime: number, retries: number) => ({
  initialRetryTime,
  retries,
  maxRetryTime: 2000,
  factor: 0.2,
  multiplier: 2,
});

/** The only place that knows the Kafka client, and the only place that knows the prefix. */
export class KafkaDriver {
  private readonly prefix: string;
  private readonly log = new Logger('Kafka');

  constructor(private readonly options: KafkaDriverOptions) {
    this.prefix = options.settings.TOPIC_PREFIX ?? '';
  }

  /**
   * A producer whose transactions end those of any earlier producer of this name: from the moment `connect` returns,
   * the earlier one can write nothing. One send at a time.
   */
  transactionalProducer(name: string, transactionTimeout = 15_000): LogProducer {
    const settings = retry(5, 10);
    const producer = this.client(settings).producer({
      transactionalId: this.prefix + name,
      transactionTimeout,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: settings,
    });
    return {
      connect: async () => {
        await producer.connect();
        // The client fences on its first transaction; an empty one does it now.
        await (await producer.transaction()).abort();
      },
      disconnect: () => producer.disconnect(),
      send: async (messages) => {
        const transaction = await producer.transaction();
        await transaction.sendBatch(this.batchOf(messages));
        await transaction.commit();
      },
    };
  }

  /**
   * Retries a send until it is answered, without writing it twice, as long as sends do not overlap.
   * @param partitionSeed all of it goes into one partition of its topic, this number modulo how many there are
   */
  idempotentProducer(partitionSeed?: number): LogProducer {
    const settings = retry(20, 8);
    const producer: Producer = this.client(settings).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: settings,
      ...(partitionSeed === undefined
        ? {}
        : { createPartitioner: () => (of: PartitionerArgs) => partitionSeed % of.partitionMetadata.length }),
    });
    return {
      connect: () => producer.connect(),
      disconnect: () => producer.disconnect(),
      send: async (messages) => {
        await producer.sendBatch(this.batchOf(messages));
      },
    };
  }

  consumer(options: ConsumerOptions): LogConsumer {
    const settings = { ...retry(100, 8), restartOnFailure: () => Promise.resolve(false) };
    const consumer = this.client(settings).consumer({
      groupId: this.prefix + options.groupId,
      sessionTimeout: options.sessionTimeout ?? 10_000,
      heartbeatInterval: 2000,
      // What is fetched at once is decoded in memory at once.
      maxBytesPerPartition: options.fetchBytes ?? 1024 * 1024,
      maxWaitTimeInMs: 500,
      metadataMaxAge: 30_000,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: settings,
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => options.onCrash(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      for (const [topic, partitions] of Object.entries(payload.memberAssignment))
        for (const partition of partitions) {
          const offset = options.startAt?.(topic.slice(this.prefix.length), partition) ?? null;
          if (offset !== null) consumer.seek({ topic, partition, offset });
        }
      options.onJoin?.();
    });
    let started: Promise<void> = Promise.resolve();
    const begin = async (): Promise<void> => {
      await consumer.connect();
      await consumer.subscribe({ topics: options.topics.map((t) => this.prefix + t), fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: options.concurrency,
        eachBatch: (payload) => options.eachBatch(this.fetchedBatch(consumer, payload)),
      });
    };
    return {
      start: () => (started = begin()),
      stop: async () => {
        // The client waits for ever for the end of a consumer that is stopped while it joins its group.
        await started.catch(() => undefined);
        await consumer.disconnect();
      },
    };
  }

  /** Runs `work` with an administrative connection of its own. */
  async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.client(retry(100, 5)).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  /** Name on the cluster. */
  wireName(topic: string): string {
    return this.prefix + topic;
  }

  /** Names, without prefix, of the topics of this environment. */
  topics(): Promise<string[]> {
    return this.withAdmin(async (admin) =>
      (await admin.listTopics())
        .filter((t) => t.startsWith(this.prefix) && !t.startsWith('__'))
        .map((t) => t.slice(this.prefix.length)),
    );
  }

  /** Number of partitions of each topic that exists; the others are left out. */
  async partitions(topics: readonly string[]): Promise<Map<string, number>> {
    return this.withAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      const asked = topics.map((t) => this.prefix + t).filter((t) => existing.has(t));
      if (asked.length === 0) return new Map();
      const { topics: found } = await admin.fetchTopicMetadata({ topics: asked });
      return new Map(found.map((t) => [t.name.slice(this.prefix.length), t.partitions.length]));
    });
  }

  /** Every committed message that a topic has at this moment, in the order of its partitions. */
  async readAll(topic: string, each: (message: Fetched, partition: number) => void): Promise<void> {
    const name = this.prefix + topic;
    const offsets = await this.withAdmin((admin) => admin.fetchTopicOffsets(name));
    const left = new Map(offsets.filter((o) => o.high !== o.low).map((o) => [o.partition, BigInt(o.high)]));
    if (left.size === 0) return;
    const consumer = this.client(retry(100, 8)).consumer({
      groupId: `${this.prefix}${this.options.clientId}-read-${newId()}`,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 500,
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: name, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
        // Also said of batches in which only ends of transactions were left.
        consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
          const end = left.get(partition);
          if (end !== undefined && BigInt(lastOffset) >= end - 1n) left.delete(partition);
          if (left.size === 0) resolve();
        });
        consumer
          .run({
            autoCommit: false,
            eachBatch: ({ batch }) => {
              for (const message of batch.messages) each(new FetchedMessage(message), batch.partition);
              return Promise.resolve();
            },
          })
          .catch(reject);
      });
    } finally {
      await consumer.disconnect().catch(() => undefined);
    }
  }

  private client(settings: KafkaConfig['retry']): Kafka {
    const { tls, sasl } = securityOf(this.options.settings);
    return new Kafka({
      brokers: this.options.settings.KAFKA_BROKERS.split(',').map((b) => b.trim()),
      clientId: this.options.clientId,
      connectionTimeout: 3000,
      requestTimeout: this.options.requestTimeout ?? 10_000,
      enforceRequestTimeout: true,
      retry: settings,
      ...(this.options.socketFactory ? { socketFactory: this.options.socketFactory } : {}),
      ...(tls ? { ssl: tls } : {}),
      ...(sasl ? { sasl: { mechanism: 'scram-sha-512' as const, ...sasl } } : {}),
      logLevel: logLevel.ERROR,
      // It reports as errors what it then retries; whoever uses it reports what remains.
      logCreator: () => (entry) => this.log.debug(`${entry.namespace}: ${entry.log.message}`),
    });
  }

  private batchOf(messages: readonly Outgoing[]) {
    const byTopic = new Map<string, Outgoing[]>();
    for (const message of messages) {
      const list = byTopic.get(message.topic);
      if (list) list.push(message);
      else byTopic.set(message.topic, [message]);
    }
    return {
      acks: -1,
      topicMessages: [...byTopic].map(([topic, list]) => ({
        topic: this.prefix + topic,
        messages: list.map(({ key, value, headers, partition }) => ({ key, value, headers, partition })),
      })),
    };
  }

  private fetchedBatch(consumer: Consumer, payload: EachBatchPayload): FetchedBatch {
    const { batch } = payload;
    const { topic, partition } = batch;
    return {
      topic: topic.slice(this.prefix.length),
      partition,
      highWatermark: batch.highWatermark,
      messages: batch.messages.map((message) => new FetchedMessage(message)),
      resolve: (offset) => payload.resolveOffset(offset),
      commit: (offset) => consumer.commitOffsets([{ topic, partition, offset: String(BigInt(offset) + 1n) }]),
      heartbeat: () => payload.heartbeat(),
      pause: (milliseconds) => {
        const resume = payload.pause();
        setTimeout(resume, milliseconds).unref();
      },
      running: () => payload.isRunning() && !payload.isStale(),
    };
  }
}

/** Decodes headers only when they are asked for: a projection of many states needs few of them. */
class FetchedMessage implements Fetched {
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly timestamp: string;
  private readonly encoded: IHeaders;

  constructor({ offset, key, value, timestamp, headers }: KafkaMessage) {
    this.offset = offset;
    this.key = key === null ? null : key.toString();
    this.value = value;
    this.timestamp = timestamp;
    this.encoded = headers ?? {};
  }

  header(name: string): string | undefined {
    const value = this.encoded[name];
    return Array.isArray(value) ? value.map(String).join(',') : value?.toString();
  }

  get headers(): Record<string, string> {
    const plain: Record<string, string> = {};
    for (const name in this.encoded) plain[name] = this.header(name) ?? '';
    return plain;
  }
}

export type { Admin };
export const TOPIC_RESOURCE = ConfigResourceTypes.TOPIC;
export const SET_FOR_TOPIC = ConfigSource.TOPIC_CONFIG;
