import { Injectable } from '@nestjs/common';
import { Refusal, type Release, type ResourceState } from '@qiongtong/contracts';
import { Clock, NotOurs } from '@qiongtong/platform';
import { Blobs, type BlobWriter } from '../blobs/blobs';
import { ExchangeConfig } from '../config';
import { Deliveries } from '../deliveries/deliveries';
import { ChannelRows } from '../channel/channel-rows';
import { fileStatement } from '../records/domain/file-sql';
import { planRead } from '../records/domain/read-plan';
import { MatterSubjects } from '../records/matter-subjects';
import type { Export } from './domain/export';
import { ExportFile, written } from './export-file';
import { ExportOutcomes } from './export-outcomes';
import { ExportPermission, isFinal } from './export-permission';
import { ExportRows, type RowSource } from './export-rows';
import { ExportSnapshot } from './export-snapshot';
import { ExportStore } from './export.store';
import { wholeOf } from './exports.service';

const LOOK_EVERY_MS = 1_000;

type Run = {
  readonly job: Export;
  readonly resource: ResourceState;
  readonly release: Release;
  readonly rows: ExportRows;
  readonly signal: AbortSignal;
  /** null until the first rows are there. */
  file: ExportFile | null;
};

/** Makes the file of one export. */
@Injectable()
export class ExportRun {
  constructor(
    private readonly store: ExportStore,
    private readonly permission: ExportPermission,
    private readonly snapshot: ExportSnapshot,
    private readonly channel: ChannelRows,
    private readonly deliveries: Deliveries,
    private readonly matters: MatterSubjects,
    private readonly blobs: Blobs,
    private readonly outcomes: ExportOutcomes,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Clears what attempts before this one left behind when their process died: files, and hashes of rows. */
  async clearBefore(job: Export): Promise<void> {
    for (let attempt = 1; attempt < job.attempt; attempt++) await this.blobs.remove(`${job.id}.${attempt}`);
    if (job.deliveryId !== null) await this.deliveries.discard(job.deliveryId);
  }

  /** From the decision to the file that is ready. On any error nothing is left: no file, no hashes of rows that left. */
  async make(job: Export, stop: AbortSignal): Promise<void> {
    this.expectInTime(job);
    const decision = this.permission.decided(job.use);
    const resource = this.permission.source(job);
    const release: Release = { decisionId: job.decisionId, decision, use: job.use };
    const query = job.query!;
    const plan = planRead(resource, release, wholeOf(query), 'body');
    const limit = query.limit ?? (plan.mostRows === null ? null : plan.mostRows + 1);
    const bounds = { mostRows: plan.mostRows, rowBytes: this.config.EXPORT_ROW_BYTES };
    const rows = new ExportRows(job, resource.items, plan.released, decision.obligations, bounds);
    const ended = new AbortController();
    const run: Run = { job, resource, release, rows, signal: AbortSignal.any([stop, ended.signal]), file: null };
    const watch = setInterval(
      () => void this.look(run).catch((error: Error) => ended.abort(error)),
      Math.min(LOOK_EVERY_MS, this.config.EXPORT_LEASE_MS / 3),
    );
    try {
      const pour = (source: RowSource) => this.pour(run, source);
      if (job.kind === 'QUERY') {
        const wanted = { ...plan, sort: query.sort ?? [], limit };
        await this.channel.of({ id: job.id, release, resource, wanted, signal: run.signal }, pour);
      } else {
        const statement = fileStatement({ resourceId: job.resourceId, items: resource.items, ...plan, limit });
        await this.snapshot.of(statement, run.signal, pour);
      }
    } catch (error) {
      // What ended the work is the reason, not how the work took it.
      throw run.signal.aborted ? (run.signal.reason as Error) : error;
    } finally {
      clearInterval(watch);
    }
  }

  /** While it runs: is it still ours, and still lawful? While nobody can tell nothing leaves, so that it may go on. */
  private async look({ job, release, rows, file }: Run): Promise<void> {
    this.expectInTime(job);
    try {
      this.permission.expectStill(job, release.decision);
    } catch (error) {
      if (isFinal(error)) throw error;
    }
    const kept = await this.store.progress(job, rows.rows, file?.bytes ?? 0, this.config.EXPORT_LEASE_MS);
    if (!kept) throw new NotOurs();
  }

  /** However patient a provider asks to be with it, a query ends. */
  private expectInTime({ kind, askedAt }: Export): void {
    const over = askedAt.getTime() + this.config.QUERY_SECONDS * 1000 <= this.clock.now().getTime();
    if (kind === 'QUERY' && over) throw new Refusal('export.took_too_long');
  }

  private async pour(run: Run, source: RowSource): Promise<void> {
    const { job, resource, release } = run;
    const first = await source.take();
    const keys = first.map(({ record_key }) => record_key);
    await this.matters.bind(release, resource, keys);
    const { decisionId, resourceId } = job;
    const delivery = await this.deliveries.open({ decisionId, resourceId, grantId: release.decision.grantId });
    const blob = job.blob!;
    const chunks = run.rows.chunks(first, source, delivery, job.kind === 'QUERY');
    let writer: BlobWriter | null = null;
    let whole = false;
    try {
      await this.store.delivers(job, delivery.id);
      writer = await written(this.blobs.create(blob));
      run.file = new ExportFile(writer, { gzip: job.gzip, mostBytes: this.config.EXPORT_BYTES, signal: run.signal });
      const file = await run.file.write(chunks);
      await written(writer.commit());
      run.signal.throwIfAborted();
      whole = true;
      await this.outcomes.completed(job, release.decision, run.rows, file, delivery);
    } catch (error) {
      await chunks.return(undefined).catch(() => undefined);
      await writer?.abort();
      // A connection that broke while all was said may have said it: then the file has to be there.
      const unknown = whole && !(error instanceof Refusal) && !(error instanceof NotOurs);
      if (!unknown) await this.blobs.remove(blob).catch(() => undefined);
      await this.deliveries.discard(delivery.id).catch(() => undefined);
      throw error;
    }
  }
}
