import { Injectable } from '@nestjs/common';
import type { RefusalCode, Release } from '@qiongtong/contracts';
import { Clock, UnitOfWork, type Transaction, NotOurs } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { storedAs, type Delivery } from '../deliveries/deliveries';
import { DailyRows } from '../records/daily-rows';
import { completed, failed, type Export } from './domain/export';
import type { Written } from './export-file';
import { ExportPermission } from './export-permission';
import type { ExportRows } from './export-rows';
import { ExportStore, type Run } from './export.store';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What a run came to, said once and by whoever has the export at that moment. */
@Injectable()
export class ExportOutcomes {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ExportStore,
    private readonly permission: ExportPermission,
    private readonly daily: DailyRows,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** The decision once more, then everything that says the file is there, at once. */
  async completed(
    job: Export,
    decision: Release['decision'],
    { rows, markedValues }: Pick<ExportRows, 'rows' | 'markedValues'>,
    { bytes, digest }: Written,
    delivery: Delivery,
  ): Promise<void> {
    const left = delivery.sum('complete');
    await this.work.run(async (tx) => {
      const known = await this.own(tx, job);
      this.permission.expectStill(job, decision);
      await this.daily.take({ decision }, rows, tx.query);
      await delivery.record(tx, left);
      const { obligations, grantId } = decision;
      const made = { obligations, grantId, rows, bytes, markedValues, digest, deliveryId: delivery.id };
      const now = this.clock.now();
      const { EXPORT_KEPT_HOURS, QUERY_KEPT_MINUTES } = this.config;
      const keptMs = job.kind === 'QUERY' ? QUERY_KEPT_MINUTES * MINUTE_MS : EXPORT_KEPT_HOURS * HOUR_MS;
      const expiresAt = new Date(now.getTime() + keptMs);
      const { state, event } = completed(known, { ...made, leftAs: storedAs(left) }, now, expiresAt);
      await this.store.save(tx, state);
      tx.publish(event);
    });
  }

  async failed(run: Run, code: RefusalCode): Promise<void> {
    await this.work.run(async (tx) => {
      const { state, event } = failed(await this.own(tx, run), code, this.clock.now());
      await this.store.save(tx, state);
      tx.publish(event);
    });
  }

  private async own(tx: Transaction, { id, attempt }: Run): Promise<Export> {
    const known = await this.store.lock(tx, id);
    if (known?.status !== 'RUNNING' || known.attempt !== attempt) throw new NotOurs();
    return known;
  }
}
