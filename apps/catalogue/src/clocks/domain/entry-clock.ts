import { Refusal, type EntryClockKind, type EntryClockState } from '@qiongtong/contracts';
import { countDue, editionOf, localDayOf, monthsLater, type Calendars, type CountedDue } from '@qiongtong/regulation';

/** What an officer noticed: that what the entry describes is no longer so. */
export type Noticed = Readonly<{ by: string; at: string; noticedOn: string; what: string }>;
export type Extension = Readonly<{
  by: string;
  at: string;
  workingDays: number;
  reason: string;
  /** Of the authority; null while it is awaited. */
  answer: Readonly<{ by: string; at: string; organisationId: string; consented: boolean; reason: string }> | null;
}>;

/** One thing that is to be done with an entry until some time. It reminds and reports; it decides nothing. [R12.4] */
export type EntryClock = Readonly<{
  entryId: string;
  kind: EntryClockKind;
  /** What it counts from. */
  since: string;
  /** Null where it counts months, or where the rules name no time. */
  workingDays: number | null;
  /** Null where the rules name no time: then only the change itself is on record. */
  dueAt: string | null;
  provisional: boolean;
  calendarEdition: number;
  /** It is with somebody else since then: an update that was handed in. */
  restingSince: string | null;
  state: EntryClockState;
  noticed: Noticed | null;
  extension: Extension | null;
}>;

const DAY_MS = 86_400_000;
const NEW = { restingSince: null, state: 'ON_TIME', noticed: null, extension: null } as const;
const NO_TIME = { dueAt: null, provisional: false } as const;

/** The time to update begins on the day of the change that was noticed. [B.7, Art 17] */
export function updateClock(
  entryId: string,
  noticed: Noticed,
  workingDays: number | null,
  calendars: Calendars,
  now: Date,
): EntryClock {
  const since = new Date(`${noticed.noticedOn}T00:00:00+08:00`);
  const days = (now.getTime() - since.getTime()) / DAY_MS;
  if (noticed.noticedOn > localDayOf(now) || days > 366)
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/noticedOn', message: 'a day that has come, within the last year' }],
    });
  return { ...NEW, ...counted(entryId, 'UPDATE', since, workingDays, calendars), noticed };
}

/** The time in which an entry that was handed in is reviewed and published. Null where the rules name none. */
export const reviewClock = (
  entryId: string,
  since: Date,
  workingDays: number | null,
  calendars: Calendars,
): EntryClock | null =>
  workingDays === null ? null : { ...NEW, ...counted(entryId, 'REVIEW', since, workingDays, calendars) };

/** Whether a published entry is still right is asked every year. [R8.5] */
export const yearlyClock = (entryId: string, since: Date, months: number): EntryClock => ({
  ...NEW,
  ...{ entryId, kind: 'YEARLY_REVIEW', since: since.toISOString(), workingDays: null, calendarEdition: 0 },
  ...{ dueAt: monthsLater(since, months).toISOString(), provisional: false },
});

function counted(
  entryId: string,
  kind: EntryClockKind,
  since: Date,
  workingDays: number | null,
  calendars: Calendars,
): Pick<EntryClock, 'entryId' | 'kind' | 'since' | 'workingDays' | 'dueAt' | 'provisional' | 'calendarEdition'> {
  const due =
    workingDays === null
      ? { ...NO_TIME, calendarEdition: editionOf(calendars) }
      : countDue(since, workingDays, calendars);
  return { entryId, kind, since: since.toISOString(), workingDays, ...due };
}

/** The last fifth of the time is due soon. */
export function stateOf({ since, dueAt, restingSince }: EntryClock, now: Date): EntryClockState {
  if (dueAt === null || restingSince !== null) return 'ON_TIME';
  if (now.getTime() > Date.parse(dueAt)) return 'OVERDUE';
  return now.getTime() >= soonAt(since, dueAt) ? 'DUE_SOON' : 'ON_TIME';
}

/** When its state changes next; null where it does not by itself. */
export function lookAt(clock: EntryClock): string | null {
  const { since, dueAt, restingSince, state } = clock;
  if (dueAt === null || restingSince !== null || state === 'OVERDUE') return null;
  return state === 'DUE_SOON' ? new Date(Date.parse(dueAt) + 1).toISOString() : new Date(soonAt(since, dueAt)).toISOString(); // prettier-ignore
}

const soonAt = (since: string, dueAt: string): number =>
  Math.floor(Date.parse(since) + 0.8 * (Date.parse(dueAt) - Date.parse(since)));

/** Handed in at that moment; what was noticed later is not in it. */
export const rested = (clock: EntryClock, at: string): EntryClock =>
  clock.noticed && clock.noticed.at > at ? clock : { ...clock, restingSince: at, state: 'ON_TIME' };

/** It came back: the time that was given goes on, and may be over. */
export const resumed = (clock: EntryClock): EntryClock => ({ ...clock, restingSince: null });

/** Counted by the newest calendars; null where nothing is to be kept. */
export function recounted(clock: EntryClock, calendars: Calendars): EntryClock | null {
  if (clock.workingDays === null || clock.calendarEdition >= editionOf(calendars)) return null;
  const due: CountedDue = countDue(new Date(clock.since), clock.workingDays, calendars);
  return { ...clock, ...due };
}

/** @param most working days that the rules allow; 0 where they know of none */
export function askExtension(
  clock: EntryClock | null,
  given: Omit<Extension, 'answer'>,
  most: number,
  now: Date,
): EntryClock {
  if (!clock || clock.dueAt === null || clock.restingSince !== null) throw new Refusal('catalogue.no_update_due');
  if (clock.extension && clock.extension.answer?.consented !== false) throw new Refusal('catalogue.extension_once');
  if (given.workingDays > most) throw new Refusal('catalogue.extension_too_long', { about: [String(most)] });
  if (now.getTime() > Date.parse(clock.dueAt)) throw new Refusal('catalogue.extension_too_late');
  return { ...clock, extension: { ...given, answer: null } };
}

export function answerExtension(
  clock: EntryClock | null,
  answer: NonNullable<Extension['answer']>,
  calendars: Calendars,
  now: Date,
): EntryClock {
  if (!clock?.extension || clock.extension.answer || clock.workingDays === null)
    throw new Refusal('catalogue.no_extension_asked');
  const extension = { ...clock.extension, answer };
  if (!answer.consented) return { ...clock, extension };
  const workingDays = clock.workingDays + extension.workingDays;
  const longer = { ...clock, extension, workingDays, ...countDue(new Date(clock.since), workingDays, calendars) };
  return { ...longer, state: stateOf(longer, now) };
}
