import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import { Cursors, type Page } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { TASK_KINDS, taskName, taskOfName, type Task, type TaskKind, type TaskRun } from './domain/task';
import { JobTasks, type Wanted } from './job-tasks';
import { ResourceTasks, type RunPosition } from './resource-tasks';
import { isWithin, TaskScope } from './task-scope';
import type { RunsQuery, TasksQuery } from './tasks.dto';

type Moments<T> = Readonly<{ [K in keyof T]: Date extends T[K] ? string | Exclude<T[K], Date> : T[K] }>;
export type TaskRunView = Moments<TaskRun>;
export type TaskView = Omit<Task, 'lastRun'> & Readonly<{ lastRun: TaskRunView | null }>;
type Position = Pick<Task, 'kind' | 'id'>;

const SCOPE = 'exchange tasks';
const MODE = { PUSH: 'HOSTED', CHANNEL: 'EXCHANGE_CHANNEL' } as const;

/** What the exchange has to do and has done, put together from where it is kept; nothing is written for it. [R9.1, R14.9] */
@Injectable()
export class TasksService {
  constructor(
    private readonly jobs: JobTasks,
    private readonly resources: ResourceTasks,
    private readonly policy: LivePolicy,
    private readonly scope: TaskScope,
    private readonly cursors: Cursors,
  ) {}

  /** One kind after the other; of jobs the latest first. */
  async list(query: TasksQuery, by: Principal): Promise<Page<TaskView>> {
    const { kind, state = null, resourceId = null, departmentId = null, from = null, until = null, limit } = query;
    const wanted: Wanted = { scope: this.scope.of(by), state, resourceId, departmentId, from, until };
    const after = query.cursor === undefined ? null : this.cursors.decode<Position>(query.cursor, SCOPE);
    const kinds = TASK_KINDS.filter((each) => (kind ?? each) === each && (after === null || each >= after.kind));
    const found: Task[] = [];
    for (const each of kinds) {
      const before = each === after?.kind ? after.id : null;
      found.push(...(await this.ofKind(each, wanted, before, limit + 1 - found.length)));
      if (found.length > limit) break;
    }
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const next = last && this.cursors.encode({ kind: last.kind, id: last.id }, SCOPE);
    return { items: items.map(viewOf), next: next ?? null };
  }

  /** Somebody else's task looks like one that does not exist. */
  async runs(name: string, query: RunsQuery, by: Principal): Promise<Page<TaskRunView>> {
    const named = taskOfName(name);
    const task = named && (await this.known(named));
    if (!task || !isWithin(this.scope.of(by), [task.providerId, task.departmentId]))
      throw new Refusal('request.not_found');
    const scope = `${SCOPE} ${name}`;
    const after = query.cursor === undefined ? null : this.cursors.decode<RunPosition>(query.cursor, scope);
    const found = await this.runsOf(task, after, query);
    const items = found.slice(0, query.limit).map(runViewOf);
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, next: last ? this.cursors.encode({ at: last.startedAt, id: last.id }, scope) : null };
  }

  private ofKind(kind: TaskKind, wanted: Wanted, before: string | null, limit: number): Promise<Task[]> {
    if (kind === 'FEED') return this.jobs.feeds(wanted, before, limit);
    if (kind === 'EXPORT' || kind === 'QUERY') return this.jobs.exports(kind, wanted, before, limit);
    const resources = this.those(kind, wanted, before);
    return kind === 'PUSH'
      ? this.resources.pushes(resources, wanted, limit)
      : this.resources.channels(resources, wanted, limit);
  }

  /** Published resources that come this way, in the order of their ids from the last. */
  private those(kind: 'PUSH' | 'CHANNEL', wanted: Wanted, before: string | null): ResourceState[] {
    return [...this.policy.index.resources()]
      .filter(
        ({ id, providerId, deliveryMode, status }) =>
          deliveryMode === MODE[kind] &&
          status === 'PUBLISHED' &&
          (before === null || id < before) &&
          (wanted.resourceId ?? id) === id &&
          (wanted.departmentId ?? providerId) === providerId &&
          isWithin(wanted.scope, [providerId]),
      )
      .sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  private async known({
    kind,
    id,
  }: Position): Promise<Pick<Task, 'kind' | 'id' | 'providerId' | 'departmentId' | 'lastRun'> | null> {
    if (kind === 'FEED') return this.jobs.feed(id);
    if (kind === 'EXPORT' || kind === 'QUERY') return this.jobs.export(kind, id);
    const resource = this.policy.index.resource(id);
    const is = resource?.deliveryMode === MODE[kind] && resource.status === 'PUBLISHED';
    return is ? { kind, id, providerId: resource.providerId, departmentId: null, lastRun: null } : null;
  }

  /** One more than a page of them, if there are. */
  private async runsOf(
    { kind, id, lastRun }: Pick<Task, 'kind' | 'id' | 'lastRun'>,
    after: RunPosition | null,
    query: RunsQuery,
  ): Promise<readonly TaskRun[]> {
    const span = { from: query.from ?? null, until: query.until ?? null };
    if (kind === 'FEED') return this.jobs.batches(id, after && Number(after.id), span, query.limit + 1);
    if (kind === 'PUSH' || kind === 'CHANNEL') return this.resources.runs(kind, id, after, span, query.limit + 1);
    const within =
      lastRun !== null &&
      (span.from === null || lastRun.startedAt >= new Date(span.from)) &&
      (span.until === null || lastRun.startedAt < new Date(span.until));
    return within && after === null ? [lastRun] : [];
  }
}

const viewOf = (task: Task): TaskView => ({
  ...task,
  id: taskName(task),
  lastRun: task.lastRun && runViewOf(task.lastRun),
});

const runViewOf = (run: TaskRun): TaskRunView => ({
  ...run,
  startedAt: run.startedAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});
