import { Injectable } from '@nestjs/common';
import type { ExportKind } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import type { Callback, Export, ExportStatus } from './domain/export';

export type ExportRow = Readonly<{
  id: string;
  kind: ExportKind;
  resource_id: string;
  provider_id: string;
  department_id: string;
  decision_id: string;
  grant_id: string | null;
  use: Export['use'];
  query: Export['query'];
  format: Export['format'];
  gzip: boolean;
  bom: boolean;
  formulas: Export['formulas'];
  status: ExportStatus;
  failure: Export['failure'];
  obligations: Export['obligations'];
  rows: string;
  bytes: string;
  marked_values: string;
  digest: string | null;
  delivery_id: string | null;
  left_as: string | null;
  attempt: number;
  blob: string | null;
  link_digest: Buffer | null;
  link_until: Date | null;
  redemptions: number;
  asked_at: Date;
  started_at: Date | null;
  settled_at: Date | null;
  expires_at: Date | null;
  callback_url: string | null;
  callback_due_at: Date | null;
  callback_attempt: number;
  callback_failures: number;
  callback_last_failure: string | null;
  callback_told_at: Date | null;
}>;
type Position = Readonly<{ at: string; id: string }>;
/** A run by its attempt: whoever began later has it, and what this one writes has no effect. */
export type Run = Pick<Export, 'id' | 'attempt'>;
/** Where jobs are looked for: those of one kind are nothing to the other's routes. `resourceId` null for any resource. */
export type Place = Readonly<{ kind: ExportKind; resourceId: string | null }>;

const LIVE = `status IN ('QUEUED', 'RUNNING', 'READY')`;

/** Rows of `export_job`. */
@Injectable()
export class ExportStore {
  constructor(private readonly pools: Pools) {}

  /** Keeps other requests of the department out until the transaction ends, and counts what it has of this kind. */
  async liveOf(tx: Transaction, kind: ExportKind, departmentId: string): Promise<number> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('exports of ' || $1, 0))`, [departmentId]);
    const sql = `SELECT count(*)::int AS n FROM export_job WHERE department_id = $1 AND kind = $2 AND ${LIVE}`;
    const [row] = await tx.query<{ n: number }>(sql, [departmentId, kind]);
    return row!.n;
  }

  async add(tx: Transaction, job: Export): Promise<void> {
    await tx.query(
      `INSERT INTO export_job (id, resource_id, provider_id, department_id, decision_id, grant_id, use, query, format,
         gzip, bom, formulas, status, asked_at, kind, callback_url)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        ...[job.id, job.resourceId, job.providerId, job.departmentId, job.decisionId, job.grantId],
        ...[JSON.stringify(job.use), JSON.stringify(job.query), job.format, job.gzip, job.bom, job.formulas],
        ...[job.status, job.askedAt, job.kind, job.callback?.url ?? null],
      ],
    );
  }

  async one({ kind, resourceId }: Place, id: string): Promise<Export | null> {
    const sql = 'SELECT * FROM export_job WHERE id = $1 AND kind = $2 AND ($3::text IS NULL OR resource_id = $3)';
    const { rows } = await this.pools.writer.query<ExportRow>(sql, [id, kind, resourceId]);
    return rows[0] ? exportOf(rows[0]) : null;
  }

  /** The latest first. */
  async ofDepartment(
    departmentId: string,
    { kind, resourceId }: Place,
    before: Position | null,
    limit: number,
  ): Promise<Export[]> {
    const { rows } = await this.pools.writer.query<ExportRow>(
      `SELECT * FROM export_job
       WHERE department_id = $1 AND kind = $6 AND ($2::text IS NULL OR resource_id = $2)
         AND ($3::timestamptz IS NULL OR (asked_at, id) < ($3, $4))
       ORDER BY asked_at DESC, id DESC LIMIT $5`,
      [departmentId, resourceId, before?.at ?? null, before?.id ?? null, limit, kind],
    );
    return rows.map(exportOf);
  }

  async lock(tx: Transaction, id: string): Promise<Export | null> {
    const [row] = await tx.query<ExportRow>('SELECT * FROM export_job WHERE id = $1 FOR UPDATE', [id]);
    return row ? exportOf(row) : null;
  }

  /** Saves what an act changed; the caller holds the row's lock. */
  async save(tx: Transaction, job: Export): Promise<void> {
    await tx.query(
      `UPDATE export_job SET status = $2, failure = $3, query = $4, obligations = $5, grant_id = $6, rows = $7, bytes = $8,
         marked_values = $9, digest = $10, delivery_id = $11, left_as = $12, blob = $13, link_digest = $14,
         link_until = $15, redemptions = $16, settled_at = $17, expires_at = $18, callback_due_at = $19,
         callback_failures = $20, callback_last_failure = $21, callback_told_at = $22
       WHERE id = $1`,
      [
        ...[job.id, job.status, job.failure, jsonOf(job.query), jsonOf(job.obligations), job.grantId, job.rows],
        ...[job.bytes, job.markedValues, job.digest, job.deliveryId, job.leftAs, job.blob, job.link?.digest ?? null],
        ...[job.link?.until ?? null, job.redemptions, job.settledAt, job.expiresAt],
        ...[job.callback?.dueAt ?? null, job.callback?.failures ?? 0, job.callback?.lastFailure ?? null],
        job.callback?.toldAt ?? null,
      ],
    );
  }

  /**
   * Takes the next export to run: of the department that has the fewest running, the oldest; also one whose runner has not
   * been heard of for the length of its lease. Leases go by the database's clock.
   * @param perProvider queries of one provider that may run at the same time, everywhere; it is slow for its own alone
   */
  async claim(kind: ExportKind, perProvider: number, leaseMs: number, now: Date): Promise<Export | null> {
    const { rows } = await this.pools.writer.query<ExportRow>(
      `UPDATE export_job SET status = 'RUNNING', attempt = attempt + 1, blob = id || '.' || (attempt + 1), rows = 0, bytes = 0,
         started_at = $2, leased_until = clock_timestamp() + $1 * interval '1 millisecond'
       WHERE id = (
         SELECT e.id FROM export_job e
         WHERE e.kind = $3 AND e.status IN ('QUEUED', 'RUNNING')
           AND (e.leased_until IS NULL OR e.leased_until < clock_timestamp())
           AND ($3 = 'EXPORT' OR e.status = 'RUNNING' OR $4 > (SELECT count(*) FROM export_job o
             WHERE o.provider_id = e.provider_id AND o.kind = 'QUERY' AND o.status = 'RUNNING'))
         ORDER BY (SELECT count(*) FROM export_job o WHERE o.department_id = e.department_id AND o.status = 'RUNNING'),
           e.asked_at
         LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [leaseMs, now, kind, perProvider],
    );
    return rows[0] ? exportOf(rows[0]) : null;
  }

  /** How far a run has come, by which it keeps its lease. False when the export is no longer its own. */
  async progress({ id, attempt }: Run, rows: number, bytes: number, leaseMs: number): Promise<boolean> {
    const { rowCount } = await this.pools.writer.query(
      `UPDATE export_job SET rows = $3, bytes = $4, leased_until = clock_timestamp() + $5 * interval '1 millisecond'
       WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'`,
      [id, attempt, rows, bytes, leaseMs],
    );
    return rowCount === 1;
  }

  /** Which delivery a run writes its hashes to, so that it can be cleared if the run does not end. */
  async delivers({ id, attempt }: Run, deliveryId: string): Promise<void> {
    const sql = `UPDATE export_job SET delivery_id = $3 WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'`;
    await this.pools.writer.query(sql, [id, attempt, deliveryId]);
  }

  /** Back into the queue, for anybody to take after a while. */
  async handBack({ id, attempt }: Run, afterMs: number): Promise<void> {
    await this.pools.writer.query(
      `UPDATE export_job SET status = 'QUEUED', leased_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'`,
      [id, attempt, afterMs],
    );
  }

  /** Files that can be given out, in the order of their ids. */
  async ready(after: string, limit: number): Promise<Export[]> {
    const sql = `SELECT * FROM export_job WHERE status = 'READY' AND id > $1 ORDER BY id LIMIT $2`;
    const { rows } = await this.pools.writer.query<ExportRow>(sql, [after, limit]);
    return rows.map(exportOf);
  }

  /** Exports that have ended and may still have a file. */
  async toClear(limit: number): Promise<Export[]> {
    const { rows } = await this.pools.writer.query<ExportRow>(
      `SELECT * FROM export_job
       WHERE blob IS NOT NULL AND status IN ('FAILED', 'CANCELLED', 'EXPIRED') ORDER BY id LIMIT $1`,
      [limit],
    );
    return rows.map(exportOf);
  }
}

const jsonOf = (value: object | null): string | null => value && JSON.stringify(value);

const callbackOf = (row: ExportRow): Callback | null =>
  row.callback_url === null
    ? null
    : {
        url: row.callback_url,
        dueAt: row.callback_due_at,
        attempt: row.callback_attempt,
        failures: row.callback_failures,
        lastFailure: row.callback_last_failure,
        toldAt: row.callback_told_at,
      };

export const exportOf = (row: ExportRow): Export => ({
  id: row.id,
  kind: row.kind,
  resourceId: row.resource_id,
  providerId: row.provider_id,
  departmentId: row.department_id,
  decisionId: row.decision_id,
  grantId: row.grant_id,
  use: row.use,
  query: row.query,
  format: row.format,
  gzip: row.gzip,
  bom: row.bom,
  formulas: row.formulas,
  status: row.status,
  failure: row.failure,
  obligations: row.obligations,
  rows: Number(row.rows),
  bytes: Number(row.bytes),
  markedValues: Number(row.marked_values),
  digest: row.digest,
  deliveryId: row.delivery_id,
  leftAs: row.left_as,
  attempt: row.attempt,
  blob: row.blob,
  link: row.link_digest && row.link_until && { digest: row.link_digest, until: row.link_until },
  callback: callbackOf(row),
  redemptions: row.redemptions,
  askedAt: row.asked_at,
  startedAt: row.started_at,
  settledAt: row.settled_at,
  expiresAt: row.expires_at,
});
