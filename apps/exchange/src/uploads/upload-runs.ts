import { Readable } from 'node:stream';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Clock, Drain, NotOurs, Workers } from '@qiongtong/platform';
import { BatchStore } from '../batches/batch.store';
import { BatchesService } from '../batches/batches.service';
import { Blobs } from '../blobs/blobs';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { UploadStore, type Upload } from './upload.store';

const MOST = 2;
/** One that takes its process down with it is not begun for ever. */
const MOST_ATTEMPTS = 5;
const AGAIN_AFTER_MS = 2_000;

/** The service is closing; the upload is read anew elsewhere. */
class HandedBack extends Error {}

/** Reads uploads whose parts are all there, each as one batch under the id of the upload. */
@Injectable()
export class UploadRuns implements OnApplicationBootstrap {
  private readonly log = new Logger('uploads');
  private readonly workers: Workers<Upload>;

  constructor(
    private readonly store: UploadStore,
    private readonly batches: BatchesService,
    private readonly batchStore: BatchStore,
    private readonly blobs: Blobs,
    policy: LivePolicy,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
    drain: Drain,
  ) {
    this.workers = new Workers({
      most: MOST,
      mayTake: () => policy.freshness() === 'fresh',
      claim: () => store.claim(config.UPLOAD_LEASE_MS),
      run: (upload, stop) => this.one(upload, stop),
      unseen: (error) => this.log.warn(`uploads could not be looked for: ${error.message}`),
    });
    drain.add('uploads', 'work', () => this.workers.end(new HandedBack()));
  }

  onApplicationBootstrap(): void {
    this.workers.start();
  }

  wake(): void {
    this.workers.wake();
  }

  /** Never rejects: whatever happens is the upload's outcome, or somebody's to try again. */
  private async one(upload: Upload, stop: AbortSignal): Promise<void> {
    try {
      await this.read(upload, stop);
    } catch (error) {
      await this.failed(upload, error).catch((again: Error) =>
        this.log.error(`upload ${upload.id} is left to its lease: ${again.message}`),
      );
    }
  }

  private async read(upload: Upload, stop: AbortSignal): Promise<void> {
    const { id, resourceId, use, way, digest } = upload;
    // Its reader may have died between the outcome of the batch and the word of it.
    const known = await this.batchStore.one(resourceId, id);
    if (!known || known.settledAt === null) {
      if (upload.attempt > MOST_ATTEMPTS) throw new Refusal('service.failed');
      const body = Readable.from(this.bytesOf(id), { objectMode: false });
      const ended = (reason: unknown) => body.destroy(reason as Error);
      const ending = () => ended(stop.reason);
      stop.addEventListener('abort', ending, { once: true });
      const watch = setInterval(
        () => void this.look(upload).catch(ended),
        Math.min(1_000, this.config.UPLOAD_LEASE_MS / 3),
      );
      try {
        const announced = digest === null ? null : Buffer.from(digest, 'hex');
        await this.batches.receive({ ...way, use, batchId: id, idempotencyKey: `upload:${id}`, announced }, body);
      } finally {
        clearInterval(watch);
        stop.removeEventListener('abort', ending);
        body.destroy();
      }
    }
    await this.store.settle(upload, { status: 'SETTLED', failure: null, at: this.clock.now() });
  }

  /** The parts as one stream, in their order. */
  private async *bytesOf(id: string): AsyncGenerator<Buffer> {
    for (const { blob } of await this.store.parts(id)) yield* (await this.blobs.open(blob)) as AsyncIterable<Buffer>;
  }

  private async look(upload: Upload): Promise<void> {
    if (!(await this.store.keep(upload, this.config.UPLOAD_LEASE_MS))) throw new NotOurs();
  }

  private async failed(upload: Upload, error: unknown): Promise<void> {
    if (error instanceof NotOurs) return;
    const over = upload.attempt > MOST_ATTEMPTS || (error instanceof Refusal && !isPassing(error));
    if (!over) {
      const leaving = error instanceof HandedBack;
      if (!leaving) this.log.warn(`upload ${upload.id}, attempt ${upload.attempt}: ${(error as Error).message}`);
      return this.store.handBack(upload, leaving ? 0 : AGAIN_AFTER_MS);
    }
    const batch = await this.batchStore.one(upload.resourceId, upload.id);
    const settled = batch !== null && batch.settledAt !== null;
    const failure = settled ? null : error instanceof Refusal ? error.code : 'service.failed';
    await this.store.settle(upload, { status: settled ? 'SETTLED' : 'FAILED', failure, at: this.clock.now() });
  }
}

/** Nobody can tell at the moment, or somebody who was thought dead holds the batch still. */
const isPassing = (error: Refusal): boolean => error.entry.kind === 'unavailable' || error.code === 'request.lost_race';
