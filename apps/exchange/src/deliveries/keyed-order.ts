import { createCipheriv, createHmac } from 'node:crypto';

const BLOCK_BYTES = 16;
const CIPHER_KEY_BYTES = 16;
/** Bytes of a place that are compared: 48 bits, which a number holds exactly. */
const COMPARED_BYTES = 6;

/**
 * An order of rows that belongs to one delivery: by their keyed hashes, enciphered under a key of the delivery. Whoever
 * has not the resource's hash key of the quarter can neither foretell it nor find out whose it is; another delivery's
 * order of the same rows has nothing to do with it (`docs/decisions/0299-an-order-of-its-own.md`).
 */
export class KeyedOrder {
  private readonly key: Buffer;

  constructor(quarterKey: Buffer, deliveryId: string) {
    this.key = createHmac('sha256', quarterKey).update(`order of ${deliveryId}`).digest().subarray(0, CIPHER_KEY_BYTES);
  }

  /**
   * @param hashes sixteen bytes of each row, one behind the other
   * @returns which row comes first, which second, and so on
   */
  of(hashes: Buffer): readonly number[] {
    // Each hash is a block of its own and differs from every other: what this mode gives away of equal blocks, there is none.
    const cipher = createCipheriv('aes-128-ecb', this.key, null).setAutoPadding(false);
    const enciphered = Buffer.concat([cipher.update(hashes), cipher.final()]);
    const places = Array.from({ length: hashes.length / BLOCK_BYTES }, (_, i) =>
      enciphered.readUIntBE(i * BLOCK_BYTES, COMPARED_BYTES),
    );
    return places.map((_, i) => i).sort((one, other) => places[one]! - places[other]! || one - other);
  }
}
