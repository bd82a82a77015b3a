import { Injectable } from '@nestjs/common';
import type { LogHeartbeat } from '@qiongtong/contracts';
import { Clock, Scheduler, UnitOfWork } from '@qiongtong/platform';
import { AlarmSettings } from './alarm-settings';
import { StallStore } from './stall.store';

const MOST_MS = 5_000;

/**
 * Says something when nothing was sealed for a while. It goes the way of every fact, so that its entry shows that the
 * way is open, and the newest checkpoint is never much older than that. One waits at a time. [R14.9]
 */
@Injectable()
export class Heartbeats {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: StallStore,
    private readonly settings: AlarmSettings,
    private readonly clock: Clock,
    scheduler: Scheduler,
  ) {
    scheduler.every('heartbeat of the log', Math.min(MOST_MS, settings.heartbeatMs / 2), () => this.beat());
  }

  beat(): Promise<void> {
    const { heartbeatMs } = this.settings;
    return this.work.run(async (tx) => {
      const size = await this.store.beat(tx.query, heartbeatMs);
      if (size === null) return;
      tx.publish({
        type: 'audit.heartbeat-said.v1',
        key: 'log',
        at: this.clock.now().toISOString(),
        data: { size, silentSeconds: heartbeatMs / 1000 },
      } satisfies LogHeartbeat);
    });
  }
}
