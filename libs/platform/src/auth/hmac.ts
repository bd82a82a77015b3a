import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const FIRST_ROOM_BYTES = 1_024;
/** UTF-8 takes at most so many bytes for a UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;

/**
 * HMAC-SHA256 under one key, many times: the key's blocks are made once, and nothing but two hashes remains. Digests are
 * taken as text of a byte a character: a buffer made for each would cost more than the hash.
 */
export class HmacSha256 {
  /** The inner block with room for a message behind it. */
  private inner: Buffer;
  /** The outer block with room for the inner digest behind it. */
  private readonly outer: Buffer;

  constructor(key: Buffer) {
    const block = Buffer.alloc(BLOCK_BYTES);
    (key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key).copy(block);
    const inner = block.map((byte) => byte ^ 0x36);
    this.inner = Buffer.concat([inner, Buffer.alloc(FIRST_ROOM_BYTES)]);
    this.outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST_BYTES)]);
  }

  of(message: string): Buffer {
    return Buffer.from(this.textOf(message), 'latin1');
  }

  /** The first `bytes` of the HMAC of each message, one behind the other. */
  ofAll(messages: readonly string[], bytes: number): Buffer {
    const all = Buffer.allocUnsafe(messages.length * bytes);
    for (const [i, message] of messages.entries()) all.write(this.textOf(message), i * bytes, bytes, 'latin1');
    return all;
  }

  private textOf(message: string): string {
    const room = BLOCK_BYTES + message.length * MOST_BYTES_A_UNIT;
    if (room > this.inner.length) this.inner = Buffer.concat([this.inner.subarray(0, BLOCK_BYTES)], room);
    const end = BLOCK_BYTES + this.inner.write(message, BLOCK_BYTES);
    this.outer.write(hash('sha256', this.inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', this.outer, 'binary');
  }
}
