import { Injectable } from '@nestjs/common';
import { Scheduler } from '@qiongtong/platform';
import { Blobs } from '../blobs/blobs';
import { ExchangeConfig } from '../config';
import { UPLOAD_BLOBS } from './domain/upload';
import { UploadStore } from './upload.store';

const KEEP_EVERY_MS = 5_000;
const SWEEP_EVERY_MS = 600_000;
const AT_ONCE = 100;
/** Longer than any part may be on its way. */
const LOST_AFTER_MS = 24 * 3_600_000;

/** Uploads of which nothing more comes expire; files of those that have ended are deleted, and files that nobody names. [R2.3] */
@Injectable()
export class UploadUpkeep {
  constructor(
    private readonly store: UploadStore,
    private readonly blobs: Blobs,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
  ) {
    scheduler.every('uploads kept', KEEP_EVERY_MS, (now) => this.keep(now));
    scheduler.every('uploads swept', SWEEP_EVERY_MS, (now) => this.sweep(now));
  }

  async keep(now: Date): Promise<void> {
    await this.store.expire(new Date(now.getTime() - this.config.UPLOAD_IDLE_HOURS * 3_600_000), now);
    for (let found = AT_ONCE; found === AT_ONCE;) {
      const ended = await this.store.toClear(AT_ONCE);
      for (const id of ended) {
        for (const { blob } of await this.store.parts(id)) await this.blobs.remove(blob);
        await this.store.cleared(id);
      }
      found = ended.length;
    }
  }

  /** A process that dies between the file and the row that names it leaves a file behind. */
  async sweep(now: Date): Promise<void> {
    const old = await this.blobs.before(new Date(now.getTime() - LOST_AFTER_MS), UPLOAD_BLOBS);
    for (let from = 0; from < old.length; from += AT_ONCE)
      for (const blob of await this.store.unknownAmong(old.slice(from, from + AT_ONCE))) await this.blobs.remove(blob);
  }
}
