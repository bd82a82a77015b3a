import type { RefusalCode } from '@qiongtong/contracts';

/** In the order in which they are listed. */
export const TASK_KINDS = ['CHANNEL', 'EXPORT', 'FEED', 'PUSH', 'QUERY'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/**
 * What a task is at. Of a channel: ACTIVE, SUSPENDED, NOT_REGISTERED. Of a feed: ACTIVE, HELD, PAUSED, DISABLED, ENDED. Of an
 * export or a query: QUEUED, RUNNING, DONE, FAILED, CANCELLED, EXPIRED. Of a push, that of its last batch: WAITING before
 * the first, then RUNNING, DONE, PARTLY, FAILED, CANCELLED.
 */
export const TASK_STATES = [
  ...['ACTIVE', 'SUSPENDED', 'NOT_REGISTERED', 'HELD', 'PAUSED', 'DISABLED', 'ENDED', 'QUEUED', 'RUNNING'],
  ...['DONE', 'PARTLY', 'FAILED', 'CANCELLED', 'EXPIRED', 'WAITING'],
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** One time that a task did its work: a batch that was pushed or sent, a file that was made, a stream through a channel. */
export type TaskRun = Readonly<{
  id: string;
  state: TaskState;
  startedAt: Date;
  endedAt: Date | null;
  /** Rows, of a feed changes; null where that is not kept. */
  rows: number | null;
  bytes: number | null;
  failure: RefusalCode | null;
}>;

export type Task = Readonly<{
  kind: TaskKind;
  /** Of the resource for a push or a channel, of the job or subscription otherwise. */
  id: string;
  resourceId: string;
  providerId: string;
  /** Who uses; null of a push and a channel, which are for everybody. */
  departmentId: string | null;
  systemId: string | null;
  state: TaskState;
  /** Why it is held, disabled or has failed. */
  cause: RefusalCode | null;
  lastRun: TaskRun | null;
}>;

/** `<kind>.<id>`, as tasks are named over the API. */
export const taskName = ({ kind, id }: Pick<Task, 'kind' | 'id'>): string => `${kind}.${id}`;

/** null for a name that no task can have. */
export function taskOfName(name: string): Pick<Task, 'kind' | 'id'> | null {
  const at = name.indexOf('.');
  const kind = TASK_KINDS.find((known) => known === name.slice(0, at));
  const id = name.slice(at + 1);
  return kind === undefined || id === '' || id.length > 100 ? null : { kind, id };
}

/** What stored states are called here; what is called as there is not in it. */
const CALLED: Readonly<Record<string, TaskState>> = {
  READY: 'DONE',
  RECEIVING: 'RUNNING',
  STAGED: 'RUNNING',
  APPLIED: 'DONE',
  CHECKED: 'DONE',
  QUARANTINED_PARTLY: 'PARTLY',
  REFUSED: 'FAILED',
  complete: 'DONE',
  aborted: 'FAILED',
};
const KNOWN = new Set<string>(TASK_STATES);

/** A stored state that has no name here yet is work that is not done. */
export const stateOf = (stored: string): TaskState =>
  CALLED[stored] ?? (KNOWN.has(stored) ? (stored as TaskState) : 'RUNNING');

/** The stored states that are called this. */
export const storedAs = (state: TaskState): readonly string[] => [
  state,
  ...Object.keys(CALLED).filter((stored) => CALLED[stored] === state),
];
