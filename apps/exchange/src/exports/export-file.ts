import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Refusal } from '@qiongtong/contracts';
import type { BlobWriter } from '../blobs/blobs';

/** What a writing system says of a full disk, a used-up quota, and a file larger than it may be. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export type Written = Readonly<{ bytes: number; digest: string }>;

/**
 * Writes a file as its text comes, held up while the disk is slow. `bytes` and `digest` are of what is written, so of a
 * compressed file as it lies there.
 */
export class ExportFile {
  bytes = 0;
  private readonly digest = createHash('sha256');

  constructor(
    private readonly blob: BlobWriter,
    private readonly options: Readonly<{ gzip: boolean; mostBytes: number; signal: AbortSignal }>,
  ) {}

  async write(chunks: AsyncIterable<Buffer>): Promise<Written> {
    const { gzip, signal } = this.options;
    const source = Readable.from(chunks, { highWaterMark: 1 });
    const sink = (bytes: AsyncIterable<Buffer>) => this.take(bytes);
    await (gzip ? pipeline(source, createGzip(), sink, { signal }) : pipeline(source, sink, { signal }));
    return { bytes: this.bytes, digest: this.digest.digest('hex') };
  }

  private async take(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      if (this.bytes > this.options.mostBytes) throw new Refusal('export.too_large');
      this.digest.update(chunk);
      await written(this.blob.write(chunk));
    }
  }
}

/** A file that cannot be written is a refusal that says so: a full disk is told from a broken one. */
export async function written<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(code !== undefined && NO_SPACE.has(code) ? 'export.no_space' : 'export.not_written');
  }
}
