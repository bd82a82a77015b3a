import {
  Refusal,
  type Decided,
  type DisposalAct,
  type DisposalCounts,
  type DisposalFact,
  type DisposalGround,
  type ResourceDisposed,
} from '@qiongtong/contracts';

export type DisposalStatus = 'WAITING' | 'HELD' | 'RUNNING' | 'DISPOSED' | 'CANCELLED';

/** The deletion of what a withdrawn resource leaves behind. */
export type Disposal = Readonly<{
  id: string;
  resourceId: string;
  providerId: string;
  regionCode: string;
  status: DisposalStatus;
  /** When the withdrawal was noticed. */
  scheduledAt: Date;
  dueAt: Date;
  ground: DisposalGround;
  basis: string;
  orderedBy: string | null;
  reason: string | null;
  hold: Readonly<{ by: string; as: Capacity; reason: string; at: Date }> | null;
  startedAt: Date | null;
  /** Disposed or cancelled. */
  endedAt: Date | null;
  /** Where it stands in the resource's order of batches: what came later is not touched. */
  batchNo: number | null;
  counts: DisposalCounts;
  /** Hex, so far. */
  digest: string;
}>;

/** For whom somebody acts. */
export type Capacity = 'PROVIDER' | 'AUTHORITY';
export type Act = Readonly<{ by: string; as: Capacity; reason: string }>;

const DAY_MS = 24 * 3600 * 1000;
/** What no purpose needs any more is deleted by who holds it. */
const BASIS = '中华人民共和国个人信息保护法 第四十七条';
const NOTHING: DisposalCounts = { records: 0, changes: 0, quarantined: 0, staged: 0, files: 0 };

export function scheduled(
  of: Pick<Disposal, 'id' | 'resourceId' | 'providerId' | 'regionCode'>,
  retentionDays: number,
  now: Date,
): Decided<Disposal, DisposalFact> {
  const state: Disposal = {
    ...of,
    status: 'WAITING',
    scheduledAt: now,
    dueAt: new Date(now.getTime() + retentionDays * DAY_MS),
    ...{ ground: 'RETENTION_ENDED', basis: BASIS, orderedBy: null, reason: null, hold: null },
    ...{ startedAt: null, endedAt: null, batchNo: null, counts: NOTHING, digest: '00'.repeat(32) },
  };
  return decided(state, now, 'exchange.disposal-scheduled.v1', { retentionDays, dueAt: state.dueAt.toISOString() });
}

export function held(disposal: Disposal, act: Act, now: Date): Decided<Disposal, DisposalFact> {
  expectOpen(disposal);
  if (disposal.status === 'HELD') throw new Refusal('disposal.held', { about: [disposal.id] });
  return steered({ ...disposal, status: 'HELD', hold: { ...act, at: now } }, 'hold', act, null, now);
}

/** It goes on as if it had not been held; where its time has passed, at once. What the authority holds, it alone releases. */
export function released(disposal: Disposal, act: Act, now: Date): Decided<Disposal, DisposalFact> {
  expectOpen(disposal);
  if (disposal.status !== 'HELD') throw new Refusal('disposal.not_held', { about: [disposal.id] });
  if (disposal.hold?.as === 'AUTHORITY' && act.as !== 'AUTHORITY')
    throw new Refusal('disposal.held_by_authority', { about: [disposal.id] });
  return steered({ ...disposal, status: 'WAITING', hold: null }, 'release', act, null, now);
}

/** Before the retention is over; not while it is held. */
export function ordered(disposal: Disposal, act: Act, basis: string, now: Date): Decided<Disposal, DisposalFact> {
  expectOpen(disposal);
  if (disposal.status === 'HELD') throw new Refusal('disposal.held', { about: [disposal.id] });
  const order = { ground: 'ORDERED', basis, orderedBy: act.by, reason: act.reason } as const;
  const dueAt = disposal.dueAt < now ? disposal.dueAt : now;
  return steered({ ...disposal, ...order, dueAt }, 'order', act, basis, now);
}

/** Published again: nothing was deleted, and nothing will be. */
export const cancelled = (disposal: Disposal, now: Date): Decided<Disposal, DisposalFact> =>
  decided({ ...disposal, status: 'CANCELLED', endedAt: now }, now, 'exchange.disposal-cancelled.v1', {});

export const begun = (disposal: Disposal, batchNo: number, now: Date): Disposal => ({
  ...disposal,
  status: 'RUNNING',
  startedAt: now,
  batchNo,
});

/** Nothing is left: the certificate. */
export function disposed(disposal: Disposal, files: number, now: Date): Decided<Disposal, DisposalFact> {
  const counts = { ...disposal.counts, files };
  const { ground, basis, orderedBy, reason, digest } = disposal;
  const certificate = { ground, basis, orderedBy, reason, digest, counts };
  const data: Omit<ResourceDisposed['data'], 'disposalId' | 'resourceId' | 'providerId'> = {
    ...certificate,
    startedAt: disposal.startedAt!.toISOString(),
  };
  const state: Disposal = { ...disposal, status: 'DISPOSED', endedAt: now, counts };
  return decided(state, now, 'exchange.resource-disposed.v1', data);
}

/** What has begun is carried through: half of a resource serves nobody. */
function expectOpen({ status, id }: Disposal): void {
  if (status !== 'WAITING' && status !== 'HELD') throw new Refusal('disposal.not_open', { about: [id] });
}

const steered = (state: Disposal, act: DisposalAct, { by, as, reason }: Act, basis: string | null, now: Date) =>
  decided(state, now, 'exchange.disposal-steered.v1', {
    ...{ act, by, as, reason, basis },
    dueAt: state.dueAt.toISOString(),
  });

function decided(
  state: Disposal,
  now: Date,
  type: DisposalFact['type'],
  data: object,
): Decided<Disposal, DisposalFact> {
  const { id: disposalId, resourceId, providerId } = state;
  const event = { type, key: disposalId, at: now.toISOString(), data: { disposalId, resourceId, providerId, ...data } };
  return { state, event: event as DisposalFact };
}
