import { createHash, type Hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DeliveryClosed } from '@qiongtong/contracts';
import { Clock, newId, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import { HASH_BYTES, HashKeys, type KeyHasher } from './hash-keys';
import type { KeyedOrder } from './keyed-order';

/** Answers of up to this many rows carry their hashes to the gateway's access record; more are kept here. */
export const HASHES_IN_RECORD = 100;

type Left = Readonly<{ key: string; batchNo: number }>;
export type Arranged<R> = Readonly<{ rows: readonly R[]; hashes: Buffer }>;
type Delivered = Readonly<{ decisionId: string; resourceId: string; grantId: string | null }>;

/**
 * What left, known exactly: keyed hashes of the record keys of every delivery, durable before those rows leave
 * (`docs/decisions/0021-what-left-is-known.md`).
 */
@Injectable()
export class Deliveries {
  constructor(
    private readonly keys: HashKeys,
    private readonly pools: Pools,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * What an answer says left, for the access record that the gateway makes durable before the answer does leave:
   * `inline:<hash key>:<rows>:<root>:<hash>,…`, or `stored:…` when the hashes are too many for it and are stored here.
   */
  async ofAnswer(delivered: Delivered, rows: readonly Left[]): Promise<string> {
    const hasher = await this.keys.of(delivered.resourceId, this.clock.now());
    if (rows.length <= HASHES_IN_RECORD) return inline(hasher, rows);
    const delivery = await this.open(delivered);
    await delivery.leaves(rows);
    return storedAs(await delivery.close('complete'));
  }

  /** The inline form for a single record, without waiting where the hash key is known. */
  ofRecord(resourceId: string, row: Left): string | Promise<string> {
    const hasher = this.keys.of(resourceId, this.clock.now());
    return hasher instanceof Promise ? hasher.then((known) => inline(known, [row])) : inline(hasher, [row]);
  }

  /** Of rows that never left and never will: what was prepared for a file that is not given out. */
  async discard(deliveryId: string): Promise<void> {
    await this.pools.writer.query(
      `DELETE FROM delivery_chunk c USING delivery d
       WHERE d.id = $1 AND d.closed_at IS NULL AND c.delivery_id = d.id`,
      [deliveryId],
    );
    await this.pools.writer.query('DELETE FROM delivery WHERE id = $1 AND closed_at IS NULL', [deliveryId]);
  }

  /** A delivery that goes out in chunks. */
  async open(delivered: Delivered): Promise<Delivery> {
    const hasher = await this.keys.of(delivered.resourceId, this.clock.now());
    const delivery = new Delivery(newId(), delivered, hasher, this.pools, this.work, this.clock);
    await delivery.begin();
    return delivery;
  }
}

/** One delivery in chunks: hashes are stored before their rows leave; the closing fact says what it came to. */
export class Delivery {
  private readonly root: Hash = createHash('sha256');
  private rows = 0;
  private chunks = 0;
  private from = Infinity;
  private to = -Infinity;
  private order: KeyedOrder | null = null;

  constructor(
    readonly id: string,
    private readonly delivered: Delivered,
    private readonly hasher: KeyHasher,
    private readonly pools: Pools,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** What the head of the answer can say: where the hashes will be. */
  get header(): string {
    return `stream:${this.hasher.keyId}:${this.id}`;
  }

  async begin(): Promise<void> {
    const { decisionId, resourceId, grantId } = this.delivered;
    await this.pools.writer.query(
      `INSERT INTO delivery (id, decision_id, resource_id, grant_id, hash_key_id, opened_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [this.id, decisionId, resourceId, grantId, this.hasher.keyId, this.clock.now()],
    );
  }

  /** These rows in the delivery's own order, to be told as leaving like that. */
  arranged<R>(rows: readonly R[], keyOf: (row: R) => string): Arranged<R> {
    this.order ??= this.hasher.orderOf(this.id);
    const hashes = this.hasher.hashes(rows.map(keyOf));
    const order = this.order.of(hashes);
    const moved = order.map((i) => hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    return { rows: order.map((i) => rows[i]!), hashes: Buffer.concat(moved) };
  }

  /**
   * Stores a chunk; only then may its rows leave.
   *
   * @param hashes of the rows, in their order, where they are there already
   */
  async leaves(rows: readonly Left[], hashes = this.hasher.hashes(rows.map(({ key }) => key))): Promise<void> {
    const digest = createHash('sha256').update(hashes).digest();
    await this.pools.writer.query(
      'INSERT INTO delivery_chunk (delivery_id, n, rows, digest, hashes) VALUES ($1, $2, $3, $4, $5)',
      [this.id, this.chunks, rows.length, digest, hashes],
    );
    this.root.update(digest);
    this.chunks++;
    this.rows += rows.length;
    for (const { batchNo } of rows) {
      if (batchNo < this.from) this.from = batchNo;
      if (batchNo > this.to) this.to = batchNo;
    }
  }

  close(outcome: 'complete' | 'aborted'): Promise<DeliveryClosed['data']> {
    const data = this.sum(outcome);
    return this.work.run((tx) => this.record(tx, data));
  }

  /** What it came to; nothing can be added after it. */
  sum(outcome: 'complete' | 'aborted'): DeliveryClosed['data'] {
    return {
      deliveryId: this.id,
      ...this.delivered,
      outcome,
      rows: this.rows,
      chunks: this.chunks,
      root: this.root.digest('hex'),
      hashKeyId: this.hasher.keyId,
      batches: this.rows === 0 ? null : { from: this.from, to: this.to },
    };
  }

  async record(tx: Transaction, data: DeliveryClosed['data']): Promise<DeliveryClosed['data']> {
    const at = this.clock.now();
    await tx.query(
      `UPDATE delivery SET closed_at = $2, outcome = $3, rows = $4, chunks = $5, root = $6, batch_from = $7, batch_to = $8
       WHERE id = $1`,
      [
        ...[this.id, at, data.outcome, data.rows, data.chunks, data.root],
        ...[data.batches?.from ?? null, data.batches?.to ?? null],
      ],
    );
    const fact: DeliveryClosed = { type: 'exchange.delivery-closed.v1', key: this.id, at: at.toISOString(), data };
    tx.publish(fact);
    return data;
  }
}

/** How an access record names a delivery whose hashes are stored. */
export const storedAs = ({ hashKeyId, rows, root, deliveryId }: DeliveryClosed['data']): string =>
  `stored:${hashKeyId}:${rows}:${root}:${deliveryId}`;

function inline(hasher: KeyHasher, rows: readonly Left[]): string {
  const hashes = rows.map(({ key }) => hasher.hash(key));
  const root = createHash('sha256');
  for (const hash of hashes) root.update(hash);
  const listed = hashes.map((hash) => hash.toString('base64url')).join(',');
  return `inline:${hasher.keyId}:${rows.length}:${root.digest('hex')}:${listed}`;
}
