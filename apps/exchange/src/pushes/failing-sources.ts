import { Injectable } from '@nestjs/common';
import { Clock } from '@qiongtong/platform';

/** Messages that have to fail, most of them in each group that comes, before a source is slowed. */
export const FAILING_FROM = 100;
const FIRST_MS = 5_000;
const MOST_MS = 60_000;

type Failing = Readonly<{ failed: number; waits: number; until: number }>;

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

  /** Whether the source is slowed for the first time when a group with so many failures is taken. */
  begins(systemId: string, taken: number, failed: number): boolean {
    const known = this.sources.get(systemId);
    return (known?.waits ?? 0) === 0 && (this.next(known, taken, failed)?.waits ?? 0) > 0;
  }

  /** A group was taken and its outcome is kept. */
  took(systemId: string, taken: number, failed: number): void {
    const next = this.next(this.sources.get(systemId), taken, failed);
    if (next) this.sources.set(systemId, next);
    else this.sources.delete(systemId);
  }

  private next(known: Failing | undefined, taken: number, failed: number): Failing | null {
    if (failed * 2 <= taken) return null;
    const all = (known?.failed ?? 0) + failed;
    if (all < FAILING_FROM) return { failed: all, waits: 0, until: 0 };
    const waits = (known?.waits ?? 0) + 1;
    const wait = Math.min(MOST_MS, FIRST_MS * 2 ** (waits - 1));
    return { failed: all, waits, until: this.clock.now().getTime() + wait };
  }
}
