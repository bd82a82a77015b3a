import {
  Refusal,
  type ExportCancelled,
  type ExportCompleted,
  type ExportExpired,
  type ExportFact,
  type ExportFailed,
  type ExportFormat,
  type ExportKind,
  type FormulaHandling,
  type Obligations,
  type RecordQuery,
  type RefusalCode,
  type Use,
} from '@qiongtong/contracts';

export type ExportStatus = 'QUEUED' | 'RUNNING' | 'READY' | 'FAILED' | 'CANCELLED' | 'EXPIRED';
type Act = 'complete' | 'fail' | 'cancel' | 'expire';

/** From where each act leads where. What has ended stays ended. */
const TRANSITIONS: Readonly<Record<Act, Readonly<{ from: readonly ExportStatus[]; to: ExportStatus }>>> = {
  complete: { from: ['RUNNING'], to: 'READY' },
  fail: { from: ['QUEUED', 'RUNNING', 'READY'], to: 'FAILED' },
  cancel: { from: ['QUEUED', 'RUNNING', 'READY'], to: 'CANCELLED' },
  expire: { from: ['READY'], to: 'EXPIRED' },
};

/** What to read. A query may ask for an order and for fewer rows; a file has all of them in none. */
export type ExportQuery = Pick<RecordQuery, 'filter' | 'fields'> &
  Partial<Pick<RecordQuery, 'sort'> & Readonly<{ limit: number | null }>>;

/** Whom a query tells that it has ended, and how that goes. */
export type Callback = Readonly<{
  url: string;
  /** When it is to be told next; null while there is nothing to tell, once it was told, and once that was given up. */
  dueAt: Date | null;
  /** Rises with each call, so that an old one says nothing of a newer end. */
  attempt: number;
  failures: number;
  lastFailure: string | null;
  toldAt: Date | null;
}>;

/** A file of a resource's records as one department may have them, from the request to its end. */
export type Export = Readonly<{
  id: string;
  kind: ExportKind;
  resourceId: string;
  providerId: string;
  departmentId: string;
  /** Of the request; each redemption has one of its own. */
  decisionId: string;
  grantId: string | null;
  /** The use as it was asked for, which is decided again when the export runs and when its file is given out. */
  use: Use;
  /** What to read; null once the export has ended, because a filter may hold values. */
  query: ExportQuery | null;
  format: ExportFormat;
  gzip: boolean;
  bom: boolean;
  formulas: FormulaHandling;
  status: ExportStatus;
  failure: RefusalCode | null;
  /** What was enforced when the file was made. */
  obligations: Obligations | null;
  rows: number;
  bytes: number;
  markedValues: number;
  digest: string | null;
  deliveryId: string | null;
  /** What the file holds, as access records say it: `stored:<hash key>:<rows>:<root>:<delivery>`. */
  leftAs: string | null;
  /** Rises each time somebody begins to make the file, so that whoever was thought dead writes nothing any more. */
  attempt: number;
  /** Name of the file, also while it is being written; null when there is none. */
  blob: string | null;
  link: Readonly<{ digest: Buffer; until: Date }> | null;
  callback: Callback | null;
  redemptions: number;
  askedAt: Date;
  startedAt: Date | null;
  settledAt: Date | null;
  expiresAt: Date | null;
}>;

/** What a run came to. */
export type Made = Readonly<{
  obligations: Obligations;
  grantId: string | null;
  rows: number;
  bytes: number;
  markedValues: number;
  digest: string;
  deliveryId: string;
  leftAs: string;
}>;

type Acted<F extends ExportFact> = Readonly<{ state: Export; event: F }>;

export function completed(job: Export, made: Made, now: Date, expiresAt: Date): Acted<ExportCompleted> {
  const state: Export = told({ ...moved(job, 'complete', now), ...made, expiresAt }, now);
  const { rows, bytes, digest, deliveryId, markedValues, grantId } = made;
  const data = { decisionId: job.decisionId, grantId, deliveryId, rows, bytes, digest, markedValues };
  return { state, event: fact(job, now, 'exchange.export-completed.v1', data) };
}

export function failed(job: Export, code: RefusalCode, now: Date): Acted<ExportFailed> {
  const state: Export = told({ ...moved(job, 'fail', now), failure: code }, now);
  return { state, event: fact(job, now, 'exchange.export-failed.v1', { code }) };
}

export function cancelled(job: Export, by: string, now: Date): Acted<ExportCancelled> {
  return { state: moved(job, 'cancel', now), event: fact(job, now, 'exchange.export-cancelled.v1', { by }) };
}

export function expired(job: Export, now: Date): Acted<ExportExpired> {
  return { state: moved(job, 'expire', now), event: fact(job, now, 'exchange.export-expired.v1', {}) };
}

/** With an end that is to be told to whoever waits for it. What its owner did is not told. */
const told = (job: Export, now: Date): Export => {
  const anew = { dueAt: now, failures: 0, lastFailure: null, toldAt: null };
  return { ...job, callback: job.callback && { ...job.callback, ...anew } };
};

function moved(job: Export, act: Act, now: Date): Export {
  const { from, to } = TRANSITIONS[act];
  if (!from.includes(job.status)) throw new Refusal('export.ended', { about: [job.id] });
  return { ...job, status: to, query: null, link: null, settledAt: now };
}

/** A fact about an export, in the words that all of them share. */
export function fact<T extends ExportFact['type'], D extends object>(job: Export, now: Date, type: T, data: D) {
  const { id: exportId, resourceId, providerId, departmentId } = job;
  const common = { exportId, resourceId, providerId, departmentId };
  return { type, key: exportId, at: now.toISOString(), data: { ...common, ...data } };
}

/** There is a file to give out at this moment. */
export function expectReady({ id, status, expiresAt }: Export, now: Date): void {
  if (status === 'QUEUED' || status === 'RUNNING') throw new Refusal('export.not_ready', { about: [id] });
  if (status !== 'READY' || expiresAt === null || expiresAt <= now) throw new Refusal('export.ended', { about: [id] });
}

type Caller = Readonly<{ systemId: string | null; officerId: string | null }>;

/** Who asked for it: the system, or the officer who came with a token of their own. */
export const isAsker = ({ use }: Export, { systemId, officerId }: Caller): boolean =>
  use.systemId === null ? systemId === null && officerId === use.officerId : systemId === use.systemId;

/** The redemption must be of the use that was asked for: same caller, purpose and matter. [R13.1, R13.4] */
export function expectSameUse(job: Export, use: Use): void {
  if (!isAsker(job, use)) throw new Refusal('export.of_another', { about: [job.id] });
  if (use.purpose !== job.use.purpose || use.matterNumber !== job.use.matterNumber)
    throw new Refusal('export.other_use', { about: [job.id] });
}
