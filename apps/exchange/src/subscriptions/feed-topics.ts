import { Injectable, Logger } from '@nestjs/common';
import { accessOfFeed, feedTopic } from '@qiongtong/contracts';
import { Drain, ensureTopics, KafkaDriver, pause, Scheduler, tracedHeaders } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { TopicAccess } from '../topic-access';
import type { Subscription } from './domain/subscription';
import type { FeedBatch } from './feed-batches';
import { SubscriptionStore } from './subscription.store';
import type { Taken } from './webhook';

type Producer = ReturnType<KafkaDriver['idempotentProducer']>;

/** Bytes of values written at once: a broker takes a mebibyte, and headers and names come on top. */
const BYTES_AT_ONCE = 512 * 1024;
const CLEAR_EVERY_MS = 60_000;
const AT_ONCE = 100;

/**
 * Feeds by topics, `feed.<subscription id>`: a message for each change, keyed by the record's name, all in one partition and so in
 * their order; position and digest of their batch stand in the headers. A topic ends with its subscription.
 */
@Injectable()
export class FeedTopics {
  private readonly log = new Logger('feed topics');
  /** Producers of which each is used by one send at a time. */
  private readonly idle: Producer[] = [];
  private readonly made = new Set<string>();

  constructor(
    private readonly driver: KafkaDriver,
    private readonly access: TopicAccess,
    private readonly store: SubscriptionStore,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
    drain: Drain,
  ) {
    scheduler.every('topics of ended feeds', CLEAR_EVERY_MS, () => this.clear());
    drain.add('producers of feeds', 'connections', async () => {
      await Promise.all(this.idle.splice(0).map((producer) => producer.disconnect().catch(() => undefined)));
    });
  }

  /** As its reader names it on the cluster. */
  nameOf({ id, systemId }: Pick<Subscription, 'id' | 'systemId'>): string {
    return this.driver.wireName(feedTopic(id, systemId).name);
  }

  async send(feed: Subscription, batch: FeedBatch, stop: AbortSignal): Promise<Taken> {
    const timeout = this.config.WEBHOOK_ANSWER_MS;
    const over = new AbortController();
    const late = pause(timeout, AbortSignal.any([stop, over.signal])).then(() => false as const);
    const sending = this.produce(feed, batch, AbortSignal.any([stop, over.signal])).then(() => true as const);
    try {
      if (await Promise.race([sending, late])) return { taken: true };
      sending.catch(() => undefined);
      return { taken: false, gone: false, why: 'no answer in time', waitMs: null };
    } catch (error) {
      return { taken: false, gone: false, why: (error as { type?: string }).type ?? 'broker failed', waitMs: null };
    } finally {
      over.abort();
    }
  }

  /** @param end after which nothing more is begun to be written: the feed may be somebody else's by then */
  private async produce(feed: Subscription, batch: FeedBatch, end: AbortSignal): Promise<void> {
    const topic = feedTopic(feed.id, feed.systemId);
    if (!this.made.has(feed.id)) {
      await ensureTopics(this.driver, [topic], {
        replicationFactor: this.config.TOPIC_REPLICATION_FACTOR,
        minInsyncReplicas: this.config.TOPIC_MIN_INSYNC_REPLICAS,
      });
      this.made.add(feed.id);
    }
    // What was sent under wider terms is not to be read any more.
    if (batch.termsChanged) await this.empty(topic.name);
    const producer = this.idle.pop() ?? (await this.connected());
    try {
      for (const messages of chunksOf(messagesOf(topic.name, batch))) {
        if (end.aborted) throw new Error('no longer ours');
        await producer.send(messages);
      }
    } catch (error) {
      // What it had sent without an answer must not be followed by something else.
      void producer.disconnect().catch(() => undefined);
      this.made.delete(feed.id);
      throw error;
    }
    this.idle.push(producer);
  }

  private async connected(): Promise<Producer> {
    const producer = this.driver.idempotentProducer(0);
    await producer.connect();
    return producer;
  }

  /** Its reader may read it. */
  async open({ id, systemId }: Subscription): Promise<void> {
    await this.access.allow(accessOfFeed(id, systemId));
  }

  /** Nobody reads it, for now or for good, nor what lies in it. */
  async shut({ id, systemId }: Subscription): Promise<void> {
    await this.access.forbid(accessOfFeed(id, systemId));
    await this.empty(feedTopic(id, systemId).name);
  }

  /** Deletes what lies in a topic; one that was never made is empty. */
  private async empty(name: string): Promise<void> {
    if (!(await this.driver.partitions([name])).has(name)) return;
    const topic = this.driver.wireName(name);
    await this.driver.withAdmin(async (admin) => {
      // The client knows who leads a topic only after it was asked about it.
      const offsets = await admin.fetchTopicOffsets(topic);
      const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
      await admin.deleteTopicRecords({ topic, partitions });
    });
  }

  /** Removes topics of feeds that have ended; what lies in them is no longer anybody's. */
  async clear(): Promise<void> {
    const ended = await this.store.topicsLeft(AT_ONCE);
    if (ended.length === 0) return;
    const names = new Set(await this.driver.topics());
    for (const feed of ended) {
      const { name } = feedTopic(feed.id, feed.systemId);
      await this.access.forbid(accessOfFeed(feed.id, feed.systemId));
      if (names.has(name))
        await this.driver.withAdmin((admin) => admin.deleteTopics({ topics: [this.driver.wireName(name)] }));
      await this.store.topicRemoved(feed.id);
      this.made.delete(feed.id);
      this.log.log(`topic of the ended feed ${feed.id} removed`);
    }
  }
}

type Outgoing = Parameters<Producer['send']>[0][number];

function messagesOf(topic: string, { told, position, previous, digest, termsChanged }: FeedBatch): Outgoing[] {
  const traced = tracedHeaders();
  return told.map(({ id, line }, n) => ({
    ...{ topic, key: id, value: line },
    headers: {
      ...{ 'qt-position': String(position), 'qt-previous': String(previous), 'qt-digest': digest },
      ...{ 'qt-index': String(n + 1), 'qt-count': String(told.length), 'qt-terms-changed': String(termsChanged) },
      ...traced,
    },
  }));
}

function chunksOf(messages: readonly Outgoing[]): Outgoing[][] {
  const chunks: Outgoing[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = Buffer.byteLength(message.value ?? '');
    if (bytes + size > BYTES_AT_ONCE) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)!.push(message);
    bytes += size;
  }
  return chunks;
}
