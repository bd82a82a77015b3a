import { Injectable } from '@nestjs/common';
import { Drain } from '@qiongtong/platform';
import { ChangeStore } from './change.store';

const LOOK_EVERY_MS = 250;
const MOST_WAITING = 500;

type Waiting = Readonly<{ n: number; until: number; wake: () => void }>;

/** Those who wait for the next change: one look for all of them, and none while nobody waits. */
@Injectable()
export class ChangeWatch {
  private readonly waiting = new Set<Waiting>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: ChangeStore,
    private readonly drain: Drain,
  ) {}

  /** Resolves when there is a change after `n`, when the time is over, when the caller has gone, or at the end of the service. */
  beyond(n: number, milliseconds: number, gone: AbortSignal): Promise<void> {
    if (milliseconds <= 0 || gone.aborted || this.drain.draining || this.waiting.size >= MOST_WAITING)
      return Promise.resolve();
    return new Promise((resolve) => {
      const one: Waiting = { n, until: performance.now() + milliseconds, wake };
      const waiting = this.waiting;
      function wake() {
        waiting.delete(one);
        gone.removeEventListener('abort', wake);
        resolve();
      }
      gone.addEventListener('abort', wake, { once: true });
      waiting.add(one);
      this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS);
    });
  }

  private async look(): Promise<void> {
    // Where the database does not answer, those who wait are told so when they ask it themselves.
    const latest = await this.store.latest().catch(() => Infinity);
    const now = performance.now();
    for (const one of [...this.waiting]) if (one.n < latest || one.until <= now || this.drain.draining) one.wake();
    this.timer = this.waiting.size > 0 ? setTimeout(() => void this.look(), LOOK_EVERY_MS) : null;
  }
}
