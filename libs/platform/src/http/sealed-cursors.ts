import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Refusal } from '@qiongtong/contracts';
import type { HopTokens } from '../auth/hop-tokens';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Where a page ended, for the caller to hand back. Sealed and not only signed, for positions that say what the caller may
 * not know: values outside a grant, or how much there is that they do not see. Bound to the scope, which names the query
 * and whatever decides on what is seen.
 */
export class SealedCursors {
  constructor(private readonly hops: Pick<HopTokens, 'derivedKeys' | 'self'>) {}

  seal(position: object, scope: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys()[0]!, nonce).setAAD(Buffer.from(scope));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(position), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Refuses `request.bad_cursor` unless it was sealed here for this scope. */
  open<T extends object>(cursor: string, scope: string): T {
    const bytes = Buffer.from(cursor, 'base64url');
    for (const key of this.keys()) {
      const opened = unsealed(bytes, key, scope);
      if (opened) return opened as T;
    }
    throw new Refusal('request.bad_cursor');
  }

  /** From the keys shared with the gateway, so that replicas and restarts take each other's cursors. */
  private keys(): readonly Buffer[] {
    return this.hops.derivedKeys(`sealed-cursors/${this.hops.self}`, 'gateway');
  }
}

function unsealed(bytes: Buffer, key: Buffer, scope: string): object | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(scope))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(opened.toString('utf8')) as object;
  } catch {
    return null;
  }
}
