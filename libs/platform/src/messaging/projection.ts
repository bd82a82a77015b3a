import { Logger } from '@nestjs/common';
import { newId } from '../clock';
import { KafkaDriver, type Fetched, type FetchedBatch, type KafkaSettings } from './kafka';
import { HEADER, HEARTBEAT_KEY, HEARTBEAT_TYPE, jsonOf } from './message';
import { messagingMetrics as metrics } from './metrics';
import { Subscription } from './subscription';

export type StateProjectionOptions = Readonly<{
  config: KafkaSettings;
  topics: readonly string[];
  /** Called in the order of each topic; null when the key ended. Must not throw. */
  apply(topic: string, key: string, value: unknown): void;
  /** Shown in metrics and in the group's name. */
  service?: string;
  /** Age from which what is known is too old to decide on, default 15 s. */
  staleAfterMs?: number;
  /** How far a heartbeat may lie ahead of this clock, default 5 s. */
  futureToleranceMs?: number;
}>;

export type Staleness = 'fresh' | 'stale' | 'future';

type TopicState = {
  /** Latest T of a heartbeat, milliseconds; and when it came, on a clock that cannot be set. */
  heartbeatAt: number;
  receivedAt: number;
  versions: Map<string, { epoch: number; version: number }>;
};

/** A whole policy is read at once. Four times as much outlives its youth in the heap: 110 MB more, and no less time. */
const FETCH_BYTES = 256 * 1024;

/** All state of some topics in memory, read from the beginning by every process for itself. */
export class StateProjection {
  private readonly log = new Logger(StateProjection.name);
  private readonly topics: Map<string, TopicState>;
  private readonly subscription: Subscription;
  private bootedAt = Infinity;
  private isReady = false;
  private reporting: NodeJS.Timeout | undefined;

  constructor(private readonly options: StateProjectionOptions) {
    const service = options.service ?? 'projection';
    this.topics = new Map(
      options.topics.map((t) => [t, { heartbeatAt: -Infinity, receivedAt: -Infinity, versions: new Map() }]),
    );
    this.subscription = new Subscription({
      driver: new KafkaDriver({ settings: options.config, clientId: `${service}-projection` }),
      name: `${service}-projection`,
      groupId: () => `${service}-projection-${newId()}`,
      topics: options.topics,
      concurrency: 1,
      fetchBytes: FETCH_BYTES,
      eachBatch: (batch) => this.read(batch),
    });
  }

  start(): void {
    this.bootedAt = Date.now();
    const service = this.options.service ?? 'projection';
    this.reporting = setInterval(
      () => metrics.projectionAge.set({ service }, Math.min(this.ageMs() / 1000, 1e6)),
      1000,
    ).unref();
    this.subscription.start();
  }

  stop(): Promise<void> {
    clearInterval(this.reporting);
    return this.subscription.stop();
  }

  /** Every topic has had a heartbeat that was sent after this process booted: all that was true then is known. */
  get ready(): boolean {
    this.isReady ||= [...this.topics.values()].every((t) => t.heartbeatAt >= this.bootedAt);
    return this.isReady;
  }

  /**
   * Age of the worst topic, in milliseconds: the larger of the clock's distance to its last heartbeat and the time since
   * that came. Infinite before the first.
   */
  ageMs(now: number | Date = Date.now()): number {
    const wall = Number(now);
    const steady = performance.now();
    let worst = -Infinity;
    for (const { heartbeatAt, receivedAt } of this.topics.values())
      worst = Math.max(worst, wall - heartbeatAt, steady - receivedAt);
    return worst;
  }

  /** `future`: a heartbeat lies ahead of our clock, so somebody's clock is off and no age means anything. */
  staleness(now: number | Date = Date.now()): Staleness {
    const limit = Number(now) + (this.options.futureToleranceMs ?? 5000);
    for (const { heartbeatAt } of this.topics.values()) if (heartbeatAt > limit) return 'future';
    return this.ready && this.ageMs(now) <= (this.options.staleAfterMs ?? 15_000) ? 'fresh' : 'stale';
  }

  private async read(batch: FetchedBatch): Promise<void> {
    const state = this.topics.get(batch.topic)!;
    for (const message of batch.messages) {
      try {
        this.take(batch.topic, state, message);
      } catch (error) {
        this.log.error(`${batch.topic}/${message.offset} could not be applied: ${(error as Error).message}`);
      }
    }
    batch.resolve(batch.messages[batch.messages.length - 1]!.offset);
    await batch.heartbeat();
  }

  private take(topic: string, state: TopicState, message: Fetched): void {
    const { key, value, offset } = message;
    if (key === null) return;
    const data = jsonOf(value);
    if (key === HEARTBEAT_KEY && message.header(HEADER.type) === HEARTBEAT_TYPE) {
      const at = Date.parse((data as { at?: string } | null)?.at ?? '');
      // Read again from the beginning, or compacted: only a later one says anything new.
      if (at > state.heartbeatAt) Object.assign(state, { heartbeatAt: at, receivedAt: performance.now() });
      return;
    }
    if (data === undefined) {
      this.log.error(`${topic}/${offset} is no JSON`);
      return;
    }
    const epoch = Number(message.header(HEADER.epoch) ?? 0);
    const known = state.versions.get(key);
    if (data === null) {
      if (known && epoch < known.epoch) return;
      state.versions.delete(key);
    } else {
      const version = (data as { version?: unknown }).version;
      const number = typeof version === 'number' ? version : 0;
      // A restored database may publish a lower version than was lost: its epoch is higher.
      if (known && (epoch < known.epoch || (epoch === known.epoch && number < known.version))) return;
      state.versions.set(key, { epoch, version: number });
    }
    this.options.apply(topic, key, data);
  }
}
