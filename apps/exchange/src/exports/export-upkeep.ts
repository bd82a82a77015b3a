import { Injectable } from '@nestjs/common';
import type { ExportFileDeleted } from '@qiongtong/contracts';
import { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { Blobs } from '../blobs/blobs';
import { Deliveries } from '../deliveries/deliveries';
import { LivePolicy } from '../policy/live-policy';
import { expired, fact, failed, type Export } from './domain/export';
import { ExportPermission, isFinal } from './export-permission';
import { ExportStore } from './export.store';

const KEEP_EVERY_MS = 2_000;
const AT_ONCE = 200;

/** Files are deleted when their time is over, and when what they hold may no longer be given. [R12.7, R14.9] */
@Injectable()
export class ExportUpkeep {
  constructor(
    private readonly store: ExportStore,
    private readonly permission: ExportPermission,
    private readonly policy: LivePolicy,
    private readonly blobs: Blobs,
    private readonly deliveries: Deliveries,
    private readonly work: UnitOfWork,
    scheduler: Scheduler,
  ) {
    scheduler.every('exports kept', KEEP_EVERY_MS, (now) => this.keep(now));
  }

  async keep(now: Date): Promise<void> {
    for (let after = '', found = AT_ONCE; found === AT_ONCE;) {
      const ready = await this.store.ready(after, AT_ONCE);
      for (const job of ready) if (job.expiresAt! <= now || this.lost(job) !== null) await this.end(job.id, now);
      found = ready.length;
      after = ready.at(-1)?.id ?? '';
    }
    for (let found = AT_ONCE; found === AT_ONCE;) {
      const ended = await this.store.toClear(AT_ONCE);
      for (const job of ended) await this.clear(job, now);
      found = ended.length;
    }
  }

  /**
   * Ends an export whose file may not be given out any more, and deletes the file.
   * @returns whether it ended, or had ended already
   */
  async end(id: string, now: Date): Promise<boolean> {
    const job = await this.work.run(async (tx) => {
      const known = await this.store.lock(tx, id);
      if (known?.status !== 'READY') return known;
      const lost = this.lost(known);
      if (known.expiresAt! > now && lost === null) return null;
      const { state, event } = lost === null ? expired(known, now) : failed(known, lost, now);
      await this.store.save(tx, state);
      tx.publish(event);
      return state;
    });
    if (job?.blob) await this.clear(job, now);
    return job !== null;
  }

  /** Why what the file holds may no longer be given; null while it may, or while nobody can tell. */
  private lost(job: Export) {
    if (this.policy.freshness() !== 'fresh') return null;
    try {
      this.permission.expectStill(job, { grantId: job.grantId, obligations: job.obligations! });
      return null;
    } catch (error) {
      if (!isFinal(error)) return null;
      return error.code;
    }
  }

  /** First the file, then the word that it is gone: a crash between the two is made good by doing both again. */
  private async clear({ id, blob, deliveryId, digest }: Export, now: Date): Promise<void> {
    await this.blobs.remove(blob!);
    // Of one that was cancelled after its runner had died.
    if (deliveryId !== null && digest === null) await this.deliveries.discard(deliveryId);
    await this.work.run(async (tx) => {
      const job = await this.store.lock(tx, id);
      if (!job || job.blob !== blob) return;
      await this.store.save(tx, { ...job, blob: null });
      // What never became a whole file was never there to be deleted.
      if (job.digest === null) return;
      const cause = job.status as ExportFileDeleted['data']['cause'];
      tx.publish(fact(job, now, 'exchange.export-file-deleted.v1', { cause }));
    });
  }
}
