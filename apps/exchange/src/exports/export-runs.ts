import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Refusal, type ExportKind, type RefusalCode } from '@qiongtong/contracts';
import { Clock, Drain, NotOurs, Workers } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import type { Export } from './domain/export';
import { ExportOutcomes } from './export-outcomes';
import { isFinal } from './export-permission';
import { ExportRun } from './export-run';
import { ExportStore } from './export.store';

/** An export that takes its process down with it, or finds its database gone each time, is not begun for ever. */
const MOST_ATTEMPTS = 5;
const AGAIN_AFTER_MS = 2_000;
/** Failures of a provider after which it may do better. */
const PASSING: readonly RefusalCode[] = [
  'channel.provider_unreachable',
  'channel.provider_failed',
  'channel.answer_broken_off',
  'channel.provider_timeout',
];
/** Unavailable, and still the end of this export: nobody knows when there will be room. */
const NOT_TRIED_AGAIN: readonly RefusalCode[] = ['export.no_space', 'export.not_written'];

/** The service is closing; the export is begun anew elsewhere. */
class HandedBack extends Error {}

/** Takes exports from the queue, of which each replica runs a few at a time. */
@Injectable()
export class ExportRuns implements OnApplicationBootstrap {
  private readonly log = new Logger('exports');
  /** Providers that take their time are slow for other queries and never for files of what is kept here. */
  private readonly workers: readonly Workers<Export>[];

  constructor(
    private readonly store: ExportStore,
    private readonly run: ExportRun,
    policy: LivePolicy,
    private readonly outcomes: ExportOutcomes,
    clock: Clock,
    config: ExchangeConfig,
    drain: Drain,
  ) {
    const workers = (kind: ExportKind, most: number) =>
      new Workers<Export>({
        most,
        mayTake: () => policy.freshness() === 'fresh',
        claim: () => store.claim(kind, config.QUERIES_PER_PROVIDER, config.EXPORT_LEASE_MS, clock.now()),
        run: (job, stop) => this.one(job, stop),
        unseen: (error) => this.log.warn(`exports could not be looked for: ${error.message}`),
      });
    this.workers = [workers('EXPORT', config.EXPORT_WORKERS), workers('QUERY', config.QUERY_WORKERS)];
    drain.add('exports', 'work', async () => {
      await Promise.all(this.workers.map((each) => each.end(new HandedBack())));
    });
  }

  onApplicationBootstrap(): void {
    for (const each of this.workers) each.start();
  }

  /** Never rejects: whatever happens is the export's outcome, or somebody's to try again. */
  private async one(job: Export, stop: AbortSignal): Promise<void> {
    try {
      await this.run.clearBefore(job);
      if (job.attempt > MOST_ATTEMPTS) throw new Refusal('export.took_too_long');
      await this.run.make(job, stop);
    } catch (error) {
      await this.failed(job, error).catch((again: Error) =>
        this.log.error(`export ${job.id} is left to its lease: ${again.message}`),
      );
    }
  }

  private async failed(job: Export, error: unknown): Promise<void> {
    if (error instanceof NotOurs) return;
    if (!isOver(job, error)) {
      const leaving = error instanceof HandedBack;
      if (!leaving) this.log.warn(`export ${job.id}, attempt ${job.attempt}: ${(error as Error).message}`);
      return this.store.handBack(job, leaving ? 0 : waitOf(job));
    }
    await this.outcomes.failed(job, error.code).catch((lost: unknown) => {
      if (!(lost instanceof NotOurs)) throw lost;
    });
  }
}

/** Whether there is nothing more to try. What a provider did is its outcome when it was the last attempt. */
function isOver({ kind, attempt }: Export, error: unknown): error is Refusal {
  if (!(error instanceof Refusal)) return false;
  if (kind === 'QUERY' && attempt >= MOST_ATTEMPTS && error.code.startsWith('channel.')) return true;
  return (isFinal(error) && !PASSING.includes(error.code)) || NOT_TRIED_AGAIN.includes(error.code);
}

/** Milliseconds; a provider is given twice as long each time. */
const waitOf = ({ kind, attempt }: Export): number =>
  kind === 'QUERY' ? AGAIN_AFTER_MS * 2 ** (attempt - 1) : AGAIN_AFTER_MS;
