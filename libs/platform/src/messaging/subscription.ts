import { Logger } from '@nestjs/common';
import { pause } from '../database/lease';
import type { FetchedBatch, KafkaDriver } from './kafka';

export type SubscriptionOptions = Readonly<{
  driver: KafkaDriver;
  /** For the log. */
  name: string;
  /** Asked for each time a member is made: a group that is new each time waits for no member that fell silent. */
  groupId: () => string;
  /** Names, and patterns over names without prefix. A topic that appears later is picked up. */
  topics: readonly (string | RegExp)[];
  concurrency: number;
  sessionTimeout?: number;
  /** Taken of a partition at once, default 1 MB. */
  fetchBytes?: number;
  /** How often to look for topics that are not subscribed yet, default 3 s. */
  lookMs?: number;
  eachBatch: (batch: FetchedBatch) => Promise<void>;
  onJoin?: () => void;
}>;

/** A group member that is always there again: after crashes, outages and when topics appear. */
export class Subscription {
  private readonly log = new Logger(Subscription.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: SubscriptionOptions) {}

  start(): void {
    this.running = this.keepUp();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepUp(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const topics = await this.present();
        if (topics.length === 0) await pause(this.options.lookMs ?? 3000, signal);
        else await this.consume(topics);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (++failures === 1 || failures % 20 === 0)
          this.log.warn(`${this.options.name}, failure ${failures}: ${(error as Error).message}`);
        await pause(Math.min(100 * 2 ** failures, 3000), signal);
      }
    }
  }

  /** Until it crashes (throws), is stopped, or should subscribe anew. */
  private async consume(topics: readonly string[]): Promise<void> {
    const { driver, concurrency, eachBatch, sessionTimeout, fetchBytes, onJoin } = this.options;
    const ended = new AbortController();
    let crash: Error | null = null;
    const consumer = driver.consumer({
      groupId: this.options.groupId(),
      topics,
      concurrency,
      sessionTimeout,
      fetchBytes,
      eachBatch,
      onJoin,
      onCrash: (error) => {
        crash = error;
        ended.abort();
      },
    });
    const signal = AbortSignal.any([this.stopping.signal, ended.signal]);
    try {
      await consumer.start();
      await this.untilTopicsChange(topics, signal);
    } finally {
      await consumer.stop().catch(() => undefined);
    }
    if (crash) throw crash as Error;
  }

  private async untilTopicsChange(subscribed: readonly string[], signal: AbortSignal): Promise<void> {
    const complete = this.options.topics.every((t) => typeof t === 'string' && subscribed.includes(t));
    while (!signal.aborted) {
      await pause(complete ? 2 ** 30 : (this.options.lookMs ?? 3000), signal);
      if (signal.aborted) return;
      const present = await this.present().catch(() => subscribed);
      if (present.join() !== subscribed.join()) return;
    }
  }

  private async present(): Promise<string[]> {
    const existing = await this.options.driver.topics();
    return existing
      .filter((name) => this.options.topics.some((t) => (typeof t === 'string' ? t === name : t.test(name))))
      .sort();
  }
}
