import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@qiongtong/contracts';
import type { HopTokens } from '../auth/hop-tokens';

const SIGNATURE_BYTES = 16;
const MAX_LENGTH = 4096;

/**
 * Signed positions in a list. The scope names the list and the query: a cursor of another query is not taken. The key
 * comes from the one shared with the gateway, so that replicas and restarts take each other's cursors.
 */
export class Cursors {
  constructor(private readonly hops: Pick<HopTokens, 'derivedKeys' | 'self'>) {}

  encode(value: object, scope: string): string {
    const body = Buffer.from(JSON.stringify(value));
    return Buffer.concat([this.sign(this.keys()[0]!, body, scope), body]).toString('base64url');
  }

  /** Refuses `request.bad_cursor` unless it was issued here for this scope. */
  decode<T extends object>(cursor: string, scope: string): T {
    const bytes = cursor.length <= MAX_LENGTH ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
    const signature = bytes.subarray(0, SIGNATURE_BYTES);
    const body = bytes.subarray(SIGNATURE_BYTES);
    const genuine =
      signature.length === SIGNATURE_BYTES &&
      this.keys().some((key) => timingSafeEqual(signature, this.sign(key, body, scope)));
    if (!genuine) throw new Refusal('request.bad_cursor');
    return JSON.parse(body.toString('utf8')) as T;
  }

  private keys(): readonly Buffer[] {
    return this.hops.derivedKeys(`cursors/${this.hops.self}`, this.hops.self === 'gateway' ? 'exchange' : 'gateway');
  }

  private sign(key: Buffer, body: Buffer, scope: string): Buffer {
    return createHmac('sha256', key).update(scope).update('\0').update(body).digest().subarray(0, SIGNATURE_BYTES);
  }
}
