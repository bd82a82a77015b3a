import type { Drain } from '@qiongtong/platform';
import type { AccessLog } from './access-log';

const RECORD_EVERY_MS = 10_000;
const MOST_NAMED = 1_000;

/** Refusals of strangers, recorded as counts: nobody without a token writes the log line by line. */
export class RefusalCounts {
  private counts = new Map<string, number>();

  constructor(
    private readonly type: string,
    private readonly log: AccessLog,
    drain: Drain,
  ) {
    const timer = setInterval(() => this.record(), RECORD_EVERY_MS);
    timer.unref();
    drain.add(type, 'work', async () => {
      clearInterval(timer);
      this.record();
    });
  }

  add(name: string): void {
    const counted = this.counts.size < MOST_NAMED || this.counts.has(name) ? name : 'others';
    this.counts.set(counted, (this.counts.get(counted) ?? 0) + 1);
  }

  private record(): void {
    if (this.counts.size === 0) return;
    const counts = Object.fromEntries(this.counts);
    this.counts = new Map();
    this.log.counted(this.type, { counts });
  }
}
