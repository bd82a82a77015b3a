import { Injectable } from '@nestjs/common';
import { Refusal, type Release } from '@qiongtong/contracts';
import { Clock } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import { Pools } from '../store/pools';

type Query = (sql: string, values: unknown[]) => Promise<readonly unknown[]>;

/** Rows that a grant allows for a day, over all its systems and all replicas: taken before the rows leave. */
@Injectable()
export class DailyRows {
  constructor(
    private readonly pools: Pools,
    private readonly clock: Clock,
  ) {}

  /** @param query within whose transaction they are taken; at once where none is given */
  async take({ decision }: Pick<Release, 'decision'>, rows: number, query: Query = this.atOnce): Promise<void> {
    const most = decision.obligations.limits.rowsPerDay;
    if (most === undefined || decision.grantId === null || rows === 0) return;
    const taken =
      rows > most
        ? []
        : await query(
            `INSERT INTO rows_taken AS t (grant_id, day, rows) VALUES ($1, $2, $3)
             ON CONFLICT (grant_id, day) DO UPDATE SET rows = t.rows + $3 WHERE t.rows + $3 <= $4
             RETURNING 1`,
            [decision.grantId, localDayOf(this.clock.now()), rows, most],
          );
    if (taken.length === 0)
      throw new Refusal('exchange.daily_rows_exhausted', { about: [decision.grantId], retryAfterSeconds: 3600 });
  }

  private readonly atOnce: Query = async (sql, values) =>
    (await this.pools.writer.query(sql, values)).rows as unknown[];
}
