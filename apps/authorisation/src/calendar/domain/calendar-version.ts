import {
  isAuthorityOver,
  officerWith,
  Refusal,
  type CalendarChanges,
  type CalendarPublished,
  type CalendarRecounted,
  type CalendarState,
  type Principal,
} from '@qiongtong/contracts';
import { isDate, isWeekend, localDayOf, WorkingDays, type PublishedCalendar } from '@qiongtong/regulation';

/** The year of the measures: nothing was counted by them before. */
const FIRST_YEAR = 2014;

/** What the province publishes of one year. [R12.3] */
export type CalendarDays = Readonly<{ holidays: readonly string[]; makeUpDays: readonly string[] }>;
export type NewCalendar = CalendarDays &
  Readonly<{
    year: number;
    /** The notice: its title, number and date. */
    source: string;
    reason: string;
  }>;

/** One version of a year's calendar. It never changes; a further one corrects it. */
export type CalendarVersion = NewCalendar &
  PublishedCalendar &
  Readonly<{
    /** `<year>-<version>` */
    id: string;
    /** How many versions of all years there are with it. */
    edition: number;
    publishedBy: string;
    publishedAt: string;
    /** How many running clocks it moved so far, by kind. */
    moved: Readonly<Record<string, number>>;
    /** When every running clock had been counted by it. */
    recountedAt: string | null;
  }>;

/**
 * @param current the year's newest version, null when it has none
 * @param edition that of the calendars as they are
 */
export function publish(
  given: NewCalendar,
  current: CalendarVersion | null,
  edition: number,
  by: Principal,
  now: Date,
): Readonly<{ state: CalendarVersion; event: CalendarPublished }> {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  if (!isAuthorityOver(by, `${by.regionCode.slice(0, 2)}0000`))
    throw new Refusal('access.role_required', { about: ['PROVINCIAL_AUTHORITY'] });
  const days = checkedDays(given, now);
  const changes = changesBetween(current, days);
  if (current?.source === given.source && !isChange(changes)) throw new Refusal('calendar.nothing_changed');
  const version = (current?.version ?? 0) + 1;
  const { year, source, reason } = given;
  const at = now.toISOString();
  const state: CalendarVersion = {
    id: `${year}-${version}`,
    year,
    version,
    edition: edition + 1,
    ...days,
    source,
    reason,
    publishedBy: officer,
    publishedAt: at,
    moved: {},
    recountedAt: null,
  };
  const event: CalendarPublished = {
    type: 'authorisation.calendar-published.v1',
    key: String(year),
    at,
    data: { year, source, changes, revision: version, by: officer },
  };
  return { state, event };
}

/** Every running clock has been counted by it. */
export function recounted(
  version: CalendarVersion,
  now: Date,
): Readonly<{ state: CalendarVersion; event: CalendarRecounted }> {
  const at = now.toISOString();
  const { year, moved } = version;
  const event: CalendarRecounted = {
    type: 'authorisation.calendar-recounted.v1',
    key: String(year),
    at,
    data: { year, moved, revision: version.version, by: 'platform' },
  };
  return { state: { ...version, recountedAt: at }, event };
}

/** As `reference.calendar` tells it. */
export const calendarState = (state: CalendarVersion): CalendarState => {
  const { year, version, holidays, makeUpDays, source, publishedAt } = state;
  return { id: String(year), version, year, holidays, makeUpDays, source, publishedAt };
};

/** @param before null where Monday to Friday was assumed */
export function changesBetween(before: CalendarDays | null, after: CalendarDays): CalendarChanges {
  const former = before ?? { holidays: [], makeUpDays: [] };
  const holidays = changed(former.holidays, after.holidays);
  const makeUpDays = changed(former.makeUpDays, after.makeUpDays);
  const touched = [holidays, makeUpDays].flatMap(({ added, removed }) => [...added, ...removed]);
  const [then, now] = [working(former, touched), working(after, touched)];
  const days = [...new Set(touched)].sort();
  return {
    holidays,
    makeUpDays,
    nowWorked: days.filter((day) => now.has(day) && !then.has(day)),
    nowOff: days.filter((day) => then.has(day) && !now.has(day)),
  };
}

const isChange = ({ holidays, makeUpDays }: CalendarChanges): boolean =>
  [holidays, makeUpDays].some(({ added, removed }) => added.length + removed.length > 0);

const changed = (before: readonly string[], after: readonly string[]) => ({
  added: after.filter((day) => !before.includes(day)),
  removed: before.filter((day) => !after.includes(day)),
});

function working(days: CalendarDays, asked: readonly string[]): ReadonlySet<string> {
  const years = new Set(asked.map((day) => Number(day.slice(0, 4))));
  const known = new WorkingDays([...years].map((year) => ({ ...days, year, source: '' })));
  return new Set(asked.filter((day) => known.isWorkingDay(day)));
}

/** @returns the days in their order */
function checkedDays({ year, holidays, makeUpDays }: NewCalendar, now: Date): CalendarDays {
  // The notice for a year comes out in the year before it.
  const last = Number(localDayOf(now).slice(0, 4)) + 1;
  if (year < FIRST_YEAR || year > last)
    throw new Refusal('calendar.year_out_of_range', { about: [String(FIRST_YEAR), String(last)] });
  refuseAny('calendar.day_not_in_year', [...holidays, ...makeUpDays], (day) => !isDayOf(year, day));
  refuseAny('calendar.day_both', makeUpDays, (day) => holidays.includes(day));
  // From Monday to Friday is worked anyway.
  refuseAny('calendar.make_up_on_weekday', makeUpDays, (day) => !isWeekend(day));
  return { holidays: [...holidays].sort(), makeUpDays: [...makeUpDays].sort() };
}

const isDayOf = (year: number, day: string): boolean => isDate(day) && day.startsWith(`${year}-`);

function refuseAny(
  code: 'calendar.day_not_in_year' | 'calendar.day_both' | 'calendar.make_up_on_weekday',
  days: readonly string[],
  isWrong: (day: string) => boolean,
): void {
  const wrong = days.filter(isWrong);
  if (wrong.length > 0) throw new Refusal(code, { about: wrong });
}
