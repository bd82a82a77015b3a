import { Logger } from '@nestjs/common';
import { POLICY_TOPICS, TOPICS } from '@qiongtong/contracts';
import type { DataSource } from 'typeorm';
import { newId } from '../clock';
import { Lease, pause, type LeaseOptions, type LeaseTerm } from '../database/lease';
import { listen } from '../database/listen';
import { currentEpoch, endLostStates } from './epoch';
import type { KafkaDriver, LogProducer, Outgoing } from './kafka';
import { HEADER, HEARTBEAT_KEY, HEARTBEAT_TYPE } from './message';
import { messagingMetrics as metrics } from './metrics';
import { OUTBOX_CHANNEL } from './outbox';
import { RelayStore } from './relay-store';

export type RelayOptions = Readonly<{
  service: string;
  dataSource: DataSource;
  /** For the connection that listens for new rows. */
  databaseUrl: string;
  driver: KafkaDriver;
  /** State topics that get a heartbeat, default the policy topics the service owns. */
  heartbeatTopics?: readonly string[];
  heartbeatMs?: number;
  pollMs?: number;
  lease?: LeaseOptions;
  /** Called between storing the numbers and producing; a test stops the relay there. */
  beforeProducing?: () => Promise<void>;
  /** Called when the broker has them and they are not marked yet. */
  afterProducing?: () => void;
}>;

const BLOCKED_RETRY_MS = 2000;
const REPORT_MS = 5000;
const PRUNE_MS = 60_000;

/**
 * Publishes what transactions left in the outbox. One process per service does it, by a lease; the producer's
 * transactions keep out a process that lost the lease and does not know it yet.
 */
export class Relay {
  private readonly log = new Logger(Relay.name);
  private readonly stopping = new AbortController();
  private readonly heartbeatTopics: readonly string[];
  private running: Promise<unknown> = Promise.resolve();
  private wakeUp: () => void = () => undefined;
  private woken = false;

  constructor(private readonly options: RelayOptions) {
    this.heartbeatTopics =
      options.heartbeatTopics ??
      POLICY_TOPICS.filter((name) => TOPICS.some((t) => t.name === name && t.owner === options.service));
  }

  start(): void {
    const lease = new Lease(this.options.dataSource, `relay`, this.options.lease);
    const { databaseUrl, service } = this.options;
    const listening = { databaseUrl, name: `${service}-relay`, channel: OUTBOX_CHANNEL, heard: () => this.wake() };
    const { signal } = this.stopping;
    this.running = Promise.all([lease.hold((term) => this.lead(term), signal), listen(listening, signal)]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  /** Looks for new rows now. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  private async lead(term: LeaseTerm): Promise<void> {
    const { service, driver, dataSource } = this.options;
    const producer = driver.transactionalProducer(`${service}-relay`);
    try {
      // In this order: whoever held the lease before can write nothing from here on, so what it left is known.
      await producer.connect();
      const epoch = await currentEpoch(dataSource, term);
      metrics.relayLeader.set({ service }, 1);
      await endLostStates(dataSource, term, epoch, service, driver);
      await this.publish(term, new RelayStore(dataSource, term, epoch), producer);
    } finally {
      metrics.relayLeader.set({ service }, 0);
      await producer.disconnect().catch(() => undefined);
    }
  }

  private async publish(term: LeaseTerm, store: RelayStore, producer: LogProducer): Promise<void> {
    const partitions = new Map<string, number>();
    let blocked: string[] = [];
    let blockedSince = -Infinity;
    const beat = new Heartbeat(this.options.heartbeatMs ?? 1000);
    let reportedAt = 0;
    let prunedAt = performance.now();
    while (!term.signal.aborted) {
      this.woken = false;
      if (performance.now() - blockedSince > BLOCKED_RETRY_MS) {
        blocked = [];
        blockedSince = performance.now();
        const unknown = this.heartbeatTopics.filter((t) => !partitions.has(t));
        if (unknown.length > 0) await this.lookUp(unknown, partitions);
      }
      beat.begin();
      const idle = !(await store.hasWork(blocked));
      const batch = idle ? null : await store.take(partitions, blocked);
      if (batch && batch.unknownTopics.length > 0) {
        const missing = await this.lookUp(batch.unknownTopics, partitions);
        blocked = [...blocked, ...missing];
        continue;
      }
      if (batch?.more && beat.isOpenEnded) beat.until(await store.highestVisible(blocked));
      const beats = batch?.again ? [] : beat.take(batch?.more ? batch.ids[0]! : null);
      const messages = [...(batch?.messages ?? []), ...beats.flatMap((at) => this.heartbeats(at, partitions))];
      if (messages.length > 0) {
        await this.options.beforeProducing?.();
        await this.send(producer, store, messages, batch?.ids ?? []);
      }
      if (performance.now() - reportedAt > REPORT_MS) {
        reportedAt = performance.now();
        await this.report(store, blocked);
      }
      if (performance.now() - prunedAt > PRUNE_MS && (await store.prune()) < 5000) prunedAt = performance.now();
      if (!batch?.more) await this.rest(term.signal, beat.dueInMs);
    }
  }

  private async send(producer: LogProducer, store: RelayStore, messages: Outgoing[], ids: string[]): Promise<void> {
    try {
      await producer.send(messages);
    } catch (error) {
      await this.releaseMissing(store, messages).catch(() => undefined);
      throw error;
    }
    if (ids.length === 0) return;
    this.options.afterProducing?.();
    await store.markPublished(ids);
    metrics.published.inc({ service: this.options.service }, ids.length);
  }

  /** A topic that was deleted under numbered rows would fail every send from now on. */
  private async releaseMissing(store: RelayStore, messages: readonly Outgoing[]): Promise<void> {
    const topics = [...new Set(messages.map((m) => m.topic))];
    const existing = await this.options.driver.partitions(topics);
    const missing = topics.filter((t) => !existing.has(t));
    if (missing.length > 0) await store.unnumber(missing);
  }

  private async lookUp(topics: readonly string[], partitions: Map<string, number>): Promise<string[]> {
    const found = await this.options.driver.partitions(topics);
    for (const [topic, count] of found) partitions.set(topic, count);
    const missing = topics.filter((t) => !found.has(t));
    if (missing.length > 0) this.log.warn(`messages wait for topics that do not exist: ${missing.join(', ')}`);
    return missing;
  }

  private heartbeats(at: number, existing: ReadonlyMap<string, number>): Outgoing[] {
    const time = new Date(at).toISOString();
    return this.heartbeatTopics
      .filter((topic) => existing.has(topic))
      .map((topic) => ({
        topic,
        partition: 0,
        key: HEARTBEAT_KEY,
        value: JSON.stringify({ at: time }),
        headers: {
          [HEADER.specVersion]: '1.0',
          [HEADER.id]: newId(),
          [HEADER.source]: this.options.service,
          [HEADER.type]: HEARTBEAT_TYPE,
          [HEADER.time]: time,
          [HEADER.contentType]: 'application/json',
        },
      }));
  }

  private async report(store: RelayStore, blocked: readonly string[]): Promise<void> {
    const { service } = this.options;
    const { depth, lagSeconds } = await store.depth();
    metrics.outboxDepth.set({ service }, depth);
    metrics.relayLag.set({ service }, lagSeconds);
    metrics.relayBlocked.set({ service }, blocked.length);
  }

  private async rest(signal: AbortSignal, atMostMs: number): Promise<void> {
    if (this.woken) return;
    const waking = new AbortController();
    this.wakeUp = () => waking.abort();
    await pause(Math.max(1, Math.min(this.options.pollMs ?? 200, atMostMs)), AbortSignal.any([signal, waking.signal]));
    this.wakeUp = () => undefined;
  }
}

/**
 * Says "as of T everything is published". T is taken first; the heartbeat follows when no row is left that was visible
 * at T. Under a backlog that is when publishing has passed the highest id that was visible.
 */
class Heartbeat {
  private at: number | null = null;
  private upTo: bigint | null = null;
  private lastAt = -Infinity;

  constructor(private readonly everyMs: number) {}

  begin(): void {
    if (this.at === null && performance.now() - this.lastAt >= this.everyMs) {
      this.at = Date.now();
      this.upTo = null;
      this.lastAt = performance.now();
    }
  }

  /** A heartbeat is under way and it is not known yet up to which row it must wait. */
  get isOpenEnded(): boolean {
    return this.at !== null && this.upTo === null;
  }

  until(highest: bigint): void {
    this.upTo = highest;
  }

  /** The heartbeat that may be sent with a batch. `first` is the batch's lowest id, null when nothing is left after it. */
  take(first: string | null): number[] {
    if (this.at === null) return [];
    if (first !== null && (this.upTo === null || BigInt(first) <= this.upTo)) return [];
    const at = this.at;
    this.at = null;
    return [at];
  }

  get dueInMs(): number {
    return this.at === null ? Math.max(0, this.everyMs - (performance.now() - this.lastAt)) : 0;
  }
}
