import { Logger } from '@nestjs/common';
import { newId } from '../clock';
import { pause } from '../database/lease';
import { KafkaDriver, type KafkaSettings, type LogProducer, type Outgoing } from './kafka';
import { HEADER } from './message';
import { messagingMetrics as metrics } from './metrics';
import { murmur2 } from './partition';
import { platformaticProducer } from './platformatic-producer';

export type RecordMessage = Readonly<{
  key: string;
  /** An object is written as JSON. */
  value: object | string | Buffer;
  headers?: Readonly<Record<string, string>>;
}>;

export type AppendOptions = Readonly<{
  /** After this many milliseconds the append is rejected, default 5000. */
  deadlineMs?: number;
  /** Called when messages whose append was rejected with `maybeWritten` reach the log after all. */
  onLate?: () => void;
}>;

export type RecordProducerOptions = Readonly<{
  config: KafkaSettings;
  clientId?: string;
  /** Messages that may wait, default 20,000; more are rejected at once. */
  maxQueued?: number;
  /**
   * Milliseconds that a busy producer waits for more records before the next send, default 0: fewer sends, each with more.
   * One that has little to write does not wait.
   */
  lingerMs?: number;
  maxBatchMessages?: number;
  maxBatchBytes?: number;
  /** Milliseconds until a request without answer is repeated, default 4000. */
  requestTimeout?: number;
}>;

export class AppendFailed extends Error {
  constructor(
    message: string,
    /** The messages may be in the log, or reach it later. Otherwise they never will. */
    readonly maybeWritten: boolean,
  ) {
    super(message);
    this.name = 'AppendFailed';
  }
}

type Append = {
  topic: string;
  messages: readonly RecordMessage[];
  bytes: number;
  state: 'queued' | 'sent' | 'rejected';
  resolve: () => void;
  reject: (error: Error) => void;
  onLate: (() => void) | undefined;
  timer: NodeJS.Timeout;
};

/**
 * Appends records and says when they are durable. One send is in flight at a time, its retries included: with
 * overlapping sends the client acknowledged records that a lost response had cost. What arrives meanwhile goes together
 * in the next one. A record that was numbered is sent until it is in the log, so that numbers have no gap.
 */
export class RecordProducer {
  /** Records are numbered per boot and topic, from 1. */
  readonly boot = newId();
  private readonly log = new Logger(RecordProducer.name);
  private readonly numbers = new Map<string, number>();
  private readonly stopping = new AbortController();
  private producer: LogProducer | null = null;
  private queue: Append[] = [];
  private queued = 0;
  private running: Promise<void> | null = null;
  private closed = false;
  private readonly reporting: NodeJS.Timeout;

  constructor(private readonly options: RecordProducerOptions) {
    this.reporting = setInterval(() => metrics.recordsQueued.set(this.queued), 1000).unref();
  }

  /** Connects ahead of the first append. */
  start(): void {
    this.connected().catch(() => undefined);
  }

  /**
   * Resolves when the broker has all messages on every replica that must have them. Rejects with `AppendFailed` at the
   * deadline; if the messages were already on their way, `onLate` tells when they arrive.
   */
  append(topic: string, messages: readonly RecordMessage[], options: AppendOptions = {}): Promise<void> {
    if (this.closed) return Promise.reject(new AppendFailed('the producer is closed', false));
    if (messages.length === 0) return Promise.resolve();
    if (this.queued + messages.length > (this.options.maxQueued ?? 20_000))
      return Promise.reject(new AppendFailed('too many records are waiting', false));
    return new Promise((resolve, reject) => {
      const values = messages.map((m) => ({ ...m, value: encoded(m.value) }));
      const append: Append = {
        topic,
        messages: values,
        bytes: values.reduce((sum, m) => sum + m.value.length + 300, 0),
        state: 'queued',
        resolve,
        reject,
        onLate: options.onLate,
        timer: setTimeout(() => this.expire(append), options.deadlineMs ?? 5000),
      };
      this.queue.push(append);
      this.queued += messages.length;
      this.running ??= this.run();
    });
  }

  /** Sends what is queued, for at most the given time, and disconnects. */
  async stop(withinMs = 5000): Promise<void> {
    this.closed = true;
    clearInterval(this.reporting);
    const patience = new AbortController();
    await Promise.race([this.running, pause(withinMs, patience.signal)]);
    patience.abort();
    this.stopping.abort();
    for (const append of this.queue) this.settle(append, new AppendFailed('the producer was closed', false));
    await this.producer?.disconnect().catch(() => undefined);
  }

  private async run(): Promise<void> {
    // Whoever appends in the same turn goes along.
    await new Promise(setImmediate);
    const { lingerMs = 0 } = this.options;
    for (let busy = false; this.queue.length > 0 && !this.stopping.signal.aborted;) {
      if (busy && lingerMs > 0 && !this.closed) await pause(lingerMs, this.stopping.signal);
      const group = this.nextGroup();
      if (group.length === 0) continue;
      busy = group.length > 1;
      const messages = group.flatMap((append) => this.numbered(append));
      metrics.recordGroups.observe(messages.length);
      const written = metrics.recordSeconds.startTimer();
      await this.deliver(messages);
      written();
      if (this.stopping.signal.aborted) {
        for (const append of group) this.settle(append, new AppendFailed('the producer was closed', true));
        break;
      }
      for (const append of group) this.landed(append);
    }
    this.running = null;
  }

  private nextGroup(): Append[] {
    const { maxBatchMessages = 2000, maxBatchBytes = 900_000 } = this.options;
    const group: Append[] = [];
    let messages = 0;
    let bytes = 0;
    let taken = 0;
    for (const append of this.queue) {
      if (append.state === 'queued') {
        if (
          group.length > 0 &&
          (messages + append.messages.length > maxBatchMessages || bytes + append.bytes > maxBatchBytes)
        )
          break;
        messages += append.messages.length;
        bytes += append.bytes;
        append.state = 'sent';
        group.push(append);
      }
      taken++;
    }
    this.queue = this.queue.slice(taken);
    this.queued -= messages;
    return group;
  }

  private numbered({ topic, messages }: Append): Outgoing[] {
    return messages.map(({ key, value, headers }) => {
      const n = (this.numbers.get(topic) ?? 0) + 1;
      this.numbers.set(topic, n);
      return {
        topic,
        key,
        value: value as Buffer | string,
        headers: { ...headers, [HEADER.boot]: this.boot, [HEADER.n]: String(n) },
      };
    });
  }

  /** Until it is in the log. After an error nobody can tell whether it is, so it is sent again under the same numbers. */
  private async deliver(messages: readonly Outgoing[]): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; failures++) {
      try {
        await (await this.connected()).send(messages);
        if (failures > 0) this.log.log('records are written again');
        return;
      } catch (error) {
        if (failures === 0) this.log.error(`records wait for the broker: ${(error as Error).message}`);
        const broken = this.producer;
        this.producer = null;
        await broken?.disconnect().catch(() => undefined);
        await pause(Math.min(50 * 2 ** failures, 1000), this.stopping.signal);
      }
    }
  }

  private async connected(): Promise<LogProducer> {
    if (this.producer) return this.producer;
    const producer = this.client();
    await producer.connect();
    return (this.producer ??= producer);
  }

  /** A boot keeps to one partition: a group of records is then one write of the broker, and in order. */
  private client(): LogProducer {
    const { config: settings, clientId = 'records', requestTimeout = 4000 } = this.options;
    const partitionSeed = murmur2(Buffer.from(this.boot)) & 0x7fffffff;
    return settings.KAFKA_RECORD_CLIENT === 'platformatic'
      ? platformaticProducer({ settings, clientId, requestTimeout, partitionSeed })
      : new KafkaDriver({ settings, clientId, requestTimeout }).idempotentProducer(partitionSeed);
  }

  private landed(append: Append): void {
    if (append.state === 'rejected') append.onLate?.();
    else this.settle(append, null);
  }

  private expire(append: Append): void {
    const sent = append.state === 'sent';
    if (!sent) this.queued -= append.messages.length;
    this.settle(append, new AppendFailed('the broker did not take the record in time', sent));
  }

  private settle(append: Append, error: Error | null): void {
    clearTimeout(append.timer);
    if (error) {
      append.state = 'rejected';
      append.reject(error);
    } else append.resolve();
  }
}

const encoded = (value: RecordMessage['value']): Buffer | string =>
  typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
