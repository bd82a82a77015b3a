import { Injectable } from '@nestjs/common';
import type { RefusalCode } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import type { Push, PushUse } from '../batches/push';
import { Pools } from '../store/pools';
import type { Part, UploadStatus } from './domain/upload';

/** What is said of a batch before its bytes come. */
export type Way = Pick<Push, 'operation' | 'onInvalid' | 'dryRun' | 'format' | 'charset' | 'gzip'>;

/** One batch on its way in parts, from its opening until its batch is settled. Its id is that of its batch. */
export type Upload = Readonly<{
  id: string;
  resourceId: string;
  systemId: string;
  /** The use as it was named and decided when it was opened; decided again whenever it matters. */
  use: PushUse;
  way: Way;
  status: UploadStatus;
  failure: RefusalCode | null;
  /** How many there are, and their bytes, as far as they have come. */
  parts: number;
  bytes: number;
  /** SHA-256, hex, that its sender says the whole has. */
  digest: string | null;
  /** Rises each time somebody begins to read it, so that whoever was thought dead writes nothing any more. */
  attempt: number;
  openedAt: Date;
  /** When something of it came last. */
  touchedAt: Date;
  settledAt: Date | null;
}>;

type UploadRow = Readonly<{
  id: string;
  resource_id: string;
  system_id: string;
  use: Upload['use'];
  way: Upload['way'];
  status: UploadStatus;
  failure: RefusalCode | null;
  parts: number;
  bytes: string;
  digest: string | null;
  attempt: number;
  opened_at: Date;
  touched_at: Date;
  settled_at: Date | null;
}>;
type Position = Readonly<{ at: string; id: string }>;
type KeptPart = Part & Readonly<{ blob: string }>;
/** A run by its attempt: whoever began later has it, and what this one writes has no effect. */
type Run = Pick<Upload, 'id' | 'attempt'>;
type End = Readonly<{ status: UploadStatus; failure: RefusalCode | null; at: Date }>;

/** Rows of `upload` and `upload_part`. */
@Injectable()
export class UploadStore {
  constructor(private readonly pools: Pools) {}

  /** Keeps other openings of the system out until the transaction ends, and counts what it has. */
  async liveOf(tx: Transaction, systemId: string): Promise<number> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('uploads of ' || $1, 0))`, [systemId]);
    const sql = `SELECT count(*)::int AS n FROM upload WHERE system_id = $1 AND status IN ('OPEN', 'QUEUED', 'RUNNING')`;
    const [row] = await tx.query<{ n: number }>(sql, [systemId]);
    return row!.n;
  }

  async add(tx: Transaction, upload: Upload): Promise<void> {
    const { id, resourceId, systemId, use, way, status, openedAt } = upload;
    await tx.query(
      `INSERT INTO upload (id, resource_id, system_id, use, way, status, opened_at, touched_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
      [id, resourceId, systemId, JSON.stringify(use), JSON.stringify(way), status, openedAt],
    );
  }

  async one(resourceId: string, id: string): Promise<Upload | null> {
    const sql = 'SELECT * FROM upload WHERE id = $1 AND resource_id = $2';
    const { rows } = await this.pools.writer.query<UploadRow>(sql, [id, resourceId]);
    return rows[0] ? uploadOf(rows[0]) : null;
  }

  /** The latest first. */
  async ofResource(resourceId: string, before: Position | null, limit: number): Promise<Upload[]> {
    const { rows } = await this.pools.writer.query<UploadRow>(
      `SELECT * FROM upload WHERE resource_id = $1 AND ($2::timestamptz IS NULL OR (opened_at, id) < ($2, $3))
       ORDER BY opened_at DESC, id DESC LIMIT $4`,
      [resourceId, before?.at ?? null, before?.id ?? null, limit],
    );
    return rows.map(uploadOf);
  }

  async lock(tx: Transaction, id: string): Promise<Upload> {
    const [row] = await tx.query<UploadRow>('SELECT * FROM upload WHERE id = $1 FOR UPDATE', [id]);
    return uploadOf(row!);
  }

  /** In their order. */
  async parts(id: string): Promise<KeptPart[]> {
    const sql = 'SELECT n, bytes, digest, blob FROM upload_part WHERE upload_id = $1 ORDER BY n';
    const { rows } = await this.pools.writer.query<Omit<KeptPart, 'bytes'> & { bytes: string }>(sql, [id]);
    return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  }

  async part(id: string, n: number): Promise<Part | null> {
    const sql = 'SELECT n, bytes, digest FROM upload_part WHERE upload_id = $1 AND n = $2';
    const { rows } = await this.pools.writer.query<Omit<Part, 'bytes'> & { bytes: string }>(sql, [id, n]);
    return rows[0] ? { ...rows[0], bytes: Number(rows[0].bytes) } : null;
  }

  /** Keeps a part; the caller holds the upload's lock and knows that there is none of that number. */
  async addPart(tx: Transaction, id: string, { n, bytes, digest, blob }: KeptPart, at: Date): Promise<void> {
    await tx.query(
      `WITH added AS (INSERT INTO upload_part (upload_id, n, bytes, digest, blob) VALUES ($1, $2, $3, $4, $5))
       UPDATE upload SET parts = parts + 1, bytes = bytes + $3, touched_at = $6 WHERE id = $1`,
      [id, n, bytes, digest, blob, at],
    );
  }

  async queue(tx: Transaction, id: string, digest: string | null, at: Date): Promise<void> {
    await tx.query(`UPDATE upload SET status = 'QUEUED', digest = $2, touched_at = $3 WHERE id = $1`, [id, digest, at]);
  }

  /** Ends an upload whose lock the caller holds. */
  async end(tx: Transaction, id: string, { status, failure, at }: End): Promise<void> {
    await tx.query('UPDATE upload SET status = $2, failure = $3, settled_at = $4 WHERE id = $1', [
      ...[id, status, failure, at],
    ]);
  }

  /** Takes the next one to read, also one whose reader has not been heard of for the length of its lease. Leases go by the database's clock. */
  async claim(leaseMs: number): Promise<Upload | null> {
    const { rows } = await this.pools.writer.query<UploadRow>(
      `UPDATE upload SET status = 'RUNNING', attempt = attempt + 1,
         leased_until = clock_timestamp() + $1 * interval '1 millisecond'
       WHERE id = (
         SELECT id FROM upload
         WHERE status IN ('QUEUED', 'RUNNING') AND (leased_until IS NULL OR leased_until < clock_timestamp())
         ORDER BY touched_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [leaseMs],
    );
    return rows[0] ? uploadOf(rows[0]) : null;
  }

  /** A run keeps its lease. False when the upload is no longer its own. */
  async keep({ id, attempt }: Run, leaseMs: number): Promise<boolean> {
    const { rowCount } = await this.pools.writer.query(
      `UPDATE upload SET leased_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'`,
      [id, attempt, leaseMs],
    );
    return rowCount === 1;
  }

  /** Back into the queue, for anybody to take after a while. */
  async handBack({ id, attempt }: Run, afterMs: number): Promise<void> {
    await this.pools.writer.query(
      `UPDATE upload SET status = 'QUEUED', leased_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'`,
      [id, attempt, afterMs],
    );
  }

  /** What a run came to; without effect when the upload is no longer its own. */
  async settle({ id, attempt }: Run, { status, failure, at }: End): Promise<void> {
    await this.pools.writer.query(
      `UPDATE upload SET status = $3, failure = $4, settled_at = $5
       WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'`,
      [id, attempt, status, failure, at],
    );
  }

  /** Open ones of which nothing has come since. */
  async expire(before: Date, now: Date): Promise<void> {
    await this.pools.writer.query(
      `UPDATE upload SET status = 'EXPIRED', settled_at = $2 WHERE status = 'OPEN' AND touched_at < $1`,
      [before, now],
    );
  }

  /** Uploads that have ended and may still have files. */
  async toClear(limit: number): Promise<string[]> {
    const sql = `SELECT id FROM upload
      WHERE NOT cleared AND status IN ('SETTLED', 'FAILED', 'CANCELLED', 'EXPIRED') ORDER BY id LIMIT $1`;
    const { rows } = await this.pools.writer.query<{ id: string }>(sql, [limit]);
    return rows.map(({ id }) => id);
  }

  /** Its files are gone. */
  async cleared(id: string): Promise<void> {
    await this.pools.writer.query(
      `WITH gone AS (DELETE FROM upload_part WHERE upload_id = $1) UPDATE upload SET cleared = true WHERE id = $1`,
      [id],
    );
  }

  /** Those of the files that no part is kept in. */
  async unknownAmong(blobs: readonly string[]): Promise<string[]> {
    const { rows } = await this.pools.writer.query<{ blob: string }>(
      `SELECT blob FROM unnest($1::text[]) AS blob WHERE NOT EXISTS (SELECT 1 FROM upload_part p WHERE p.blob = blob.blob)`,
      [blobs],
    );
    return rows.map(({ blob }) => blob);
  }
}

const uploadOf = (row: UploadRow): Upload => ({
  id: row.id,
  resourceId: row.resource_id,
  systemId: row.system_id,
  use: row.use,
  way: row.way,
  status: row.status,
  failure: row.failure,
  parts: row.parts,
  bytes: Number(row.bytes),
  digest: row.digest,
  attempt: row.attempt,
  openedAt: row.opened_at,
  touchedAt: row.touched_at,
  settledAt: row.settled_at,
});
