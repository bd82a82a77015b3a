import { isDate } from '../rows/values';

/**
 * Dates and instants as they stand in policy states: RFC 3339, or a plain date that begins at midnight in Hainan; of years
 * that a database takes in any displacement.
 */
const SHAPE = /^[12]\d{3}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since the epoch; NaN when unreadable, which is before and after nothing. */
export function instantOf(text: string): number {
  // JavaScript reads the 30th of February as a day in March.
  if (!SHAPE.test(text) || !isDate(text.slice(0, 10))) return NaN;
  return Date.parse(text.length === 10 ? `${text}T00:00:00+08:00` : text);
}

/** From inclusive, until exclusive; an open end is null. */
export type Span = Readonly<{ from: number; until: number }>;

export const spanOf = (from: string, until: string | null): Span => ({
  from: instantOf(from),
  until: until === null ? Infinity : instantOf(until),
});

/** An unreadable bound is never in force: both comparisons with NaN fail. */
export const inForce = (span: Span, now: number): boolean => span.from <= now && now < span.until;
