import type { MisuseRule } from '@qiongtong/contracts';
import { localDayOf, type WorkingDays } from '@qiongtong/regulation';
import { callerKey, HOUR, type Caller, type MatterTally, type Streak, type Tally } from './observations';

/** From which figures on something is worth a person's look. Configuration; reached means found. */
export type Thresholds = Readonly<{
  /** Hours of the day in Hainan, from inclusive, until exclusive. */
  officeHours: Readonly<{ from: number; until: number }>;
  offHoursRows: number;
  beyondScope: number;
  subjectsPerMatter: number;
  withoutMatter: number;
  refusalsInARow: number;
  verifiedNo: number;
  elsewhere: number;
  volume: Readonly<{
    /** Rows an hour below which nothing is unusual. */
    floor: number;
    /** Weeks of history without which nothing is judged. */
    minimumWeeks: number;
    /** Standard deviations, estimated by the median of deviations, above the median. */
    deviations: number;
    /** How many times the median at least, for a history that hardly varies. */
    factor: number;
  }>;
}>;

/** Weeks that are looked back. */
export const HISTORY_WEEKS = 12;
/** Of a normal distribution: standard deviation over median absolute deviation. */
const MAD_SCALE = 1.4826;
const OFFSET = 8 * HOUR;

/** What a rule found: names the rule, the figures and the window, and no value of anybody. */
export type Finding = Caller &
  Readonly<{
    rule: MisuseRule;
    /** One alert per rule, key and window. */
    key: string;
    window: Readonly<{ from: number; until: number }>;
    figures: Readonly<Record<string, number>>;
    latest: number;
  }>;

/**
 * @param tally sums of one hour so far
 * @param history rows in the same hour of the same weekday, a week at a time back to when this caller was first seen;
 * empty when the volume is below the floor
 */
export function findingsOfHour(
  tally: Tally,
  history: readonly number[],
  { officeHours, volume, ...limits }: Thresholds,
  days: WorkingDays,
): Finding[] {
  const found: Finding[] = [];
  const add = (rule: MisuseRule, figures: Finding['figures']) =>
    found.push({
      ...tally,
      rule,
      key: callerKey(tally),
      window: { from: tally.hour, until: tally.hour + HOUR },
      figures,
    });
  const reached = (rule: MisuseRule, count: number, threshold: number) => {
    if (count >= threshold) add(rule, { count, threshold });
  };
  const { rows } = tally;
  if (!isOfficeHour(tally.hour, officeHours, days) && rows >= limits.offHoursRows)
    add('OFF_HOURS_BULK', { rows, threshold: limits.offHoursRows, requests: tally.requests });
  reached('BEYOND_SCOPE', tally.beyondScope, limits.beyondScope);
  reached('WITHOUT_MATTER_NUMBER', tally.withoutMatter, limits.withoutMatter);
  reached('VERIFY_PROBING', tally.verifiedNo, limits.verifiedNo);
  // Its own system is answered in between, so that no row of refusals would ever show it.
  reached('KEY_USED_ELSEWHERE', tally.elsewhere, limits.elsewhere);
  const usual = rows >= volume.floor ? usualAtMost(history, volume) : null;
  if (usual !== null && rows > usual.most)
    add('UNUSUAL_VOLUME', { rows, median: usual.median, most: usual.most, weeks: history.length });
  return found;
}

export function findingOfMatter(
  tally: MatterTally,
  subjects: number,
  { subjectsPerMatter }: Thresholds,
): Finding | null {
  const count = subjects + tally.unlisted;
  if (count < subjectsPerMatter) return null;
  const from = Date.parse(`${tally.day}T00:00:00+08:00`);
  return {
    ...tally,
    rule: 'MANY_SUBJECTS_PER_MATTER',
    key: `${tally.departmentId} ${tally.resourceId} ${tally.matter}`,
    window: { from, until: from + 24 * HOUR },
    figures: { count, threshold: subjectsPerMatter },
  };
}

export function findingOfStreak(streak: Streak, { refusalsInARow: threshold }: Thresholds): Finding | null {
  const count = streak.refusedAt.length;
  const latest = streak.refusedAt.at(-1);
  if (count < threshold || latest === undefined) return null;
  const from = Math.floor(latest / HOUR) * HOUR;
  const window = { from, until: from + HOUR };
  return {
    ...streak,
    rule: 'REFUSALS_IN_A_ROW',
    key: callerKey(streak),
    window,
    figures: { count, threshold },
    latest,
  };
}

/** An hour begins at the same minute in Hainan as in UTC. A year without calendar counts by weekdays. */
export function isOfficeHour(hour: number, { from, until }: Thresholds['officeHours'], days: WorkingDays): boolean {
  const local = new Date(hour + OFFSET).getUTCHours();
  return local >= from && local < until && days.isWorkingDay(localDayOf(new Date(hour)));
}

/** Median and deviations from it, which one wild week in the past cannot move. null with too little history. */
function usualAtMost(
  history: readonly number[],
  { minimumWeeks, deviations, floor, factor }: Thresholds['volume'],
): { median: number; most: number } | null {
  if (history.length < minimumWeeks) return null;
  const median = medianOf(history);
  const spread = MAD_SCALE * medianOf(history.map((rows) => Math.abs(rows - median)));
  return { median, most: Math.ceil(Math.max(floor, median * factor, median + deviations * spread)) };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
