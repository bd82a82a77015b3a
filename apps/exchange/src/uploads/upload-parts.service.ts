import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Clock, newId, UnitOfWork } from '@qiongtong/platform';
import { BatchesService } from '../batches/batches.service';
import type { PushUse } from '../batches/push';
import { Blobs, type BlobWriter } from '../blobs/blobs';
import { ExchangeConfig } from '../config';
import { expectOpen, UPLOAD_BLOBS, type Part } from './domain/upload';
import { UploadStore } from './upload.store';
import { UploadsService } from './uploads.service';

const PARTS_AT_ONCE = 16;

/** Parts of uploads on their way in: written as they come, kept when they are what their sender says they are. */
@Injectable()
export class UploadPartsService {
  private receiving = 0;

  constructor(
    private readonly work: UnitOfWork,
    private readonly uploads: UploadsService,
    private readonly store: UploadStore,
    private readonly batches: BatchesService,
    private readonly blobs: Blobs,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Keeps a part. The same one again is the same; another one under its number is refused. */
  async take(use: PushUse, id: string, n: number, announced: Buffer | null, body: Readable): Promise<Part> {
    if (!announced) throw new Refusal('upload.part_digest_required');
    const upload = await this.uploads.sent(use, id);
    this.batches.expected({ use, ...upload.way });
    const digest = announced.toString('hex');
    const known = await this.store.part(id, n);
    if (known) return same(known, digest);
    expectOpen(upload);
    if (this.receiving >= PARTS_AT_ONCE) throw new Refusal('exchange.busy', { retryAfterSeconds: 2 });
    this.receiving++;
    try {
      const blob = `${UPLOAD_BLOBS}${id}.${n}.${newId()}`;
      const bytes = await this.write(blob, body, digest);
      return await this.keep(id, { n, bytes, digest, blob });
    } finally {
      this.receiving--;
    }
  }

  /** Onto the disk, for good. @returns how many bytes came */
  private async write(blob: string, body: Readable, digest: string): Promise<number> {
    const writer = await kept(this.blobs.create(blob));
    try {
      const hash = createHash('sha256');
      const bytes = await this.pour(body, writer, (chunk) => hash.update(chunk));
      if (hash.digest('hex') !== digest) throw new Refusal('upload.part_digest_mismatch');
      await kept(writer.commit());
      return bytes;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  private async pour(body: Readable, writer: BlobWriter, see: (chunk: Buffer) => void): Promise<number> {
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.config.UPLOAD_PART_BYTES) throw new Refusal('upload.part_too_large');
      see(chunk);
      await kept(writer.write(chunk));
    }
    return bytes;
  }

  /** The file is there before the row that names it; one that no row names is swept away. */
  private async keep(id: string, part: Part & Readonly<{ blob: string }>): Promise<Part> {
    const { n, bytes, digest, blob } = part;
    try {
      const known = await this.work.run(async (tx) => {
        const upload = await this.store.lock(tx, id);
        const before = await this.store.part(id, n);
        if (before) return same(before, digest);
        expectOpen(upload);
        if (upload.bytes + bytes > this.config.BATCH_BYTES) throw new Refusal('upload.part_too_large');
        await this.store.addPart(tx, id, part, this.clock.now());
        return null;
      });
      if (known) await this.blobs.remove(blob);
    } catch (error) {
      if (error instanceof Refusal) await this.blobs.remove(blob);
      throw error;
    }
    return { n, bytes, digest };
  }
}

function same(known: Part, digest: string): Part {
  if (known.digest !== digest) throw new Refusal('upload.part_differs', { about: [String(known.n)] });
  return known;
}

async function kept<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw new Refusal('upload.not_kept', { retryAfterSeconds: 30 });
  }
}
