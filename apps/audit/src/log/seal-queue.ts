import type { Arrived } from './domain/leaf';

type Waiting = Readonly<{ messages: readonly Arrived[]; done: () => void; failed: (error: Error) => void }>;

export type SealQueueOptions = Readonly<{
  /** Messages sealed at once. */
  maxBatch: number;
  /** Milliseconds to wait for more, so that one checkpoint serves many. */
  lingerMs: number;
}>;

/**
 * Gathers what the partitions bring into one order, sealed one batch at a time. `submit` resolves when its messages
 * are in the log; at most one batch a partition waits here, which bounds the memory.
 */
export class SealQueue {
  private waiting: Waiting[] = [];
  private ended: Error | null = null;
  private wake: () => void = () => undefined;

  constructor(
    private readonly seal: (messages: readonly Arrived[]) => Promise<unknown>,
    private readonly options: SealQueueOptions,
  ) {}

  submit(messages: readonly Arrived[]): Promise<void> {
    return new Promise((done, failed) => {
      if (this.ended) return failed(this.ended);
      this.waiting.push({ messages, done, failed });
      this.wake();
    });
  }

  /** Seals until `end`; rejects with the first failure, after which nothing more is taken. */
  async run(): Promise<void> {
    while (!this.ended) {
      if (this.waiting.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      await this.linger();
      const batch = this.ended ? [] : this.take();
      try {
        if (batch.length > 0) await this.seal(batch.flatMap((w) => w.messages));
        for (const { done } of batch) done();
      } catch (error) {
        this.end(error as Error);
        for (const { failed } of batch) failed(error as Error);
        throw error;
      }
    }
  }

  end(reason: Error): void {
    this.ended ??= reason;
    const left = this.waiting;
    this.waiting = [];
    for (const { failed } of left) failed(this.ended);
    this.wake();
  }

  private count(): number {
    return this.waiting.reduce((sum, { messages }) => sum + messages.length, 0);
  }

  private take(): Waiting[] {
    let count = 0;
    const beyond = this.waiting.findIndex(
      ({ messages }, i) => (count += messages.length) > this.options.maxBatch && i > 0,
    );
    return this.waiting.splice(0, beyond < 0 ? this.waiting.length : beyond);
  }

  /** Until there is a full batch, or nothing to wait for any more. */
  private async linger(): Promise<void> {
    const full = (): boolean => this.ended !== null || this.count() >= this.options.maxBatch;
    if (full()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.lingerMs);
      this.wake = () => {
        if (!full()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
