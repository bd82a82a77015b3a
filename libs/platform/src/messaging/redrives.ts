import { Logger } from '@nestjs/common';
import { listen } from '../database/listen';
import type { ParkedMessages } from './parked';

/** In the service's own database; the payload is JSON `{consumer, key, topic?}`. */
export const REDRIVE_CHANNEL = 'parked_redrive';

type Asked = Readonly<{ consumer: string; key: string; topic?: string }>;

/**
 * Drives parked messages again when an operator asks for it: whoever may write to the service's database may ask. Every
 * replica hears it, and each message is handled by the one that takes it out of the parking.
 */
export class Redrives {
  private readonly log = new Logger('redrives');
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private inHand: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly service: string,
    private readonly parked: ParkedMessages,
  ) {}

  /** @param begun called each time it begins to listen */
  start(begun?: () => void): void {
    const heard = (payload: string): void => {
      // One after the other: they may be of one key.
      this.inHand = this.inHand.then(() => this.drive(payload));
    };
    const { databaseUrl, service } = this;
    this.running = listen(
      { databaseUrl, name: `${service}-redrives`, channel: REDRIVE_CHANNEL, heard, begun },
      this.stop.signal,
    );
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.inHand;
  }

  private async drive(payload: string): Promise<void> {
    try {
      const { consumer, key, topic } = JSON.parse(payload) as Asked;
      if (consumer !== this.service) return;
      const { redriven, error } = await this.parked.redrive(key, topic);
      this.log.log({ msg: 'parked messages driven again', redriven, ...(error === null ? {} : { error }) });
    } catch (error) {
      this.log.error(`parked messages were not driven again: ${(error as Error).message}`);
    }
  }
}
