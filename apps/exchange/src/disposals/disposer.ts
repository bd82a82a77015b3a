import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Drain, newId, Scheduler, UnitOfWork } from '@qiongtong/platform';
import { ExchangeConfig, retentionDaysOf } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { DisposalStore } from './disposal.store';
import { begun, cancelled, disposed, scheduled } from './domain/disposal';
import { Remains } from './remains';

const LOOK_EVERY_MS = 5_000;
const KEY_BYTES = 32;

/**
 * Schedules, cancels and carries out disposals. Each piece is deleted and counted in one transaction under the disposal's
 * lock: one that is killed is taken up where it stood, and two do no more than one
 * (`docs/decisions/0242-disposal-after-withdrawal.md`).
 */
@Injectable()
export class Disposer {
  private readonly log = new Logger(Disposer.name);
  private ending = false;

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: DisposalStore,
    private readonly remains: Remains,
    private readonly policy: LivePolicy,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
    drain: Drain,
  ) {
    scheduler.every('disposals', LOOK_EVERY_MS, (now) => this.keep(now));
    drain.add('disposals', 'work', () => void (this.ending = true));
  }

  async keep(now: Date): Promise<void> {
    // What has been published again may only be known in a moment.
    if (this.policy.freshness() !== 'fresh') return;
    await this.cancel(now);
    await this.schedule(now);
    for (const id of await this.store.due(now)) {
      if (this.ending) return;
      await this.dispose(id, now).catch((error: Error) => this.log.error(`${id} stands still: ${error.message}`));
    }
  }

  private async cancel(now: Date): Promise<void> {
    for (const { id, resourceId } of await this.store.waiting())
      if (this.isBack(resourceId))
        await this.work.run(async (tx) => {
          const disposal = await this.store.lock(tx, id);
          if (disposal?.status !== 'WAITING' && disposal?.status !== 'HELD') return;
          const { state, event } = cancelled(disposal, now);
          await this.store.save(tx, state);
          tx.publish(event);
        });
  }

  private async schedule(now: Date): Promise<void> {
    const { index } = this.policy;
    const withdrawn = [...index.resources()].filter(({ status }) => status === 'WITHDRAWN');
    for (const resourceId of await this.store.leftBehind(withdrawn.map(({ id }) => id)))
      await this.work.run(async (tx) => {
        const { providerId } = index.resource(resourceId)!;
        const regionCode = index.organisation(providerId)?.regionCode ?? '';
        const days = retentionDaysOf(this.config, resourceId);
        const { state, event } = scheduled({ id: newId(), resourceId, providerId, regionCode }, days, now);
        if (await this.store.add(tx, state, randomBytes(KEY_BYTES))) tx.publish(event);
      });
  }

  private async dispose(id: string, now: Date): Promise<void> {
    if (!(await this.begin(id, now))) return;
    while (!this.ending && (await this.piece(id)));
    if (!this.ending) await this.finish(id, now);
  }

  /** @returns whether it is running */
  private begin(id: string, now: Date): Promise<boolean> {
    return this.work.run(async (tx) => {
      const disposal = await this.store.lock(tx, id);
      if (disposal?.status === 'RUNNING') return true;
      if (disposal?.status !== 'WAITING' || disposal.dueAt > now) return false;
      // Published again since it was looked for: it is cancelled the next time.
      if (this.policy.freshness() !== 'fresh' || this.isBack(disposal.resourceId)) return false;
      await this.store.save(tx, begun(disposal, await this.remains.begin(tx, disposal.resourceId), now));
      return true;
    });
  }

  private piece(id: string): Promise<boolean> {
    return this.work.run(async (tx) => {
      const disposal = await this.store.lock(tx, id);
      return disposal?.status === 'RUNNING' && this.remains.deleteSome(tx, disposal);
    });
  }

  /** The certificate, when nothing is left; files go on their own way and are waited for. */
  private finish(id: string, now: Date): Promise<void> {
    return this.work.run(async (tx) => {
      const disposal = await this.store.lock(tx, id);
      if (disposal?.status !== 'RUNNING' || (await this.remains.deleteSome(tx, disposal))) return;
      if (await this.remains.filesLeft(tx, disposal)) return;
      const { state, event } = disposed(disposal, await this.remains.filesGone(tx, disposal), now);
      await this.store.save(tx, state);
      tx.publish(event);
    });
  }

  /** A resource of which nothing is said any more is not back. */
  private isBack(resourceId: string): boolean {
    const status = this.policy.index.resource(resourceId)?.status;
    return status !== undefined && status !== 'WITHDRAWN';
  }
}
