import { Injectable, Logger } from '@nestjs/common';
import { Clock, Health, Scheduler, sql, UnitOfWork, type Sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { AlarmSettings } from './alarm-settings';
import { Alarms } from './alarms';
import { MOST_NAMED, type Finding } from './domain/alarm';
import { Standstill } from './domain/standstill';
import { StallStore, type Newest } from './stall.store';
import { WaitingFacts } from './waiting';

const MOST_MS = 5_000;
const KIND = 'SEALER_STALLED';

/**
 * Watches the sealer from outside of it: by a lease of its own, often on another replica. Facts that wait for too
 * long, or a checkpoint that grows too old although heartbeats are said, are an alarm. [R14.9]
 */
@Injectable()
export class SealerWatch {
  private readonly log = new Logger(SealerWatch.name);
  private readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);
  private standstill: Standstill;
  /** In milliseconds of `performance.now()`: what was before this replica began to look says nothing of the sealer. */
  private lookingSince = performance.now();

  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly store: StallStore,
    private readonly alarms: Alarms,
    private readonly waiting: WaitingFacts,
    private readonly settings: AlarmSettings,
    private readonly clock: Clock,
    health: Health,
    scheduler: Scheduler,
  ) {
    this.standstill = new Standstill(settings.stalledMs);
    const everyMs = Math.min(MOST_MS, settings.stalledMs / 2, settings.heartbeatMs / 2);
    scheduler.every('watch over the sealer', everyMs, (_, first) => this.look(first));
    // Reading goes on without a sealer: this replica stays in service and says what is wrong.
    health.watch('sealer', () => this.isSealing());
  }

  /** @param first of this replica since it took over */
  async look(first = false): Promise<void> {
    if (first) {
      this.standstill = new Standstill(this.settings.stalledMs);
      this.lookingSince = performance.now();
    }
    const newest = await this.store.newest(this.query);
    if (!newest) return;
    const places = await this.placesThatWait().catch((error: Error) => {
      this.log.warn(`what waits could not be seen: ${error.message}`);
      return null;
    });
    const looked = performance.now() - this.lookingSince;
    const old = looked > this.settings.stalledMs && this.isOld(newest);
    const stalled = old || (places?.length ?? 0) > 0;
    // Nothing heals because it could not be looked at, or not for long enough.
    if (!stalled && (places === null || looked <= this.settings.stalledMs)) return;
    await this.work.run((tx) => this.alarms.settle(tx, KIND, stalled ? [this.finding(newest, places)] : []));
  }

  /** Partitions with facts of which none has been sealed for too long. */
  private async placesThatWait(): Promise<string[]> {
    const ends = await this.waiting.ends();
    const suspects = this.standstill.suspects(await this.store.sealedTo(this.query), ends, performance.now());
    if (suspects.size === 0) return [];
    const waiting = await this.waiting.at(suspects, ends);
    this.standstill.nothingAt(
      [...suspects.keys()].filter((place) => !waiting.has(place)),
      ends,
    );
    return [...waiting].sort();
  }

  private finding({ size, writtenAt }: Newest, places: readonly string[] | null): Finding {
    const waitingIn = places?.slice(0, MOST_NAMED) ?? null;
    const found = { size, newestAt: writtenAt?.toISOString() ?? null, waitingIn };
    return { kind: KIND, subject: 'sealer', since: this.clock.now(), found };
  }

  /** With heartbeats a checkpoint is never older than that, unless something stands between them and the log. */
  private isOld({ ageMs }: Newest): boolean {
    return ageMs > this.settings.heartbeatMs + this.settings.stalledMs;
  }

  private async isSealing(): Promise<boolean> {
    const newest = await this.store.newest(this.query);
    return newest !== null && !this.isOld(newest) && !(await this.store.isStalled(this.query));
  }
}
