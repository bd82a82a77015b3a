import type { Transaction } from '../database/unit-of-work';
import type { Message } from './message';

type Once = (work: (tx: Transaction, fresh: Message[]) => Promise<void>) => Promise<void>;

/** Consecutive messages of one partition for one handler. */
export class EventBatch<T = unknown> {
  constructor(
    readonly messages: Message<T>[],
    private readonly inbox: Once,
  ) {}

  /**
   * Runs `work` in one transaction with the mark that these messages have had their effect. Messages that had it before
   * are left out; `work` is not called when none remains, and called again after a deadlock.
   */
  once(work: (tx: Transaction, fresh: Message<T>[]) => Promise<void>): Promise<void> {
    return this.inbox((tx, fresh) => work(tx, fresh as Message<T>[]));
  }
}

/** Thrown by a handler that cannot decide now: the partition waits and nothing is parked. */
export class NotYet extends Error {
  /** @param afterMs how long it waits; as long as after any other hitch by default */
  constructor(
    message: string,
    readonly afterMs?: number,
  ) {
    super(message);
    this.name = 'NotYet';
  }
}
