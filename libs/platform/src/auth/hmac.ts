import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** HMAC-SHA256 under one key, many times: the key's blocks are made once, and nothing but two hashes remains. */
export class HmacSha256 {
  private readonly inner: Buffer;
  /** The outer block with room for the inner digest behind it. */
  private readonly outer: Buffer;

  constructor(key: Buffer) {
    const block = Buffer.alloc(BLOCK_BYTES);
    (key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key).copy(block);
    this.inner = block.map((byte) => byte ^ 0x36) as Buffer;
    this.outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST_BYTES)]);
  }

  of(message: string): Buffer {
    const bytes = Buffer.byteLength(message);
    const input = Buffer.allocUnsafe(BLOCK_BYTES + bytes);
    this.inner.copy(input);
    input.write(message, BLOCK_BYTES);
    hash('sha256', input, 'buffer').copy(this.outer, BLOCK_BYTES);
    return hash('sha256', this.outer, 'buffer');
  }
}
