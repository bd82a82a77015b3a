import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page, type PageQuery } from '@qiongtong/platform';
import { BatchStore, type BatchReport } from '../batches/batch.store';
import { BatchesService } from '../batches/batches.service';
import type { PushUse } from '../batches/push';
import { ReportsService } from '../batches/reports.service';
import { ExchangeConfig } from '../config';
import { expectOpen, expectWhole, type Part } from './domain/upload';
import { UploadRuns } from './upload-runs';
import { UploadStore, type Upload, type Way } from './upload.store';

export type UploadView = Readonly<{
  /** Also of the batch that comes of it. */
  id: string;
  resourceId: string;
  systemId: string;
  status: Upload['status'];
  /** Refusal code of why no batch came of it. */
  failure: Upload['failure'];
  /** Bytes that one part may have at most. */
  partBytes: number;
  parts: number;
  bytes: number;
  openedAt: string;
  settledAt: string | null;
  /** Until when something more has to come of an open one. */
  expiresAt: string | null;
}>;
export type WholeUploadView = UploadView &
  Readonly<{
    /** Which parts are kept, while they are. */
    kept: readonly Part[];
    /** How far the batch has come, or what became of it. */
    batch: BatchReport | null;
  }>;
type Position = Readonly<{ at: string; id: string }>;

/** Uploads as the system that sends them, and its department, see and steer them. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: UploadStore,
    private readonly batches: BatchesService,
    private readonly batchStore: BatchStore,
    private readonly reports: ReportsService,
    private readonly runs: UploadRuns,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** What could not be taken whatever the parts are is refused at once. */
  open(use: PushUse, way: Way): Promise<UploadView> {
    const { id: resourceId } = this.batches.expected({ use, ...way });
    return this.work.run(async (tx) => {
      const most = this.config.UPLOADS_PER_SYSTEM;
      if ((await this.store.liveOf(tx, use.systemId)) >= most)
        throw new Refusal('upload.too_many', { about: [String(most)], retryAfterSeconds: 60 });
      const now = this.clock.now();
      const upload: Upload = {
        ...{ id: newId(), resourceId, systemId: use.systemId, use, way, status: 'OPEN', failure: null },
        ...{ parts: 0, bytes: 0, digest: null, attempt: 0, openedAt: now, touchedAt: now, settledAt: null },
      };
      await this.store.add(tx, upload);
      return this.viewOf(upload);
    });
  }

  /** All parts have been sent: their rows become a batch. Saying so again changes nothing. */
  async complete(use: PushUse, id: string, parts: number, digest: string | null): Promise<UploadView> {
    const { id: resourceId } = this.batches.expected({ use, ...(await this.sent(use, id)).way });
    const upload = await this.work.run(async (tx) => {
      const known = await this.store.lock(tx, id);
      const said = known.status === 'QUEUED' || known.status === 'RUNNING' || known.status === 'SETTLED';
      if (said && known.parts === parts && known.digest === digest) return known;
      expectOpen(known);
      expectWhole(await this.store.parts(id), parts);
      await this.store.queue(tx, id, digest, this.clock.now());
      return { ...known, status: 'QUEUED', digest } as const;
    });
    this.runs.wake();
    return this.viewOf({ ...upload, resourceId });
  }

  async list(resourceId: string, by: Principal, page: PageQuery): Promise<Page<UploadView>> {
    this.reports.checkProvider(resourceId, by);
    const scope = `uploads ${resourceId}`;
    const before = page.cursor === undefined ? null : this.cursors.decode<Position>(page.cursor, scope);
    const found = await this.store.ofResource(resourceId, before, page.limit + 1);
    const items = found.slice(0, page.limit).map((upload) => this.viewOf(upload));
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, next: last ? this.cursors.encode({ at: last.openedAt, id: last.id }, scope) : null };
  }

  async one(resourceId: string, id: string, by: Principal): Promise<WholeUploadView> {
    const upload = await this.own(resourceId, id, by);
    const kept = (await this.store.parts(id)).map(({ n, bytes, digest }) => ({ n, bytes, digest }));
    return { ...this.viewOf(upload), kept, batch: await this.batchStore.one(resourceId, id) };
  }

  /** Ends it before its outcome, its batch as well. */
  async cancel(resourceId: string, id: string, by: Principal): Promise<UploadView> {
    await this.own(resourceId, id, by);
    const begun = await this.batchStore.one(resourceId, id);
    if (begun?.settledAt === null) await this.reports.cancel(resourceId, id, by);
    return this.work.run(async (tx) => {
      const upload = await this.store.lock(tx, id);
      if (upload.status === 'CANCELLED') return this.viewOf(upload);
      if (upload.settledAt !== null) throw new Refusal('exchange.batch_settled');
      const at = this.clock.now();
      await this.store.end(tx, id, { status: 'CANCELLED', failure: null, at });
      return this.viewOf({ ...upload, status: 'CANCELLED', settledAt: at });
    });
  }

  /** One that this system opened for this resource; somebody else's looks like one that does not exist. */
  async sent({ systemId, resourceId }: PushUse, id: string): Promise<Upload> {
    const upload = await this.store.one(resourceId, id);
    if (upload?.systemId !== systemId) throw new Refusal('request.not_found');
    return upload;
  }

  private async own(resourceId: string, id: string, by: Principal): Promise<Upload> {
    this.reports.checkProvider(resourceId, by);
    const upload = await this.store.one(resourceId, id);
    if (!upload) throw new Refusal('request.not_found');
    return upload;
  }

  private viewOf(upload: Upload): UploadView {
    const idleMs = this.config.UPLOAD_IDLE_HOURS * 3_600_000;
    return {
      id: upload.id,
      resourceId: upload.resourceId,
      systemId: upload.systemId,
      status: upload.status,
      failure: upload.failure,
      partBytes: this.config.UPLOAD_PART_BYTES,
      parts: upload.parts,
      bytes: upload.bytes,
      openedAt: upload.openedAt.toISOString(),
      settledAt: upload.settledAt?.toISOString() ?? null,
      expiresAt: upload.status === 'OPEN' ? new Date(upload.touchedAt.getTime() + idleMs).toISOString() : null,
    };
  }
}
