import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HmacSha256, type Transaction } from '@qiongtong/platform';
import type { Disposal } from './domain/disposal';

const ROWS_AT_ONCE = 2_000;

type Kind = 'changes' | 'quarantined' | 'held' | 'staged';
/** Under which count of the certificate each is said: a batch that was held is set aside as well. */
const COUNTED = { changes: 'changes', quarantined: 'quarantined', held: 'quarantined', staged: 'staged' } as const;
/**
 * What batches of the resource brought before it began, a piece of it; `$1` is the resource, `$2` the bound. A batch that
 * somebody may still be receiving keeps its rows: they go with it.
 */
const REST: Readonly<Record<Kind, string>> = {
  changes: `DELETE FROM record_change WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM record_change WHERE resource_id = $1 AND batch_no <= $2 ORDER BY batch_no, record_key LIMIT ${ROWS_AT_ONCE}))`,
  quarantined: `DELETE FROM quarantined_row WHERE ctid = ANY (ARRAY(
    SELECT q.ctid FROM batch b JOIN quarantined_row q ON q.batch_id = b.id
    WHERE b.resource_id = $1 AND b.received_at <= $2 LIMIT ${ROWS_AT_ONCE}))`,
  held: `DELETE FROM held_row WHERE ctid = ANY (ARRAY(
    SELECT h.ctid FROM batch b JOIN held_row h ON h.batch_id = b.id
    WHERE b.resource_id = $1 AND b.received_at <= $2 LIMIT ${ROWS_AT_ONCE}))`,
  staged: `DELETE FROM staged_row WHERE ctid = ANY (ARRAY(
    SELECT s.ctid FROM batch b JOIN staged_row s ON s.batch_id = b.id
    WHERE b.resource_id = $1 AND b.received_at <= $2::timestamptz - interval '1 hour' LIMIT ${ROWS_AT_ONCE}))`,
};

/** What a withdrawn resource left behind, deleted a bounded piece at a time, each with what is said of it. */
@Injectable()
export class Remains {
  /**
   * Draws the line: takes a number in the order of batches. From now on nothing before it can be read as of a moment or
   * followed in a feed, and what is pushed after it is not touched.
   */
  async begin(tx: Transaction, resourceId: string): Promise<number> {
    const [row] = await tx.query<{ batch_no: string }>(
      `INSERT INTO resource_counter AS c (resource_id, batch_no, rows, changes_from) VALUES ($1, 1, 0, 2)
       ON CONFLICT (resource_id) DO UPDATE SET batch_no = c.batch_no + 1, changes_from = c.batch_no + 2
       RETURNING batch_no`,
      [resourceId],
    );
    const batchNo = Number(row!.batch_no);
    await tx.query(
      `INSERT INTO batch_moment (resource_id, batch_no, applied_at)
       SELECT $1::text, $2::bigint, GREATEST(clock_timestamp(), max(applied_at) + interval '1 microsecond')
       FROM batch_moment WHERE resource_id = $1`,
      [resourceId, batchNo],
    );
    await tx.query('DELETE FROM batch_moment WHERE resource_id = $1 AND batch_no < $2', [resourceId, batchNo]);
    return batchNo;
  }

  /** Deletes one piece. @returns false when nothing was left to delete */
  async deleteSome(tx: Transaction, disposal: Disposal): Promise<boolean> {
    // In the order in which a batch takes its locks.
    await tx.query('SELECT FROM resource_counter WHERE resource_id = $1 FOR UPDATE', [disposal.resourceId]);
    if (await this.deleteRecords(tx, disposal)) return true;
    for (const kind of Object.keys(REST) as Kind[]) {
      const bound = kind === 'changes' ? disposal.batchNo : disposal.startedAt;
      const deleted = await tx.query<object>(`${REST[kind]} RETURNING 1`, [disposal.resourceId, bound]);
      if (deleted.length === 0) continue;
      await tx.query(`UPDATE disposal SET ${COUNTED[kind]} = ${COUNTED[kind]} + $2 WHERE id = $1`, [
        disposal.id,
        deleted.length,
      ]);
      return true;
    }
    return false;
  }

  /** Files that are still there, parts of uploads, batches in hand: they are on their way out with what they belong to. */
  async filesLeft(tx: Transaction, { resourceId, startedAt }: Disposal): Promise<boolean> {
    const [row] = await tx.query<{ left: boolean }>(
      `SELECT EXISTS (SELECT FROM export_job WHERE resource_id = $1 AND asked_at <= $2
           AND (blob IS NOT NULL OR status IN ('QUEUED', 'RUNNING', 'READY')))
         OR EXISTS (SELECT FROM upload u JOIN upload_part p ON p.upload_id = u.id
           WHERE u.resource_id = $1 AND u.opened_at <= $2 AND NOT u.cleared)
         OR EXISTS (SELECT FROM batch b JOIN staged_row s ON s.batch_id = b.id
           WHERE b.resource_id = $1 AND b.received_at <= $2) AS left`,
      [resourceId, startedAt],
    );
    return row!.left;
  }

  /** Exports whose file was made and is gone. */
  async filesGone(tx: Transaction, { resourceId, startedAt }: Disposal): Promise<number> {
    const [row] = await tx.query<{ n: string }>(
      `SELECT count(*) AS n FROM export_job
       WHERE resource_id = $1 AND asked_at <= $2 AND digest IS NOT NULL AND blob IS NULL`,
      [resourceId, startedAt],
    );
    return Number(row!.n);
  }

  private async deleteRecords(tx: Transaction, { id, resourceId, batchNo }: Disposal): Promise<boolean> {
    const [at] = await tx.query<{ last_key: string; hash_key: Buffer; chain: Buffer }>(
      'SELECT last_key, hash_key, chain FROM disposal WHERE id = $1',
      [id],
    );
    const deleted = await tx.query<{ record_key: string }>(
      `DELETE FROM record WHERE resource_id = $1 AND record_key = ANY (ARRAY(
         SELECT record_key FROM record WHERE resource_id = $1 AND record_key > $2 AND batch_no <= $3
         ORDER BY record_key LIMIT ${ROWS_AT_ONCE})) RETURNING record_key`,
      [resourceId, at!.last_key, batchNo],
    );
    if (deleted.length === 0) return false;
    const keys = deleted.map(({ record_key }) => Buffer.from(record_key)).sort(Buffer.compare);
    const hmac = new HmacSha256(at!.hash_key);
    const chain = keys.reduce(
      (before, key) => createHash('sha256').update(before).update(hmac.of(key.toString())).digest(),
      at!.chain,
    );
    await tx.query('UPDATE disposal SET records = records + $2, last_key = $3, chain = $4 WHERE id = $1', [
      ...[id, keys.length, keys.at(-1)!.toString(), chain],
    ]);
    await tx.query('UPDATE resource_counter SET rows = GREATEST(rows - $2, 0) WHERE resource_id = $1', [
      resourceId,
      keys.length,
    ]);
    return true;
  }
}
