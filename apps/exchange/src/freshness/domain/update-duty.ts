import { Refusal, type NoChangeConfirmed, type UpdateCycle, type UpdateDutyChanged } from '@qiongtong/contracts';

export type DutyState = 'ON_TIME' | 'DUE_SOON' | 'OVERDUE';

/**
 * The duty to keep one resource current. [R8.3, R8.4] A sign is what fulfils it for a cycle: a batch, the confirmation that
 * nothing changed, or for a source in real time its heartbeat.
 */
export type UpdateDuty = Readonly<{
  resourceId: string;
  providerId: string;
  /** Of the provider, for whoever oversees it. */
  regionCode: string;
  cycle: UpdateCycle;
  /** When it began: its resource was published, or taken up again. */
  since: Date;
  updatedAt: Date | null;
  confirmedAt: Date | null;
  heardAt: Date | null;
  dueAt: Date;
  state: DutyState;
}>;

/** How long the rules let a source be silent. */
export type UpdateRules = Readonly<{
  /** Where real time is not possible, updated or confirmed at least this often. [R8.3] */
  floorMonths: number;
  /** A source in real time is heard of at least this often. */
  realtimeSilenceHours: number;
}>;

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
/** Asia/Shanghai has no daylight saving time. */
const OFFSET = 8 * HOUR;
const MONTHS: Partial<Record<UpdateCycle, number>> = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 };
/** The last fifth of a cycle is the time to be reminded in. */
const SOON = 5;

/** The last sign, or when the duty began. */
export const lastSignOf = ({ since, updatedAt, confirmedAt, heardAt, cycle }: UpdateDuty): Date =>
  new Date(
    Math.max(...[since, updatedAt, confirmedAt, cycle === 'REALTIME' ? heardAt : null].map((at) => at?.getTime() ?? 0)),
  );

/** Until when the next sign is owed: the end of that day in Hainan, for real time the instant itself. */
export function dueAfter(sign: Date, cycle: UpdateCycle, rules: UpdateRules): Date {
  if (cycle === 'REALTIME') return new Date(sign.getTime() + rules.realtimeSilenceHours * HOUR);
  if (cycle === 'DAILY') return endOfDay(sign, 1);
  if (cycle === 'WEEKLY') return endOfDay(sign, 7);
  // A slower cycle is no way around the floor: in between it is confirmed that nothing changed.
  return monthsLater(sign, Math.min(MONTHS[cycle] ?? 1, rules.floorMonths));
}

export const dueOf = (duty: UpdateDuty, rules: UpdateRules): Date => dueAfter(lastSignOf(duty), duty.cycle, rules);

export function stateAt(duty: UpdateDuty, now: Date): DutyState {
  const due = duty.dueAt.getTime();
  if (now.getTime() > due) return 'OVERDUE';
  return now.getTime() >= due - (due - lastSignOf(duty).getTime()) / SOON ? 'DUE_SOON' : 'ON_TIME';
}

/** The duty as it is at this instant, and the fact where its state is another than was told. */
export function assessed(
  duty: UpdateDuty,
  rules: UpdateRules,
  now: Date,
): Readonly<{ duty: UpdateDuty; fact: UpdateDutyChanged | null }> {
  const due = { ...duty, dueAt: dueOf(duty, rules) };
  const next = { ...due, state: stateAt(due, now) };
  return { duty: next, fact: next.state === duty.state ? null : changed(next, now) };
}

/** When its state changes by itself next; null where only a sign can change it. */
export function nextLookOf(duty: UpdateDuty): Date | null {
  const due = duty.dueAt.getTime();
  if (duty.state === 'ON_TIME') return new Date(due - (due - lastSignOf(duty).getTime()) / SOON);
  return duty.state === 'DUE_SOON' ? new Date(due + 1) : null;
}

/** @param officerId who states it for the provider */
export function confirmed(
  duty: UpdateDuty,
  officerId: string,
  now: Date,
): Readonly<{ duty: UpdateDuty; fact: NoChangeConfirmed }> {
  if (duty.updatedAt === null) throw new Refusal('exchange.nothing_to_confirm', { about: [duty.resourceId] });
  if (duty.cycle === 'REALTIME')
    throw new Refusal('exchange.confirmation_not_for_realtime', { about: [duty.resourceId] });
  const { resourceId, providerId } = duty;
  return {
    duty: { ...duty, confirmedAt: now },
    fact: {
      type: 'exchange.no-change-confirmed.v1',
      key: resourceId,
      at: now.toISOString(),
      data: { resourceId, providerId, officerId, lastUpdatedAt: duty.updatedAt.toISOString() },
    },
  };
}

const changed = ({ resourceId, providerId, ...duty }: UpdateDuty, now: Date): UpdateDutyChanged => ({
  type: 'exchange.update-duty-changed.v1',
  key: resourceId,
  at: now.toISOString(),
  data: {
    resourceId,
    providerId,
    state: duty.state,
    cycle: duty.cycle,
    dueAt: duty.dueAt.toISOString(),
    updatedAt: duty.updatedAt?.toISOString() ?? null,
    confirmedAt: duty.confirmedAt?.toISOString() ?? null,
  },
});

const endOfDay = (from: Date, days: number): Date =>
  new Date((Math.floor((from.getTime() + OFFSET) / DAY) + days + 1) * DAY - OFFSET - 1);

/** The same day of a later month, or its last where it has no such day. */
function monthsLater(from: Date, months: number): Date {
  const local = new Date(from.getTime() + OFFSET);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth() + months];
  const day = Math.min(local.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return new Date(Date.UTC(year, month, day) + DAY - OFFSET - 1);
}
