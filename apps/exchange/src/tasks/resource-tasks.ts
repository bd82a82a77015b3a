import { Injectable } from '@nestjs/common';
import type { RefusalCode, ResourceState } from '@qiongtong/contracts';
import { Pools } from '../store/pools';
import { stateOf, storedAs, type Task, type TaskRun } from './domain/task';
import type { Wanted } from './job-tasks';

type Filter = Pick<Wanted, 'state' | 'from' | 'until'>;
/** Where a page of runs begins: after a run that started then. */
export type RunPosition = Readonly<{ at: string; id: string }>;
type RunRow = Readonly<{
  id: string;
  status: string;
  started_at: Date;
  ended_at: Date | null;
  rows: string | null;
  bytes: string | null;
  failure: RefusalCode | null;
}>;
type TaskRow = Readonly<{ resource_id: string; state: string }> & { readonly [K in keyof RunRow]: RunRow[K] | null };

/** Batches of a resource: what was pushed. Bytes are known of those that came whole, and of no messages. */
const BATCHES = `SELECT b.id, b.status, b.received_at AS started_at, b.settled_at AS ended_at, b.received AS rows, b.bytes,
    b.refusal ->> 'code' AS failure
  FROM batch b`;
/** Deliveries of a resource: streams and large pages through a channel. Smaller answers are in access records alone. */
const DELIVERIES = `SELECT d.id, coalesce(d.outcome, 'RUNNING') AS status, d.opened_at AS started_at, d.closed_at AS ended_at,
    d.rows, NULL::bigint AS bytes, NULL AS failure
  FROM delivery d`;

/** Pushes and channels as tasks: one of each resource, which is known from its entry and not by a row of its own. */
@Injectable()
export class ResourceTasks {
  constructor(private readonly pools: Pools) {}

  /** @param resources in the order they are wanted in */
  async pushes(resources: readonly ResourceState[], wanted: Filter, limit: number): Promise<Task[]> {
    const last = `${BATCHES} WHERE b.resource_id = r.id ORDER BY b.received_at DESC, b.id DESC LIMIT 1`;
    const rows = await this.found(resources, last, `coalesce(run.status, 'WAITING')`, wanted, limit);
    return tasksOf('PUSH', resources, rows);
  }

  async channels(resources: readonly ResourceState[], wanted: Filter, limit: number): Promise<Task[]> {
    const last = `${DELIVERIES} WHERE d.resource_id = r.id ORDER BY d.opened_at DESC, d.id DESC LIMIT 1`;
    // Of another body, from before the resource passed on, it is none.
    const status = `coalesce((SELECT e.status FROM channel_endpoint e WHERE e.resource_id = r.id AND e.provider_id = r.provider_id),
      'NOT_REGISTERED')`;
    const rows = await this.found(resources, last, status, wanted, limit);
    return tasksOf('CHANNEL', resources, rows);
  }

  /** The latest first. */
  async runs(
    kind: 'PUSH' | 'CHANNEL',
    resourceId: string,
    before: RunPosition | null,
    { from, until }: Pick<Wanted, 'from' | 'until'>,
    limit: number,
  ): Promise<TaskRun[]> {
    const [select, of, at] = kind === 'PUSH' ? [BATCHES, 'b', 'b.received_at'] : [DELIVERIES, 'd', 'd.opened_at'];
    const { rows } = await this.pools.writer.query<RunRow>(
      `${select} WHERE ${of}.resource_id = $1 AND ($2::timestamptz IS NULL OR (${at}, ${of}.id) < ($2, $3))
         AND ($4::timestamptz IS NULL OR ${at} >= $4) AND ($5::timestamptz IS NULL OR ${at} < $5)
       ORDER BY ${at} DESC, ${of}.id DESC LIMIT $6`,
      [resourceId, before?.at ?? null, before?.id ?? null, from, until, limit],
    );
    return rows.map(runOf);
  }

  private async found(
    resources: readonly ResourceState[],
    last: string,
    state: string,
    wanted: Filter,
    limit: number,
  ): Promise<TaskRow[]> {
    const isFiltered = wanted.state !== null || wanted.from !== null || wanted.until !== null;
    // Without a condition on what is kept here the first ones are it.
    const looked = isFiltered ? resources : resources.slice(0, limit);
    const { rows } = await this.pools.writer.query<TaskRow>(
      `SELECT * FROM (
         SELECT r.id AS resource_id, r.n, ${state} AS state, run.*
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS r(id, provider_id, n) LEFT JOIN LATERAL (${last}) run ON true) task
       WHERE ($3::text[] IS NULL OR state = ANY($3)) AND ($4::timestamptz IS NULL OR started_at >= $4)
         AND ($5::timestamptz IS NULL OR started_at < $5)
       ORDER BY n LIMIT $6`,
      [
        ...[looked.map(({ id }) => id), looked.map(({ providerId }) => providerId)],
        ...[wanted.state && storedAs(wanted.state), wanted.from, wanted.until, limit],
      ],
    );
    return rows;
  }
}

function tasksOf(kind: 'PUSH' | 'CHANNEL', resources: readonly ResourceState[], rows: readonly TaskRow[]): Task[] {
  const providers = new Map(resources.map(({ id, providerId }) => [id, providerId]));
  return rows.map((row) => {
    const lastRun = row.started_at === null ? null : runOf(row as TaskRow & RunRow);
    return {
      ...{ kind, id: row.resource_id, resourceId: row.resource_id, providerId: providers.get(row.resource_id)! },
      ...{ departmentId: null, systemId: null, state: stateOf(row.state) },
      cause: kind === 'PUSH' ? (lastRun?.failure ?? null) : null,
      lastRun,
    };
  });
}

const runOf = (row: RunRow): TaskRun => ({
  id: row.id,
  state: stateOf(row.status),
  startedAt: row.started_at,
  endedAt: row.ended_at,
  rows: row.rows === null ? null : Number(row.rows),
  bytes: row.bytes === null ? null : Number(row.bytes),
  failure: row.failure,
});
