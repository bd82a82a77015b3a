import { Injectable } from '@nestjs/common';
import type { StoredDelivery, StoredPlace } from '@qiongtong/contracts';
import { Pools } from '../store/pools';

export type QuarterKey = Readonly<{ id: string; quarter: string; key: Buffer | null; destroyedAt: Date | null }>;
type Asked = Readonly<{ keyId: string; hashes: readonly Buffer[]; after: StoredPlace | null }>;
type FoundRow = Omit<StoredDelivery, 'openedAt' | 'closedAt'> & {
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly chunk: number;
};
export type Walked = Readonly<{ found: readonly FoundRow[]; looked: number; last: StoredPlace | null }>;

/** A chunk has at most some thousand hashes, so this many are about a hundred megabytes: some tenths of a second. */
export const CHUNKS_A_WALK = 4_000;

/** The hashes of what left, as they are searched. */
@Injectable()
export class TraceStore {
  constructor(private readonly pools: Pools) {}

  async keys(resourceId: string): Promise<QuarterKey[]> {
    const { rows } = await this.pools.writer.query<QuarterKey>(
      `SELECT id, quarter, key, destroyed_at AS "destroyedAt" FROM hash_key WHERE resource_id = $1 ORDER BY quarter`,
      [resourceId],
    );
    return rows;
  }

  async chunks(keyIds: readonly string[]): Promise<number> {
    const { rows } = await this.pools.writer.query<{ chunks: number }>(
      'SELECT coalesce(sum(chunks), 0)::float8 AS chunks FROM delivery WHERE hash_key_id = ANY($1)',
      [keyIds],
    );
    return rows[0]!.chunks;
  }

  /** Consecutive chunks of one delivery. */
  async chunksOf(deliveryId: string, from: number, most: number): Promise<Buffer[]> {
    const { rows } = await this.pools.writer.query<{ hashes: Buffer }>(
      'SELECT hashes FROM delivery_chunk WHERE delivery_id = $1 AND n >= $2 ORDER BY n LIMIT $3',
      [deliveryId, from, most],
    );
    return rows.map(({ hashes }) => hashes);
  }

  /**
   * The next chunks in the order of deliveries, and which of them hold one of the hashes. Whole chunks are compared: an
   * index of every hash would cost each long delivery far more than tracing is worth.
   */
  async walk({ keyId, hashes, after }: Asked, most: number): Promise<Walked> {
    const { rows } = await this.pools.writer.query<
      FoundRow & { looked: number; lastDelivery: string; lastChunk: number }
    >(
      `WITH page AS MATERIALIZED (
         SELECT d.id, c.n, c.hashes
         FROM delivery d JOIN delivery_chunk c ON c.delivery_id = d.id
         WHERE d.hash_key_id = $1 AND d.id >= $3 AND (d.id, c.n) > ($3, $4)
         ORDER BY d.id, c.n LIMIT $5),
       held AS (
         SELECT id, min(n) AS n FROM page
         -- Only where a hash begins: two neighbours may spell a third across their border.
         WHERE EXISTS (SELECT FROM unnest($2::bytea[]) AS wanted (hash) WHERE position(hash IN hashes) % length(hash) = 1)
         GROUP BY id),
       walked AS (SELECT count(*) AS looked FROM page)
       SELECT looked::float8 AS looked, last.id AS "lastDelivery", last.n::float8 AS "lastChunk",
              d.id AS "deliveryId", d.decision_id AS "decisionId", d.grant_id AS "grantId", d.opened_at AS "openedAt",
              d.closed_at AS "closedAt", coalesce(d.outcome, 'cut') AS outcome, d.rows::float8 AS rows,
              held.n::float8 AS chunk,
              CASE WHEN d.batch_from IS NOT NULL
                THEN json_build_object('from', d.batch_from, 'to', d.batch_to) END AS batches
       FROM walked
       LEFT JOIN LATERAL (SELECT id, n FROM page ORDER BY id DESC, n DESC LIMIT 1) last ON true
       LEFT JOIN held ON true LEFT JOIN delivery d ON d.id = held.id
       ORDER BY d.id`,
      [keyId, hashes, after?.deliveryId ?? '', after?.chunk ?? -1, most],
    );
    const { looked = 0, lastDelivery, lastChunk } = rows[0] ?? {};
    return {
      found: rows.filter(({ deliveryId }) => (deliveryId as string | null) !== null),
      looked,
      last: looked > 0 ? { hashKeyId: keyId, deliveryId: lastDelivery!, chunk: lastChunk! } : null,
    };
  }
}
