import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Drain, Workers } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import type { Export } from '../exports/domain/export';
import { waitAfter } from '../subscriptions/domain/subscription';
import { Webhook } from '../subscriptions/webhook';
import { CallbackStore } from './callback.store';
import { queryStatusOf } from './query-view';

const AT_ONCE = 8;
/** Of one department: receivers that never answer are slow for their own alone. */
const OF_ONE = 2;
/** Beyond what one call may take. */
const LEASE_MARGIN_MS = 20_000;
/** With waits that double up to a quarter of an hour: an hour and a half. */
const MOST_FAILURES = 15;

/** Tells whoever ordered a query that it has ended: signed as feeds are, without a word of what the answer holds. [R13.4] */
@Injectable()
export class Callbacks implements OnApplicationBootstrap {
  private readonly log = new Logger('callbacks');
  private readonly workers: Workers<Export>;
  /** Departments of the calls under way, each as often as it has some. */
  private readonly underWay: string[] = [];

  constructor(
    private readonly store: CallbackStore,
    private readonly webhook: Webhook,
    private readonly clock: Clock,
    config: ExchangeConfig,
    drain: Drain,
  ) {
    this.workers = new Workers({
      most: AT_ONCE,
      mayTake: () => true,
      claim: () => this.claim(config.WEBHOOK_ANSWER_MS + LEASE_MARGIN_MS),
      run: (job, stop) => this.one(job, stop).finally(() => this.left(job)),
      unseen: (error) => this.log.warn(`callbacks could not be looked for: ${error.message}`),
    });
    drain.add('callbacks', 'work', () => this.workers.end());
  }

  onApplicationBootstrap(): void {
    this.workers.start();
  }

  private async claim(leaseMs: number): Promise<Export | null> {
    const callsOf = (one: string) => this.underWay.filter((id) => id === one).length;
    const busy = [...new Set(this.underWay)].filter((id) => callsOf(id) >= OF_ONE);
    const job = await this.store.claim(busy, leaseMs);
    if (job) this.underWay.push(job.departmentId);
    return job;
  }

  private left({ departmentId }: Export): void {
    this.underWay.splice(this.underWay.indexOf(departmentId), 1);
  }

  /** Never rejects: what was not said is said again when its lease has ended. */
  private async one(job: Export, stop: AbortSignal): Promise<void> {
    const { id, resourceId, failure, settledAt, callback } = job;
    const status = queryStatusOf(job);
    const said = { type: 'query.ended', jobId: id, resourceId, status, failure, at: settledAt!.toISOString() };
    const { url, failures } = callback!;
    try {
      const taken = await this.webhook.send(url, `${id}.${status}`, JSON.stringify(said), stop);
      if (taken.taken)
        return await this.store.settle(job, { failures, lastFailure: null, toldAt: this.clock.now() }, null);
      // Closing is no failure of the receiver.
      if (stop.aborted) return await this.store.settle(job, { failures, lastFailure: null, toldAt: null }, 0);
      const failed = { failures: failures + 1, lastFailure: taken.why, toldAt: null };
      const over = taken.gone || failed.failures >= MOST_FAILURES;
      const again = Math.max(waitAfter(failed.failures, Math.random()), taken.waitMs ?? 0);
      await this.store.settle(job, failed, over ? null : again);
    } catch (error) {
      this.log.warn(`callback of ${id} is left to its lease: ${(error as Error).message}`);
    }
  }
}
