import { Injectable } from '@nestjs/common';
import type { BatchCounts, Channel, RefusalCode } from '@qiongtong/contracts';
import { tracedParent, type Transaction } from '@qiongtong/platform';
import type { PoolClient } from 'pg';
import type { GoodRow, RowError } from '../ingest/rows';
import { Pools } from '../store/pools';

const NEWLINE = 0x0a;

/**
 * `CHECKED` is a dry run: everything was looked at and nothing applied. `QUARANTINED` waits for its provider's decision by a rule
 * of quality, and is then applied or `DISCARDED`.
 */
export type BatchStatus =
  | 'RECEIVING'
  | 'STAGED'
  | 'APPLIED'
  | 'QUARANTINED_PARTLY'
  | 'REFUSED'
  | 'CHECKED'
  | 'CANCELLED'
  | 'QUARANTINED'
  | 'DISCARDED';
export type StoredRefusal = Readonly<{ code: RefusalCode; errors: readonly RowError[] }>;

/** What became of a batch, as its provider is told. */
export type BatchReport = Readonly<{
  id: string;
  resourceId: string;
  batchNo: number | null;
  status: BatchStatus;
  channel: Channel;
  systemId: string;
  /** Whether rows replace what is there one by one, are removed, or are all there is from now on. */
  operation: 'upsert' | 'delete' | 'snapshot';
  /** What its sender named it; null when the name is free again. */
  idempotencyKey: string | null;
  /** While it is being received, `received` and `quarantined` so far. */
  counts: BatchCounts;
  /** SHA-256, hex, of what arrived; null until all of it has. */
  digest: string | null;
  refusal: StoredRefusal | null;
  receivedAt: string;
  settledAt: string | null;
}>;

export type QuarantinedRow = Readonly<{
  n: number;
  messageId: string | null;
  code: RefusalCode;
  errors: readonly RowError[];
  row: string;
}>;

type BatchRow = Readonly<{
  id: string;
  resource_id: string;
  batch_no: string | null;
  status: BatchStatus;
  channel: Channel;
  system_id: string;
  operation: BatchReport['operation'];
  idempotency_key: string | null;
  request_digest: string | null;
  digest: string | null;
  refusal: StoredRefusal | null;
  received_at: Date;
  settled_at: Date | null;
}> &
  Readonly<Record<keyof BatchCounts, string>>;

type Runner = Readonly<{ query(sql: string, params: unknown[]): Promise<unknown> }>;

/** Rows of `batch`, `staged_row` and `quarantined_row`. */
@Injectable()
export class BatchStore {
  constructor(private readonly pools: Pools) {}

  /** Lends one connection, on which locks and unlogged rows are held. */
  connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return Pools.withClient(this.pools.writer, work);
  }

  /** The settled or unsettled batch under a system's idempotency key. */
  async underKey(
    client: PoolClient,
    systemId: string,
    key: string,
  ): Promise<{ report: BatchReport; requestDigest: string | null } | null> {
    const sql = 'SELECT * FROM batch WHERE system_id = $1 AND idempotency_key = $2';
    const { rows } = await client.query<BatchRow>(sql, [systemId, key]);
    const row = rows[0];
    return row ? { report: reportOf(row), requestDigest: row.request_digest } : null;
  }

  async open(
    client: PoolClient,
    batch: Readonly<{
      id: string;
      resourceId: string;
      systemId: string;
      key: string;
      operation: BatchReport['operation'];
      at: Date;
    }>,
  ): Promise<void> {
    await client.query(
      `INSERT INTO batch (id, resource_id, system_id, idempotency_key, operation, status, channel, received_at)
       VALUES ($1, $2, $3, $4, $5, 'RECEIVING', 'REST', $6)`,
      [batch.id, batch.resourceId, batch.systemId, batch.key, batch.operation, batch.at],
    );
  }

  /** Forgets a batch without trace: it was interrupted, or nothing of it may be kept. */
  async forget(client: Pick<PoolClient, 'query'>, id: string): Promise<void> {
    await client.query('DELETE FROM staged_row WHERE batch_id = $1', [id]);
    await client.query('DELETE FROM quarantined_row WHERE batch_id = $1', [id]);
    await client.query(`DELETE FROM batch WHERE id = $1 AND status IN ('RECEIVING', 'STAGED')`, [id]);
  }

  /** Rows of a batch that is refused as a whole. */
  async discardRows(tx: Transaction, id: string): Promise<void> {
    await tx.query('DELETE FROM staged_row WHERE batch_id = $1', [id]);
    await tx.query('DELETE FROM quarantined_row WHERE batch_id = $1', [id]);
  }

  /** Columns travel as lines of one text each: neither keys nor JSON text have line breaks, and arrays cost twice as much. */
  async stage(client: PoolClient, id: string, rows: readonly (GoodRow & { n: number })[]): Promise<void> {
    await client.query({
      name: 'stage-rows',
      text: `INSERT INTO staged_row (batch_id, n, record_key, payload)
        SELECT $1, n::bigint, record_key, NULLIF(payload, '')::jsonb
        FROM ROWS FROM (string_to_table($2, E'\\n'), string_to_table($3, E'\\n'), string_to_table($4, E'\\n'))
          AS row (n, record_key, payload)`,
      values: [
        id,
        linesOf(rows, (row) => row.n),
        linesOf(rows, (row) => row.key),
        linesOf(rows, (row) => row.payload ?? ''),
      ],
    });
  }

  async quarantine(runner: Runner, id: string, rows: readonly QuarantinedRow[]): Promise<void> {
    const sql = `INSERT INTO quarantined_row (batch_id, n, message_id, code, errors, row)
       SELECT $1, n, message_id, code, errors, row
       FROM unnest($2::bigint[], $3::text[], $4::text[], $5::jsonb[], $6::text[]) AS bad (n, message_id, code, errors, row)`;
    await runner.query(sql, [
      id,
      rows.map((row) => row.n),
      rows.map((row) => row.messageId),
      rows.map((row) => row.code),
      rows.map((row) => JSON.stringify(row.errors)),
      rows.map((row) => row.row.replaceAll('\0', '\uFFFD').toWellFormed()),
    ]);
  }

  /** Rows of the batch that wait to be applied; fewer than were staged after a crash of the database. */
  async staged(tx: Transaction, id: string): Promise<number> {
    const [row] = await tx.query<{ n: string }>('SELECT count(*) AS n FROM staged_row WHERE batch_id = $1', [id]);
    return Number(row!.n);
  }

  /** Rows of a batch that is settled. What is left by one that is killed meanwhile is swept later. */
  async clearStaged(id: string): Promise<void> {
    await this.pools.writer.query('DELETE FROM staged_row WHERE batch_id = $1', [id]);
  }

  /** Everything has arrived, `bytes` of it, and is waiting to be applied; false when it was cancelled before. */
  async markStaged(
    client: PoolClient,
    id: string,
    received: number,
    quarantined: number,
    bytes: number,
  ): Promise<boolean> {
    const { rowCount } = await client.query(
      `UPDATE batch SET status = 'STAGED', received = $2, quarantined = $3, bytes = $4
       WHERE id = $1 AND status = 'RECEIVING'`,
      [id, received, quarantined, bytes],
    );
    return rowCount === 1;
  }

  /** How far it is; false when it is no longer received. */
  async progress(client: PoolClient, id: string, received: number, quarantined: number): Promise<boolean> {
    const { rowCount } = await client.query(
      `UPDATE batch SET received = $2, quarantined = $3 WHERE id = $1 AND status = 'RECEIVING'`,
      [id, received, quarantined],
    );
    return rowCount === 1;
  }

  /** Ends a batch that has no outcome yet; null when it has one. Its rows go now, later ones with whoever receives it. */
  async cancel(tx: Transaction, id: string, at: Date): Promise<BatchReport | null> {
    const [row] = await tx.query<BatchRow>(
      `WITH cancelled AS (
         UPDATE batch SET status = 'CANCELLED', settled_at = $2, idempotency_key = NULL
         WHERE id = $1 AND status IN ('RECEIVING', 'STAGED') RETURNING *)
       SELECT * FROM cancelled`,
      [id, at],
    );
    if (!row) return null;
    await this.discardRows(tx, id);
    return reportOf(row);
  }

  async isCancelled(tx: Transaction, id: string): Promise<boolean> {
    const [row] = await tx.query<{ status: BatchStatus }>('SELECT status FROM batch WHERE id = $1', [id]);
    return row?.status === 'CANCELLED';
  }

  /** Rows staged for batches that nobody will apply. */
  async sweepStaged(): Promise<void> {
    await this.pools.writer.query(
      `DELETE FROM staged_row s WHERE NOT EXISTS
         (SELECT 1 FROM batch b WHERE b.id = s.batch_id AND b.status IN ('RECEIVING', 'STAGED'))`,
    );
  }

  /** Settles a batch that was opened; false when it is no longer open. */
  async settle(
    tx: Transaction,
    id: string,
    end: Readonly<{
      status: 'APPLIED' | 'QUARANTINED_PARTLY' | 'REFUSED' | 'CHECKED' | 'QUARANTINED';
      batchNo: number | null;
      counts: BatchCounts;
      digest: string | null;
      requestDigest: string | null;
      refusal: StoredRefusal | null;
      at: Date;
      /** Whether the outcome is the answer to its idempotency key from now on. */
      bindsKey: boolean;
    }>,
  ): Promise<BatchReport | null> {
    const { counts } = end;
    const [row] = await tx.query<BatchRow>(
      `WITH settled AS (
         UPDATE batch SET status = $2, batch_no = $3, received = $4, inserted = $5, updated = $6, unchanged = $7,
           deleted = $8, quarantined = $9, replaced = $10, digest = $11, request_digest = $12, refusal = $13::jsonb,
           settled_at = $14, idempotency_key = CASE WHEN $15 THEN idempotency_key END, traceparent = $16
         WHERE id = $1 AND status IN ('RECEIVING', 'STAGED') RETURNING *)
       SELECT * FROM settled`,
      [
        id,
        end.status,
        end.batchNo,
        ...[counts.received, counts.inserted, counts.updated, counts.unchanged],
        ...[counts.deleted, counts.quarantined, counts.replaced],
        end.digest,
        end.requestDigest,
        end.refusal === null ? null : JSON.stringify(end.refusal),
        end.at,
        end.bindsKey,
        tracedParent(),
      ],
    );
    return row ? reportOf(row) : null;
  }

  /** `traceparent` of what brought a batch; undefined where that was not traced. */
  async causeOf(resourceId: string, batchNo: number): Promise<string | undefined> {
    const { rows } = await this.pools.writer.query<{ traceparent: string | null }>(
      'SELECT traceparent FROM batch WHERE resource_id = $1 AND batch_no = $2',
      [resourceId, batchNo],
    );
    return rows[0]?.traceparent ?? undefined;
  }

  /** A batch of messages, settled from the beginning. */
  async openForMessages(
    tx: Transaction,
    batch: Readonly<{ id: string; resourceId: string | null; systemId: string; at: Date }>,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO batch (id, resource_id, system_id, status, channel, received_at)
       VALUES ($1, $2, $3, 'RECEIVING', 'KAFKA', $4)`,
      [batch.id, batch.resourceId, batch.systemId, batch.at],
    );
  }

  async ofResource(
    resourceId: string,
    before: Readonly<{ at: string; id: string }> | null,
    limit: number,
  ): Promise<BatchReport[]> {
    const { rows } = await this.pools.writer.query<BatchRow>(
      `SELECT * FROM batch WHERE resource_id = $1 AND ($2::timestamptz IS NULL OR (received_at, id) < ($2, $3))
       ORDER BY received_at DESC, id DESC LIMIT $4`,
      [resourceId, before?.at ?? null, before?.id ?? null, limit],
    );
    return rows.map(reportOf);
  }

  async one(resourceId: string, id: string): Promise<BatchReport | null> {
    const sql = 'SELECT * FROM batch WHERE resource_id = $1 AND id = $2';
    const { rows } = await this.pools.writer.query<BatchRow>(sql, [resourceId, id]);
    return rows[0] ? reportOf(rows[0]) : null;
  }

  /** The rows of a batch that were set aside, a page at a time, in their order. */
  async *quarantined(id: string): AsyncGenerator<QuarantinedRow[]> {
    const sql = `SELECT n, message_id, code, errors, row FROM quarantined_row
      WHERE batch_id = $1 AND n > $2 ORDER BY n LIMIT 100`;
    for (let after = -1; ;) {
      const { rows } = await this.pools.writer.query<{
        n: string;
        message_id: string | null;
        code: RefusalCode;
        errors: RowError[];
        row: string;
      }>(sql, [id, after]);
      if (rows.length === 0) return;
      yield rows.map(({ n, message_id: messageId, code, errors, row }) => ({
        n: Number(n),
        messageId,
        code,
        errors,
        row,
      }));
      after = Number(rows.at(-1)!.n);
    }
  }

  /** Batches that nobody receives any more are unsettled and old; see `AbandonedBatches`. */
  async unsettledBefore(at: Date): Promise<{ id: string; systemId: string; key: string }[]> {
    const { rows } = await this.pools.writer.query<{ id: string; systemId: string; key: string }>(
      `SELECT id, system_id AS "systemId", idempotency_key AS key FROM batch
       WHERE status IN ('RECEIVING', 'STAGED') AND channel = 'REST' AND received_at < $1`,
      [at],
    );
    return rows;
  }

  /** Only one process receives under a key at a time; the lock goes with its connection, so a crash frees it. */
  async lockKey(client: PoolClient, systemId: string, key: string): Promise<boolean> {
    const sql = 'SELECT pg_try_advisory_lock(hashtextextended($1, 7)) AS locked';
    const { rows } = await client.query<{ locked: boolean }>(sql, [JSON.stringify([systemId, key])]);
    return rows[0]!.locked;
  }

  async unlock(client: PoolClient): Promise<void> {
    await client.query('SELECT pg_advisory_unlock_all()');
  }
}

/** As bytes: a text of this size would outlive its use, and hundreds of megabytes of such texts wait to be collected. */
function linesOf<T>(rows: readonly T[], of: (row: T) => string | number): Buffer {
  const texts = rows.map((row) => `${of(row)}`);
  const lines = Buffer.allocUnsafeSlow(texts.reduce((size, text) => size + Buffer.byteLength(text) + 1, -1));
  let at = 0;
  texts.forEach((text, n) => {
    if (n > 0) lines[at++] = NEWLINE;
    at += lines.write(text, at);
  });
  return lines;
}

function reportOf(row: BatchRow): BatchReport {
  const count = (name: keyof BatchCounts) => Number(row[name]);
  return {
    id: row.id,
    resourceId: row.resource_id,
    batchNo: row.batch_no === null ? null : Number(row.batch_no),
    status: row.status,
    channel: row.channel,
    systemId: row.system_id,
    operation: row.operation,
    idempotencyKey: row.idempotency_key,
    counts: {
      received: count('received'),
      inserted: count('inserted'),
      updated: count('updated'),
      unchanged: count('unchanged'),
      deleted: count('deleted'),
      quarantined: count('quarantined'),
      replaced: count('replaced'),
    },
    digest: row.digest,
    refusal: row.refusal,
    receivedAt: row.received_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
  };
}
