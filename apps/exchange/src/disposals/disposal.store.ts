import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import type { Capacity, Disposal, DisposalStatus } from './domain/disposal';

type DisposalRow = Readonly<{
  id: string;
  resource_id: string;
  provider_id: string;
  region_code: string;
  status: DisposalStatus;
  scheduled_at: Date;
  due_at: Date;
  ground: Disposal['ground'];
  basis: string;
  ordered_by: string | null;
  reason: string | null;
  held_by: string | null;
  held_as: Capacity | null;
  hold_reason: string | null;
  held_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  batch_no: string | null;
  chain: Buffer;
  records: string;
  changes: string;
  quarantined: string;
  staged: string;
  files: string;
}>;
type Position = Readonly<{ at: string; id: string }>;

/** Something of the resource is there that a batch brought; batches before its last disposal have nothing left. */
const LEFT = `(EXISTS (SELECT FROM record WHERE resource_id = wanted.id)
  OR EXISTS (SELECT FROM record_change WHERE resource_id = wanted.id)
  OR EXISTS (SELECT FROM quarantined_row q JOIN batch b ON b.id = q.batch_id WHERE b.resource_id = wanted.id
      AND b.received_at > COALESCE(
        (SELECT max(started_at) FROM disposal WHERE resource_id = wanted.id AND status = 'DISPOSED'), '-infinity')))`;

/** Rows of `disposal`. */
@Injectable()
export class DisposalStore {
  constructor(private readonly pools: Pools) {}

  async one(resourceId: string, id: string): Promise<Disposal | null> {
    const sql = 'SELECT * FROM disposal WHERE resource_id = $1 AND id = $2';
    const { rows } = await this.pools.writer.query<DisposalRow>(sql, [resourceId, id]);
    return rows[0] ? disposalOf(rows[0]) : null;
  }

  /** The latest first. */
  async ofResource(resourceId: string, before: Position | null, limit: number): Promise<Disposal[]> {
    const { rows } = await this.pools.writer.query<DisposalRow>(
      `SELECT * FROM disposal WHERE resource_id = $1 AND ($2::timestamptz IS NULL OR (scheduled_at, id) < ($2, $3))
       ORDER BY scheduled_at DESC, id DESC LIMIT $4`,
      [resourceId, before?.at ?? null, before?.id ?? null, limit],
    );
    return rows.map(disposalOf);
  }

  /** Those in which nothing was deleted yet. */
  async waiting(): Promise<Pick<Disposal, 'id' | 'resourceId'>[]> {
    const { rows } = await this.pools.writer.query<{ id: string; resourceId: string }>(
      `SELECT id, resource_id AS "resourceId" FROM disposal WHERE status IN ('WAITING', 'HELD')`,
    );
    return rows;
  }

  /** Those that have begun or are due, the oldest first. */
  async due(now: Date): Promise<string[]> {
    const { rows } = await this.pools.writer.query<{ id: string }>(
      `SELECT id FROM disposal WHERE status = 'RUNNING' OR (status = 'WAITING' AND due_at <= $1) ORDER BY due_at, id`,
      [now],
    );
    return rows.map(({ id }) => id);
  }

  /** Of these resources those that something is left of and no disposal is open for. */
  async leftBehind(resourceIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.pools.writer.query<{ id: string }>(
      `WITH free AS MATERIALIZED (
         SELECT id FROM unnest($1::text[]) AS asked (id)
         WHERE NOT EXISTS (
           SELECT FROM disposal WHERE resource_id = asked.id AND status IN ('WAITING', 'HELD', 'RUNNING')))
       SELECT id FROM free AS wanted WHERE ${LEFT}`,
      [resourceIds],
    );
    return rows.map(({ id }) => id);
  }

  async lock(tx: Transaction, id: string): Promise<Disposal | null> {
    const [row] = await tx.query<DisposalRow>('SELECT * FROM disposal WHERE id = $1 FOR UPDATE', [id]);
    return row ? disposalOf(row) : null;
  }

  /** @returns whether it is the one that is open for the resource */
  async add(tx: Transaction, disposal: Disposal, hashKey: Buffer): Promise<boolean> {
    const rows = await tx.query<{ id: string }>(
      `INSERT INTO disposal (id, resource_id, provider_id, region_code, status, scheduled_at, due_at, ground, basis,
         hash_key, chain)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id`,
      [
        ...[disposal.id, disposal.resourceId, disposal.providerId, disposal.regionCode, disposal.status],
        ...[disposal.scheduledAt, disposal.dueAt, disposal.ground, disposal.basis],
        ...[hashKey, Buffer.from(disposal.digest, 'hex')],
      ],
    );
    return rows.length === 1;
  }

  /** All but what is deleted chunk by chunk. */
  async save(tx: Transaction, disposal: Disposal): Promise<void> {
    await tx.query(
      `UPDATE disposal SET status = $2, due_at = $3, ground = $4, basis = $5, ordered_by = $6, reason = $7,
         held_by = $8, hold_reason = $9, held_at = $10, started_at = $11, ended_at = $12, batch_no = $13, files = $14,
         held_as = $15
       WHERE id = $1`,
      [
        ...[disposal.id, disposal.status, disposal.dueAt, disposal.ground, disposal.basis],
        ...[disposal.orderedBy, disposal.reason],
        ...[disposal.hold?.by ?? null, disposal.hold?.reason ?? null, disposal.hold?.at ?? null],
        ...[disposal.startedAt, disposal.endedAt, disposal.batchNo, disposal.counts.files, disposal.hold?.as ?? null],
      ],
    );
  }
}

export const disposalOf = (row: DisposalRow): Disposal => ({
  id: row.id,
  resourceId: row.resource_id,
  providerId: row.provider_id,
  regionCode: row.region_code,
  status: row.status,
  scheduledAt: row.scheduled_at,
  dueAt: row.due_at,
  ground: row.ground,
  basis: row.basis,
  orderedBy: row.ordered_by,
  reason: row.reason,
  hold: row.held_by === null ? null : { by: row.held_by, as: row.held_as!, reason: row.hold_reason!, at: row.held_at! },
  startedAt: row.started_at,
  endedAt: row.ended_at,
  batchNo: row.batch_no === null ? null : Number(row.batch_no),
  counts: {
    records: Number(row.records),
    changes: Number(row.changes),
    quarantined: Number(row.quarantined),
    staged: Number(row.staged),
    files: Number(row.files),
  },
  digest: row.chain.toString('hex'),
});
