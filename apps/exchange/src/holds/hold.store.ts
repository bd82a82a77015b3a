import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import type { BatchCounts } from '@qiongtong/contracts';

/** A batch that waits for its provider's decision. */
export type Hold = Readonly<{
  batchId: string;
  resourceId: string;
  /** Version of the entry that its rows were checked by. */
  version: number;
  /** They are all rows there are. */
  whole: boolean;
  rows: number;
  /** Codes of the rules of quality that it did not satisfy. */
  rules: readonly string[];
  decided: boolean;
}>;
type HoldRow = Readonly<{
  batch_id: string;
  resource_id: string;
  version: string;
  whole: boolean;
  rows: string;
  rules: string[];
  decided_at: Date | null;
}>;

/** Rows of `batch_hold` and `held_row`. */
@Injectable()
export class HoldStore {
  /** Keeps what was staged for the batch where it stays. */
  async keep(tx: Transaction, hold: Omit<Hold, 'decided'>): Promise<void> {
    const { batchId, resourceId, version, whole, rows, rules } = hold;
    await tx.query(
      `INSERT INTO batch_hold (batch_id, resource_id, version, whole, rows, rules) VALUES ($1, $2, $3, $4, $5, $6)`,
      [batchId, resourceId, version, whole, rows, rules],
    );
    await tx.query(
      `INSERT INTO held_row (batch_id, n, record_key, payload)
       SELECT batch_id, n, record_key, payload FROM staged_row WHERE batch_id = $1`,
      [batchId],
    );
  }

  /** Takes the hold, so that it is decided once. */
  async lock(tx: Transaction, resourceId: string, batchId: string): Promise<Hold | null> {
    const sql = 'SELECT * FROM batch_hold WHERE batch_id = $1 AND resource_id = $2 FOR UPDATE';
    const [row] = await tx.query<HoldRow>(sql, [batchId, resourceId]);
    return row
      ? {
          ...{ batchId, resourceId, whole: row.whole, rules: row.rules, decided: row.decided_at !== null },
          ...{ version: Number(row.version), rows: Number(row.rows) },
        }
      : null;
  }

  async rowsLeft(tx: Transaction, batchId: string): Promise<number> {
    const [row] = await tx.query<{ n: string }>('SELECT count(*) AS n FROM held_row WHERE batch_id = $1', [batchId]);
    return Number(row!.n);
  }

  /** Whether a batch of the resource was applied after this one was held. */
  async laterApplied(tx: Transaction, { resourceId, batchId }: Hold): Promise<boolean> {
    const [row] = await tx.query<{ later: boolean }>(
      `SELECT EXISTS (SELECT FROM batch b, batch held
         WHERE held.id = $2 AND b.resource_id = $1 AND b.batch_no IS NOT NULL AND b.settled_at >= held.settled_at) AS later`,
      [resourceId, batchId],
    );
    return row!.later;
  }

  /** Its rows go; what was decided, and by whom, stays. */
  async decided(
    tx: Transaction,
    { batchId }: Hold,
    by: Readonly<{ officerId: string; reason: string; at: Date }>,
    outcome: Readonly<{ status: 'APPLIED' | 'QUARANTINED_PARTLY' | 'DISCARDED'; batchNo: number | null }> &
      Readonly<{ counts: Pick<BatchCounts, 'inserted' | 'updated' | 'unchanged' | 'deleted' | 'replaced'> | null }>,
  ): Promise<void> {
    await tx.query('DELETE FROM held_row WHERE batch_id = $1', [batchId]);
    await tx.query(`UPDATE batch_hold SET decided_at = $2, decided_by = $3, reason = $4 WHERE batch_id = $1`, [
      ...[batchId, by.at, by.officerId, by.reason],
    ]);
    const { inserted = 0, updated = 0, unchanged = 0, deleted = 0, replaced = 0 } = outcome.counts ?? {};
    await tx.query(
      `UPDATE batch SET status = $2, batch_no = $3, inserted = $4, updated = $5, unchanged = $6, deleted = $7, replaced = $8,
         settled_at = $9 WHERE id = $1`,
      [batchId, outcome.status, outcome.batchNo, inserted, updated, unchanged, deleted, replaced, by.at],
    );
  }
}
