import type { AuthorisationFact } from './facts-authorisation';
import type { Versioned } from './policy';

/** `reference.calendar`: a year's working days as they stand. Weekends need not be listed as holidays. [R12.3] */
export type CalendarState = Versioned &
  Readonly<{
    year: number;
    /** Days off, `YYYY-MM-DD`. */
    holidays: readonly string[];
    /** Weekend days that are worked. */
    makeUpDays: readonly string[];
    source: string;
    publishedAt: string;
  }>;

type Changed = Readonly<{ added: readonly string[]; removed: readonly string[] }>;
/** Between two versions of a year, and what it comes to. */
export type CalendarChanges = Readonly<{
  holidays: Changed;
  makeUpDays: Changed;
  /** Days that were off and are worked, and the other way round. */
  nowWorked: readonly string[];
  nowOff: readonly string[];
}>;

/** A year's calendar for the first time, or corrected; the reason is a narrative and stays in the service. */
export type CalendarPublished = AuthorisationFact<
  'calendar-published',
  { year: number; source: string; changes: CalendarChanges }
>;
/** Every running clock has been counted by it; so many dates moved, by the kind of clock. */
export type CalendarRecounted = AuthorisationFact<
  'calendar-recounted',
  { year: number; moved: Readonly<Record<string, number>> }
>;
export type AnyCalendarFact = CalendarPublished | CalendarRecounted;
