/**
 * Working days in Hainan. The State Council publishes each year's holidays and the weekend days that are worked instead
 * (调休); they are data, never code. [R12.3]
 */
export type WorkingDayCalendar = Readonly<{
  year: number;
  /** Days off, `YYYY-MM-DD`; weekends need not be listed. */
  holidays: readonly string[];
  /** Weekend days that are worked. */
  makeUpDays: readonly string[];
  /** The notice it was published by. */
  source: string;
}>;

export type DueDate = Readonly<{
  /** The last millisecond of the due day in Hainan. */
  date: Date;
  /** The due day, `YYYY-MM-DD`. */
  day: string;
  /** A year on the way has no published calendar: Monday to Friday was assumed for it, and the date may still move. */
  provisional: boolean;
  assumedYears: readonly number[];
}>;

const DAY = 24 * 3600 * 1000;
/** Asia/Shanghai has no daylight saving time. */
const OFFSET = 8 * 3600 * 1000;
const MOST_DAYS = 3660;

/** The day, `YYYY-MM-DD`, that it is in Hainan at this instant. */
export const localDayOf = (instant: Date): string => dayText(dayNumber(instant));

/** @param day `YYYY-MM-DD` */
export function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** @throws RangeError for a count that is no whole number from 0 to 3660 */
export function addWorkingDays(from: Date, days: number, calendars: readonly WorkingDayCalendar[]): DueDate {
  return new WorkingDays(calendars).add(from, days);
}

export class WorkingDays {
  private readonly years: ReadonlyMap<number, Readonly<{ off: ReadonlySet<string>; worked: ReadonlySet<string> }>>;

  constructor(calendars: readonly WorkingDayCalendar[]) {
    this.years = new Map(
      calendars.map(({ year, holidays, makeUpDays }) => [
        year,
        { off: new Set(holidays), worked: new Set(makeUpDays) },
      ]),
    );
  }

  /** @param day `YYYY-MM-DD` */
  isWorkingDay(day: string): boolean {
    const calendar = this.years.get(Number(day.slice(0, 4)));
    if (calendar?.worked.has(day)) return true;
    if (calendar?.off.has(day)) return false;
    return !isWeekend(day);
  }

  isPublished(year: number): boolean {
    return this.years.has(year);
  }

  /** The end of the `days`-th working day after the day of `from`, which itself is not counted. */
  add(from: Date, days: number): DueDate {
    if (!Number.isInteger(days) || days < 0 || days > MOST_DAYS || Number.isNaN(from.getTime()))
      throw new RangeError(`working days: expected a date and a whole number from 0 to ${MOST_DAYS}`);
    const assumed = new Set<number>();
    let number = dayNumber(from);
    for (let left = days; left > 0;) {
      const day = dayText(++number);
      const year = Number(day.slice(0, 4));
      if (!this.isPublished(year)) assumed.add(year);
      if (this.isWorkingDay(day)) left--;
    }
    return {
      date: new Date((number + 1) * DAY - OFFSET - 1),
      day: dayText(number),
      provisional: assumed.size > 0,
      assumedYears: [...assumed],
    };
  }

  /** Working days gone by since `from`, its own day not counted and the day of `to` counted. */
  elapsed(from: Date, to: Date): number {
    let count = 0;
    const last = Math.min(dayNumber(to), dayNumber(from) + 2 * MOST_DAYS);
    for (let number = dayNumber(from) + 1; number <= last; number++) if (this.isWorkingDay(dayText(number))) count++;
    return count;
  }
}

const dayNumber = (instant: Date): number => Math.floor((instant.getTime() + OFFSET) / DAY);
const dayText = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10);
