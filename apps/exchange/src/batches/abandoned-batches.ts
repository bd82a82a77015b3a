import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Drain } from '@qiongtong/platform';
import { BatchStore } from './batch.store';

const LOOK_EVERY_MS = 600_000;
/** Longer than any request may take. */
const OLD_MS = 3_600_000;

/** Clears what remains of batches whose receiver died: nobody was told that they were taken. */
@Injectable()
export class AbandonedBatches implements OnApplicationBootstrap {
  private readonly log = new Logger(AbandonedBatches.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: BatchStore,
    private readonly clock: Clock,
    drain: Drain,
  ) {
    drain.add('abandoned batches', 'work', () => clearInterval(this.timer));
  }

  onApplicationBootstrap(): void {
    const look = () =>
      void this.clear().catch((error: Error) => this.log.warn(`could not be cleared: ${error.message}`));
    this.timer = setInterval(look, LOOK_EVERY_MS).unref();
    look();
  }

  async clear(): Promise<void> {
    await this.store.sweepStaged();
    const old = await this.store.unsettledBefore(new Date(this.clock.now().getTime() - OLD_MS));
    for (const { id, systemId, key } of old)
      await this.store.connected(async (client) => {
        // Somebody receives it still, however slowly.
        if (!(await this.store.lockKey(client, systemId, key))) return;
        try {
          await this.store.forget(client, id);
        } finally {
          await this.store.unlock(client);
        }
      });
  }
}
