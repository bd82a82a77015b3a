import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HmacSha256, newId } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import { KeyedOrder } from './keyed-order';

/** `2026Q1`, in UTC. */
export const quarterOf = (now: Date): string => `${now.getUTCFullYear()}Q${Math.floor(now.getUTCMonth() / 3) + 1}`;

export const HASH_BYTES = 16;

/** Hashes record keys of one resource in one quarter. */
export class KeyHasher {
  private readonly hmac: HmacSha256;

  constructor(
    readonly keyId: string,
    private readonly key: Buffer,
  ) {
    this.hmac = new HmacSha256(key);
  }

  hash(recordKey: string): Buffer {
    return this.hmac.of(recordKey).subarray(0, HASH_BYTES);
  }

  /** Of each key, one behind the other. */
  hashes(recordKeys: readonly string[]): Buffer {
    return this.hmac.ofAll(recordKeys, HASH_BYTES);
  }

  /** The order in which the rows of one delivery leave. */
  orderOf(deliveryId: string): KeyedOrder {
    return new KeyedOrder(this.key, deliveryId);
  }
}

/**
 * Keys by which record keys are hashed in everything that says what left: one per resource and quarter, so that all
 * traces of a quarter end when its key is destroyed.
 */
@Injectable()
export class HashKeys {
  private readonly hashers = new Map<string, KeyHasher | Promise<KeyHasher>>();
  private quarter = '';

  constructor(private readonly pools: Pools) {}

  /** At once when the key is known here, which it is but for the first delivery of a quarter. */
  of(resourceId: string, now: Date): KeyHasher | Promise<KeyHasher> {
    const quarter = quarterOf(now);
    // A key that is over is nowhere but in the table, where it can be destroyed.
    if (quarter !== this.quarter) this.hashers.clear();
    this.quarter = quarter;
    const name = `${resourceId} ${quarter}`;
    const known = this.hashers.get(name);
    if (known) return known;
    const loading = this.load(resourceId, quarter).then(
      (hasher) => {
        this.hashers.set(name, hasher);
        return hasher;
      },
      (error: unknown) => {
        this.hashers.delete(name);
        throw error;
      },
    );
    this.hashers.set(name, loading);
    return loading;
  }

  private async load(resourceId: string, quarter: string): Promise<KeyHasher> {
    // Two processes may come at once: the first key stays, and both read it.
    await this.pools.writer.query(
      `INSERT INTO hash_key (id, resource_id, quarter, key) VALUES ($1, $2, $3, $4)
       ON CONFLICT (resource_id, quarter) DO NOTHING`,
      [newId(), resourceId, quarter, randomBytes(32)],
    );
    const { rows } = await this.pools.writer.query<{ id: string; key: Buffer }>(
      'SELECT id, key FROM hash_key WHERE resource_id = $1 AND quarter = $2',
      [resourceId, quarter],
    );
    return new KeyHasher(rows[0]!.id, rows[0]!.key);
  }
}
