import type { Callback, Export } from '../exports/domain/export';

export type QueryStatus = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED' | 'EXPIRED';

export type QueryView = Readonly<{
  id: string;
  resourceId: string;
  departmentId: string;
  /** The system, or the officer with a token of their own. */
  askedBy: string | null;
  status: QueryStatus;
  /** Refusal code of why there is no answer; null unless the query failed. */
  failure: Export['failure'];
  /** How often its provider was asked anew. */
  attempts: number;
  /** How far it has come while it runs; of the whole answer when it is done. */
  rows: number;
  bytes: number;
  /** SHA-256, hex, of the answer. */
  digest: string | null;
  redemptions: number;
  callback: Readonly<{
    url: string;
    /** WAITING for the end; DUE: to be told now or again; TOLD; GIVEN_UP. */
    status: 'WAITING' | 'DUE' | 'TOLD' | 'GIVEN_UP';
    failures: number;
    lastFailure: string | null;
  }> | null;
  askedAt: string;
  startedAt: string | null;
  settledAt: string | null;
  /** Until when the answer is kept. */
  expiresAt: string | null;
}>;

export const queryStatusOf = ({ status }: Pick<Export, 'status'>): QueryStatus =>
  status === 'READY' ? 'DONE' : status;

export const queryViewOf = (job: Export): QueryView => ({
  id: job.id,
  resourceId: job.resourceId,
  departmentId: job.departmentId,
  askedBy: job.use.systemId ?? job.use.officerId,
  status: queryStatusOf(job),
  failure: job.failure,
  attempts: job.attempt,
  rows: job.rows,
  bytes: job.bytes,
  digest: job.digest,
  redemptions: job.redemptions,
  callback: job.callback && callbackViewOf(job.callback),
  askedAt: job.askedAt.toISOString(),
  startedAt: job.startedAt?.toISOString() ?? null,
  settledAt: job.settledAt?.toISOString() ?? null,
  expiresAt: job.expiresAt?.toISOString() ?? null,
});

function callbackViewOf({ url, dueAt, failures, lastFailure, toldAt }: Callback): NonNullable<QueryView['callback']> {
  const status = toldAt !== null ? 'TOLD' : dueAt !== null ? 'DUE' : failures > 0 ? 'GIVEN_UP' : 'WAITING';
  return { url, status, failures, lastFailure };
}
