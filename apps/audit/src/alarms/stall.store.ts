import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';

export type Newest = Readonly<{ size: number; writtenAt: Date | null; ageMs: number }>;

/** How far sealing is, by the database's clock: the service's own may be the one that is wrong. */
@Injectable()
export class StallStore {
  /** null where nothing was ever signed. */
  async newest(query: Sql): Promise<Newest | null> {
    const [row] = await query<Newest>(
      `SELECT size::float8 AS size, written_at AS "writtenAt",
              coalesce(extract(epoch FROM clock_timestamp() - written_at)::float8 * 1000, 0) AS "ageMs"
       FROM checkpoint ORDER BY checkpoint.size DESC LIMIT 1`,
    );
    return row ?? null;
  }

  /** @returns size of the log at which a heartbeat is due: nothing was sealed for that long since the last one came */
  async beat(query: Sql, silentMs: number): Promise<number | null> {
    const [row] = await query<{ size: number }>(
      `INSERT INTO log_heartbeat AS last (size)
       SELECT newest.size FROM (SELECT size, written_at FROM checkpoint ORDER BY checkpoint.size DESC LIMIT 1) newest
       WHERE coalesce(newest.written_at, '-infinity') < clock_timestamp() - $1 * interval '1 millisecond'
       ON CONFLICT (one) DO UPDATE SET size = excluded.size, said_at = clock_timestamp() WHERE last.size < excluded.size
       RETURNING size::float8 AS size`,
      [silentMs],
    );
    return row?.size ?? null;
  }

  async isStalled(query: Sql): Promise<boolean> {
    return (await query(`SELECT FROM alarm WHERE kind = 'SEALER_STALLED' AND closed_at IS NULL`)).length > 0;
  }

  /** Offset of the first message of each partition that is not in the log, by `topic/partition`. */
  async sealedTo(query: Sql): Promise<ReadonlyMap<string, bigint>> {
    const rows = await query<{ place: string; next: string }>(
      `SELECT topic || '/' || partition AS place, next_offset AS next FROM sealed_offset`,
    );
    return new Map(rows.map(({ place, next }) => [place, BigInt(next)]));
  }
}
