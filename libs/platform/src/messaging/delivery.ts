import { Logger } from '@nestjs/common';
import { pause } from '../database/lease';
import { isUnavailable } from '../database/sql';
import type { Transaction } from '../database/unit-of-work';
import { NotYet } from './event-batch';
import type { Inbox } from './inbox';
import type { FetchedBatch } from './kafka';
import type { Message } from './message';
import type { ParkedMessages } from './parked';

export type DeliveryOptions = Readonly<{
  /** How often one message is tried before it is parked, default 5. */
  attempts?: number;
  /** Milliseconds before the second attempt, doubled each time, default 100. */
  initialMs?: number;
  /** Milliseconds a partition waits when a handler cannot decide now or the database is away, default 1000. */
  pauseMs?: number;
}>;

export type Handle = (
  messages: Message[],
  once: (work: (tx: Transaction, fresh: Message[]) => Promise<void>) => Promise<void>,
) => Promise<void>;

/** The partition is given back unfinished; what is not resolved comes again. */
class HandedBack extends Error {}

/**
 * Takes one fetched batch through its handlers: retries, finds the message that fails among those that do not, parks it
 * with those of its key that follow, and moves on. Stays a member of the group meanwhile.
 */
export class Delivery {
  private readonly log = new Logger(Delivery.name);
  private lost: unknown = null;
  private resolved: string | null = null;

  constructor(
    private readonly batch: FetchedBatch,
    private readonly inbox: Inbox,
    private readonly parked: ParkedMessages,
    private readonly options: DeliveryOptions = {},
  ) {}

  /** Answers whether all of it was handled. Offsets are committed after the effects in any case. */
  async run(work: () => Promise<void>): Promise<boolean> {
    const alive = setInterval(() => {
      this.batch.heartbeat().catch((error: unknown) => (this.lost ??= error));
    }, 1000);
    let complete = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HandedBack)) throw error;
      complete = false;
    } finally {
      clearInterval(alive);
    }
    if (this.resolved !== null && this.batch.running()) {
      // While the group rebalances this is the last chance; when it fails, messages come again.
      const committed = this.batch.commit(this.resolved);
      await (this.lost ? committed.catch(() => undefined) : committed);
    }
    // The group's own error makes the client join again.
    if (this.lost) throw this.lost;
    return complete;
  }

  done(offset: string): void {
    this.batch.resolve(offset);
    this.resolved = offset;
  }

  async deliver(messages: Message[], handle: Handle): Promise<void> {
    const { topic, highWatermark } = this.batch;
    for (let rest = messages; rest.length > 0;) {
      const waiting = await this.patiently(() =>
        this.parked.keysAmong(topic, [...new Set(rest.map((m) => m.key).filter((key) => key !== ''))]),
      );
      // Positions count: what is parked and what is handled alternate in the order of the partition.
      const follows = waiting.has(rest[0]!.key);
      const change = rest.findIndex((m) => waiting.has(m.key) !== follows);
      const part = change === -1 ? rest : rest.slice(0, change);
      if (!follows) rest = [...(await this.attempt(part, handle)), ...rest.slice(part.length)];
      else if (await this.patiently(() => this.parked.parkFollowers(this.inbox, part, highWatermark)))
        rest = rest.slice(part.length);
    }
  }

  /** Handles the messages, or those up to one that had to be parked; answers what is left. */
  private async attempt(messages: Message[], handle: Handle): Promise<Message[]> {
    const { attempts = 5, initialMs = 100 } = this.options;
    for (let attempt = 1; ; attempt++) {
      this.assertMine();
      try {
        await handle(messages, (work) => this.inbox.once(messages, this.batch.highWatermark, work));
        return [];
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String((thrown as { message?: unknown })?.message));
        if (error instanceof NotYet || isUnavailable(error)) this.handBack(error);
        if (messages.length > 1 && attempt >= 2) {
          const middle = messages.length >> 1;
          const left = await this.attempt(messages.slice(0, middle), handle);
          return [...left, ...messages.slice(middle)];
        }
        if (attempt >= attempts) {
          await this.park(messages[0]!, error);
          return [];
        }
        await pause(initialMs * 2 ** (attempt - 1));
      }
    }
  }

  private async park(message: Message, error: Error): Promise<void> {
    const { topic, partition, offset } = message;
    await this.patiently(() => this.parked.park(this.inbox, [message], this.batch.highWatermark, error));
    this.log.error(`parked ${topic}/${partition}/${offset} (${message.type}): ${error.message}`);
  }

  /** The platform's own statements: whatever fails there is not the message's fault. */
  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.assertMine();
    try {
      return await work();
    } catch (error) {
      return this.handBack(error as Error);
    }
  }

  private assertMine(): void {
    if (this.lost || !this.batch.running()) throw new HandedBack();
  }

  private handBack(error: Error): never {
    this.log.warn(`${this.batch.topic}/${this.batch.partition} waits: ${error.message}`);
    const afterMs = error instanceof NotYet ? error.afterMs : undefined;
    this.batch.pause(afterMs ?? this.options.pauseMs ?? 1000);
    throw new HandedBack();
  }
}
