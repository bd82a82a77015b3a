import { Injectable } from '@nestjs/common';
import type { RefusalCode } from '@qiongtong/contracts';
import { Pools } from '../store/pools';
import { stateOf, storedAs, type Task, type TaskRun, type TaskState } from './domain/task';
import type { Scope } from './task-scope';

/** What is asked for, as far as it can be asked of jobs and feeds. */
export type Wanted = Readonly<{
  scope: Scope;
  state: TaskState | null;
  resourceId: string | null;
  departmentId: string | null;
  from: string | null;
  until: string | null;
}>;
type JobRow = Readonly<{
  id: string;
  resource_id: string;
  provider_id: string;
  department_id: string;
  system_id: string | null;
  status: string;
  cause: RefusalCode | null;
}>;
type ExportRow = JobRow &
  Readonly<{ attempt: number; started_at: Date | null; settled_at: Date | null; rows: string; bytes: string }>;
type BatchRow = Readonly<{
  subscription_id: string;
  position: string;
  recorded_at: Date;
  delivered_at: Date | null;
  changes: number | null;
  bytes: string | null;
}>;

/** Bodies up to which each one's jobs are looked up by themselves; beyond it all jobs are walked, most of which are theirs. */
const FEW_BODIES = 64;

/** The tables and what they call a job; a feed's last batch says when it did something. */
const EXPORTS = {
  columns: `t.id, t.resource_id, t.provider_id, t.department_id, t.use ->> 'systemId' AS system_id, t.status, t.failure AS cause,
     t.attempt, t.started_at, t.settled_at, t.rows, t.bytes`,
  table: 'export_job',
  at: 't.asked_at',
} as const;
const FEEDS = {
  columns: 't.id, t.resource_id, t.provider_id, t.department_id, t.system_id, t.status, t.cause',
  table: 'feed_subscription',
  at: `(SELECT b.recorded_at FROM feed_batch b WHERE b.subscription_id = t.id ORDER BY b.position DESC LIMIT 1)`,
} as const;

/** Exports, queries and feeds as tasks, read from where they are kept. */
@Injectable()
export class JobTasks {
  constructor(private readonly pools: Pools) {}

  /** The latest first, those before `before`. */
  async exports(kind: 'EXPORT' | 'QUERY', wanted: Wanted, before: string | null, limit: number): Promise<Task[]> {
    const rows = await this.found<ExportRow>(EXPORTS, kind, wanted, before, limit);
    return rows.map((row) => ({ ...taskOf(row), kind, lastRun: runOfExport(row) }));
  }

  async feeds(wanted: Wanted, before: string | null, limit: number): Promise<Task[]> {
    const rows = await this.found<JobRow>(FEEDS, null, wanted, before, limit);
    const last = await this.lastBatches(rows.map(({ id }) => id));
    return rows.map((row) => ({ ...taskOf(row), kind: 'FEED', lastRun: last.get(row.id) ?? null }));
  }

  async export(kind: 'EXPORT' | 'QUERY', id: string): Promise<Task | null> {
    const sql = `SELECT ${EXPORTS.columns} FROM export_job t WHERE t.id = $1 AND t.kind = $2`;
    const { rows } = await this.pools.writer.query<ExportRow>(sql, [id, kind]);
    return rows[0] ? { ...taskOf(rows[0]), kind, lastRun: runOfExport(rows[0]) } : null;
  }

  async feed(id: string): Promise<Task | null> {
    const sql = `SELECT ${FEEDS.columns} FROM feed_subscription t WHERE t.id = $1`;
    const { rows } = await this.pools.writer.query<JobRow>(sql, [id]);
    return rows[0] ? { ...taskOf(rows[0]), kind: 'FEED', lastRun: null } : null;
  }

  /** Batches of a feed before a position, the latest first; one that never arrived has no end. */
  async batches(
    id: string,
    before: number | null,
    { from, until }: Pick<Wanted, 'from' | 'until'>,
    limit: number,
  ): Promise<TaskRun[]> {
    const { rows } = await this.pools.writer.query<BatchRow>(
      `SELECT * FROM feed_batch WHERE subscription_id = $1 AND position > 0 AND ($2::bigint IS NULL OR position < $2)
         AND ($3::timestamptz IS NULL OR recorded_at >= $3) AND ($4::timestamptz IS NULL OR recorded_at < $4)
       ORDER BY position DESC LIMIT $5`,
      [id, before, from, until, limit],
    );
    return rows.map(runOfBatch);
  }

  private async lastBatches(ids: readonly string[]): Promise<Map<string, TaskRun>> {
    const { rows } = await this.pools.writer.query<BatchRow>(
      `SELECT b.* FROM unnest($1::text[]) AS feed(id) CROSS JOIN LATERAL (
         SELECT * FROM feed_batch WHERE subscription_id = feed.id AND position > 0 ORDER BY position DESC LIMIT 1) b`,
      [ids],
    );
    return new Map(rows.map((row) => [row.subscription_id, runOfBatch(row)]));
  }

  /**
   * A few of the newest, by the index of whoever they concern. What is asked of them beyond that is looked at on the way.
   * Ids rise with time, so they are the order, and a job that changes meanwhile stays in its place.
   */
  private async found<R extends JobRow>(
    { columns, table, at }: typeof EXPORTS | typeof FEEDS,
    kind: string | null,
    { scope, state, resourceId, departmentId, from, until }: Wanted,
    before: string | null,
    limit: number,
  ): Promise<R[]> {
    const parameters: unknown[] = [];
    const parameter = (value: unknown, type = 'text'): string => `$${parameters.push(value)}::${type}`;
    const conditions = ['true'];
    if (kind !== null) conditions.push(`t.kind = ${parameter(kind)}`);
    if (before !== null) conditions.push(`t.id < ${parameter(before)}`);
    if (state !== null) conditions.push(`t.status = ANY(${parameter(storedAs(state), 'text[]')})`);
    if (resourceId !== null) conditions.push(`t.resource_id = ${parameter(resourceId)}`);
    if (from !== null) conditions.push(`${at} >= ${parameter(from, 'timestamptz')}`);
    if (until !== null) conditions.push(`${at} < ${parameter(until, 'timestamptz')}`);
    const few = departmentId !== null ? [departmentId] : scope !== null && scope.size <= FEW_BODIES ? [...scope] : null;
    // Of a body that is named, only what the scope holds too; a job concerns two.
    if (scope !== null && (departmentId !== null || few === null)) {
      const seen = parameter([...scope], 'text[]');
      conditions.push(`(t.provider_id = ANY(${seen}) OR t.department_id = ANY(${seen}))`);
    }
    const all = conditions.join(' AND ');
    const most = parameter(limit, 'bigint');
    const newest = `ORDER BY t.id DESC LIMIT ${most}`;
    const of = (party: string) => `(SELECT t.id FROM ${table} t WHERE t.${party} = body.id AND ${all} ${newest})`;
    const sql =
      few === null
        ? `SELECT ${columns} FROM ${table} t WHERE ${all} ${newest}`
        : `SELECT ${columns} FROM ${table} t WHERE t.id IN (
             SELECT found.id FROM unnest(${parameter(few, 'text[]')}) AS body(id)
             CROSS JOIN LATERAL (${of('provider_id')} UNION ALL ${of('department_id')}) found) ${newest}`;
    return (await this.pools.writer.query<R>(sql, parameters)).rows;
  }
}

const taskOf = (row: JobRow): Omit<Task, 'kind' | 'lastRun'> => ({
  id: row.id,
  resourceId: row.resource_id,
  providerId: row.provider_id,
  departmentId: row.department_id,
  systemId: row.system_id,
  state: stateOf(row.status),
  cause: row.cause,
});

/** The last attempt alone: nothing is kept of those before. */
function runOfExport(row: ExportRow): TaskRun | null {
  if (row.started_at === null) return null;
  return {
    id: String(row.attempt),
    // What became of its file afterwards is the task's state, not the run's.
    state: row.status === 'EXPIRED' ? 'DONE' : stateOf(row.status),
    startedAt: row.started_at,
    endedAt: row.settled_at,
    rows: Number(row.rows),
    bytes: Number(row.bytes),
    failure: row.cause,
  };
}

const runOfBatch = (row: BatchRow): TaskRun => ({
  id: row.position,
  state: row.delivered_at === null ? 'RUNNING' : 'DONE',
  startedAt: row.recorded_at,
  endedAt: row.delivered_at,
  rows: row.changes,
  bytes: row.bytes === null ? null : Number(row.bytes),
  failure: null,
});
