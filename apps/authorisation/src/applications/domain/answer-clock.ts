import {
  addWorkingDays,
  countDue,
  editionOf,
  WorkingDays,
  type Calendars,
  type DueMove,
  type RulePack,
} from '@qiongtong/regulation';

/** What the rules in force at receipt say; the application keeps it to its end. [R23.1] */
export type ClockRules = Pick<
  RulePack,
  | 'replyWorkingDays'
  | 'reminders'
  | 'replyExtensionWorkingDays'
  | 'provideWithinWorkingDays'
  | 'supplementPauses'
  | 'consentWithinReplyTime'
>;
export const clockRules = (pack: RulePack): ClockRules => ({
  replyWorkingDays: pack.replyWorkingDays,
  reminders: pack.reminders,
  replyExtensionWorkingDays: pack.replyExtensionWorkingDays,
  provideWithinWorkingDays: pack.provideWithinWorkingDays,
  supplementPauses: pack.supplementPauses,
  consentWithinReplyTime: pack.consentWithinReplyTime,
});

/** The provider's time to answer, counted in working days from receipt. [R12.3, R12.8] */
export type AnswerClock = Readonly<{
  workingDays: number;
  /** By the authority's consent; 0 where there was none. */
  extendedBy: number;
  /** While a supplement is with the applicant. It is asked once, so there is one pause at most. */
  pause: Readonly<{ from: string; until: string | null }> | null;
  /** null while it pauses: nobody knows it then. */
  dueAt: string | null;
  /** Rests on a year without a published calendar, and may still move. */
  provisional: boolean;
  /** By which edition of the calendars it was last counted. */
  calendarEdition: number;
  /** How calendars moved it, as both sides see it. [R12.3] */
  moves: readonly DueMove[];
  /** Still to be told: the working day since receipt, and the instant at which it begins. */
  reminders: readonly Readonly<{ workingDay: number; at: string }>[];
  /** The provider's answer, or the end without one. */
  endedAt: string | null;
}>;

export function startClock(rules: ClockRules, receivedAt: string, calendars: Calendars): AnswerClock {
  const reminders = rules.reminders.map((workingDay) => ({ workingDay, at: receivedAt }));
  const { replyWorkingDays: workingDays } = rules;
  const blank = { extendedBy: 0, pause: null, dueAt: null, provisional: false, calendarEdition: 0, moves: [] };
  return recount({ ...blank, workingDays, reminders, endedAt: null }, receivedAt, calendars);
}

/** Days the applicant had it: the day it went back is the provider's, the day it returned is not. [R12.8] */
export function pausedDays({ pause }: Pick<AnswerClock, 'pause'>, calendars: Calendars, now: Date): number {
  if (!pause) return 0;
  return new WorkingDays(calendars).elapsed(new Date(pause.from), pause.until ? new Date(pause.until) : now);
}

/** The due date and the reminders, counted again from receipt; receipt itself never moves. */
export function recount(clock: AnswerClock, receivedAt: string, calendars: Calendars): AnswerClock {
  if (clock.pause?.until === null)
    return { ...clock, dueAt: null, provisional: false, calendarEdition: editionOf(calendars) };
  const received = new Date(receivedAt);
  const paused = pausedDays(clock, calendars, received);
  const due = countDue(received, clock.workingDays + clock.extendedBy + paused, calendars);
  const begins = (workingDay: number): string =>
    new Date(addWorkingDays(received, workingDay + paused, calendars).date.getTime() - DAY + 1).toISOString();
  return {
    ...clock,
    ...due,
    reminders: clock.reminders.map(({ workingDay }) => ({ workingDay, at: begins(workingDay) })),
  };
}
const DAY = 24 * 3600 * 1000;

/** The provider is reminded before the new date as it would have been before the old one. */
export function extendClock(
  clock: AnswerClock,
  by: number,
  given: Readonly<{ rules: ClockRules; receivedAt: string; calendars: Calendars }>,
  now: Date,
): AnswerClock {
  const reminders = given.rules.reminders.map((workingDay) => ({ workingDay: workingDay + by, at: given.receivedAt }));
  const longer = recount({ ...clock, extendedBy: by, reminders }, given.receivedAt, given.calendars);
  return { ...longer, reminders: longer.reminders.filter(({ at }) => at > now.toISOString()) };
}

/** Both counts, as both sides see them. [R12.8] */
export type ClockCounts = Readonly<{
  /** Since receipt, whoever had the application. */
  workingDaysElapsed: number;
  pausedDays: number;
  /** Working days the provider still has; below zero it is late by so many. */
  remaining: number;
}>;

export function countsOf(clock: AnswerClock, receivedAt: string, calendars: Calendars, now: Date): ClockCounts {
  const until = clock.endedAt === null ? now : new Date(clock.endedAt);
  const workingDaysElapsed = new WorkingDays(calendars).elapsed(new Date(receivedAt), until);
  const paused = pausedDays(clock, calendars, until);
  const remaining = clock.workingDays + clock.extendedBy + paused - workingDaysElapsed;
  return { workingDaysElapsed, pausedDays: paused, remaining };
}
