import { addWorkingDays, localDayOf, type WorkingDayCalendar } from './working-days';

/** A calendar as it was published: the province corrects a year by a further version of it. [R12.3] */
export type PublishedCalendar = WorkingDayCalendar & Readonly<{ version: number }>;
/** The newest version of every year that has one. */
export type Calendars = readonly PublishedCalendar[];
/** Which version of a year's calendar a count rests on. */
export type CalendarUsed = Readonly<{ year: number; version: number }>;

/** A due date, and the calendars by which it was counted. */
export type CountedDue = Readonly<{
  dueAt: string;
  /** Rests on a year without a published calendar, and may still move. */
  provisional: boolean;
  calendarEdition: number;
}>;

/** A due date that the calendars moved, or made certain. */
export type DueMove = Readonly<{
  at: string;
  formerDueAt: string;
  dueAt: string;
  provisional: boolean;
  /** By which calendars it counts now; a year that is missing has none. */
  calendars: readonly CalendarUsed[];
}>;

/** How many versions have been published, of all years together. What was counted by a smaller one lags behind. */
export const editionOf = (calendars: Calendars): number => calendars.reduce((sum, { version }) => sum + version, 0);

/** @param history every version in the order of publication @returns the calendars as they were after so many of them */
export function calendarsOf(history: readonly PublishedCalendar[], edition = history.length): Calendars {
  return [...new Map(history.slice(0, edition).map((one) => [one.year, one])).values()];
}

export function countDue(from: Date, workingDays: number, calendars: Calendars): CountedDue {
  const { date, provisional } = addWorkingDays(from, workingDays, calendars);
  return { dueAt: date.toISOString(), provisional, calendarEdition: editionOf(calendars) };
}

/** What there is to say of a date that was counted again; null when it is the same. */
export function moveOf(
  before: Pick<CountedDue, 'dueAt' | 'provisional'>,
  counted: CountedDue,
  from: string,
  calendars: Calendars,
  now: Date,
): DueMove | null {
  const { dueAt, provisional } = counted;
  if (dueAt === before.dueAt && provisional === before.provisional) return null;
  const [first, last] = [from, dueAt].map((instant) => Number(localDayOf(new Date(instant)).slice(0, 4)));
  const used = calendars.filter(({ year }) => year >= first! && year <= last!);
  return {
    at: now.toISOString(),
    formerDueAt: before.dueAt,
    dueAt,
    provisional,
    calendars: used.map(({ year, version }) => ({ year, version })),
  };
}
