import { Injectable } from '@nestjs/common';
import { Clock } from '@qiongtong/platform';

/** Messages that have to fail, most of them in each group that comes, before a source is slowed. */
export const FAILING_FROM = 100;
const FIRST_MS = 5_000;
const MOST_MS = 60_000;

type Failing = Readonly<{ failed: number; waits: number; until: number }>;
/** `begins`: the source is slowed from now on, and was not before. */
type Turn = Readonly<{ next: Failing | null; begins: boolean }>;

/**
 * Sources whose messages keep failing are slowed, each alone: twice as long after every group of which most fails again, and
 * no more once most of one is good. Kept by the replica that reads the source's topic; nothing of it is dropped.
 */
@Injectable()
export class FailingSources {
  private readonly sources = new Map<string, Failing>();

  constructor(private readonly clock: Clock) {}

  /** Milliseconds that the source still has to wait. */
  waitMs(systemId: string): number {
    return Math.max(0, (this.sources.get(systemId)?.until ?? 0) - this.clock.now().getTime());
  }

  /** What a group means for its source; it counts from `keep` on, when the outcome of the group is kept. */
  after(systemId: string, taken: number, failed: number): Turn {
    const known = this.sources.get(systemId);
    if (failed * 2 <= taken) return { next: null, begins: false };
    const all = (known?.failed ?? 0) + failed;
    if (all < FAILING_FROM) return { next: { failed: all, waits: 0, until: 0 }, begins: false };
    const waits = (known?.waits ?? 0) + 1;
    const wait = Math.min(MOST_MS, FIRST_MS * 2 ** (waits - 1));
    return { next: { failed: all, waits, until: this.clock.now().getTime() + wait }, begins: waits === 1 };
  }

  keep(systemId: string, { next }: Turn): void {
    if (next) this.sources.set(systemId, next);
    else this.sources.delete(systemId);
  }
}
