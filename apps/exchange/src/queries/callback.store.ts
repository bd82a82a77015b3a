import { Injectable } from '@nestjs/common';
import type { Callback, Export } from '../exports/domain/export';
import { exportOf, type ExportRow } from '../exports/export.store';
import { Pools } from '../store/pools';

/** Which queries have an end to tell, in their rows of `export_job`. */
@Injectable()
export class CallbackStore {
  constructor(private readonly pools: Pools) {}

  /**
   * The one that is due longest, first of those whose receiver did not fail. Leases go by the database's clock.
   * @param busy departments of which none is taken now
   */
  async claim(busy: readonly string[], leaseMs: number): Promise<Export | null> {
    const { rows } = await this.pools.writer.query<ExportRow>(
      `UPDATE export_job SET callback_attempt = callback_attempt + 1,
         callback_due_at = clock_timestamp() + $1 * interval '1 millisecond'
       WHERE id = (
         SELECT id FROM export_job WHERE callback_due_at <= clock_timestamp() AND department_id <> ALL($2)
         ORDER BY callback_failures, callback_due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [leaseMs, busy],
    );
    return rows[0] ? exportOf(rows[0]) : null;
  }

  /** What became of a call, unless the query has ended otherwise meanwhile or somebody else took it over. */
  async settle(
    { id, status, callback }: Export,
    { failures, lastFailure, toldAt }: Omit<Callback, 'url' | 'attempt' | 'dueAt'>,
    againAfterMs: number | null,
  ): Promise<void> {
    await this.pools.writer.query(
      `UPDATE export_job SET callback_failures = $4, callback_last_failure = $5, callback_told_at = $6,
         callback_due_at = clock_timestamp() + $7::float8 * interval '1 millisecond'
       WHERE id = $1 AND status = $2 AND callback_attempt = $3`,
      [id, status, callback!.attempt, failures, lastFailure, toldAt, againAfterMs],
    );
  }
}
