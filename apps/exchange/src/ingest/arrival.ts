import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '@qiongtong/contracts';

/**
 * The bytes of a push on their way in: hashed as they were sent, unpacked, and bounded in both forms. Memory is that of
 * a few chunks; the reader's pace is the sender's.
 */
export class Arrival {
  private readonly hash = createHash('sha256');
  private sent = 0;
  private unpacked = 0;
  private sha256: Buffer | null = null;

  constructor(
    private readonly body: Readable,
    private readonly gzip: boolean,
    private readonly mostBytes: number,
  ) {}

  async *bytes(): AsyncGenerator<Buffer> {
    const source = this.gzip ? this.unzipped() : this.hashed();
    for await (const chunk of source) {
      this.unpacked += chunk.length;
      if (this.unpacked > this.mostBytes) throw new Refusal('exchange.batch_too_large');
      yield chunk;
    }
    this.sha256 = this.hash.digest();
  }

  /** Reads what is left without keeping it, for its digest. */
  async skim(): Promise<void> {
    for await (const _ of this.hashed()) if (this.sent > this.mostBytes) throw new Refusal('exchange.batch_too_large');
    this.sha256 = this.hash.digest();
  }

  /** Bytes as they were sent, so far. */
  get size(): number {
    return this.sent;
  }

  /** SHA-256 of the bytes as they were sent; known when all of them have come. */
  digest(): Buffer {
    if (this.sha256 === null) throw new Error('the body has not been read to its end');
    return this.sha256;
  }

  private async *hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of this.body as AsyncIterable<Buffer>) {
      this.hash.update(chunk);
      this.sent += chunk.length;
      yield chunk;
    }
  }

  private async *unzipped(): AsyncGenerator<Buffer> {
    const gunzip = createGunzip();
    const hashing = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.hash.update(chunk);
        this.sent += chunk.length;
        done(null, chunk);
      },
    });
    let interrupted: Error | null = null;
    this.body.once('error', (error) => {
      interrupted = error;
      gunzip.destroy(error);
    });
    try {
      for await (const chunk of this.body.pipe(hashing).pipe(gunzip) as AsyncIterable<Buffer>) yield chunk;
    } catch (error) {
      throw interrupted ?? (error instanceof Refusal ? error : new Refusal('request.malformed'));
    }
  }
}
