import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import { Clock, Drain } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Export } from './domain/export';
import { ExportOutcomes, NotOurs } from './export-outcomes';
import { isFinal } from './export-permission';
import { ExportRun } from './export-run';
import { ExportStore } from './export.store';

const LOOK_EVERY_MS = 500;
/** An export that takes its process down with it, or finds its database gone each time, is not begun for ever. */
const MOST_ATTEMPTS = 5;
const AGAIN_AFTER_MS = 2_000;
/** Unavailable, and still the end of this export: nobody knows when there will be room. */
const NOT_TRIED_AGAIN: readonly RefusalCode[] = ['export.no_space', 'export.not_written'];

/** The service is closing; the export is begun anew elsewhere. */
class HandedBack extends Error {}

/** Takes exports from the queue, of which each replica runs a few at a time. */
@Injectable()
export class ExportRuns implements OnApplicationBootstrap {
  private readonly log = new Logger('exports');
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ExportStore,
    private readonly run: ExportRun,
    private readonly policy: LivePolicy,
    private readonly outcomes: ExportOutcomes,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
    drain: Drain,
  ) {
    drain.add('exports', 'work', () => this.end());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.take()
        .catch((error: Error) => this.log.warn(`exports could not be looked for: ${error.message}`))
        .finally(() => (this.looking = null));
    }, LOOK_EVERY_MS).unref();
  }

  private async end(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort(new HandedBack());
    await this.looking;
    await Promise.all(this.running);
  }

  private async take(): Promise<void> {
    while (
      this.running.size < this.config.EXPORT_WORKERS &&
      !this.stop.signal.aborted &&
      this.policy.freshness() === 'fresh'
    ) {
      const job = await this.store.claim(this.config.EXPORT_LEASE_MS, this.clock.now());
      if (!job) return;
      const running = this.one(job).finally(() => this.running.delete(running));
      this.running.add(running);
    }
  }

  /** Never rejects: whatever happens is the export's outcome, or somebody's to try again. */
  private async one(job: Export): Promise<void> {
    try {
      await this.run.clearBefore(job);
      if (job.attempt > MOST_ATTEMPTS) throw new Refusal('export.took_too_long');
      await this.run.make(job, this.stop.signal);
    } catch (error) {
      await this.failed(job, error).catch((again: Error) =>
        this.log.error(`export ${job.id} is left to its lease: ${again.message}`),
      );
    }
  }

  private async failed(job: Export, error: unknown): Promise<void> {
    if (error instanceof NotOurs) return;
    const over = isFinal(error) || (error instanceof Refusal && NOT_TRIED_AGAIN.includes(error.code));
    if (!over) {
      const leaving = error instanceof HandedBack;
      if (!leaving) this.log.warn(`export ${job.id}, attempt ${job.attempt}: ${(error as Error).message}`);
      return this.store.handBack(job, leaving ? 0 : AGAIN_AFTER_MS);
    }
    await this.outcomes.failed(job, error.code).catch((lost: unknown) => {
      if (!(lost instanceof NotOurs)) throw lost;
    });
  }
}
