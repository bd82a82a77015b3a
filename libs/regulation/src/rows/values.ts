import type { ItemType } from '@qiongtong/contracts';

/**
 * Values of items as they compare, with the meaning SQL gives them: text by code point (`COLLATE "C"`), numbers as
 * exact decimals (`numeric`), dates and instants in time, booleans as such.
 */
export type Kind = 'text' | 'number' | 'date' | 'instant' | 'boolean' | 'none';

export const KIND_OF: Readonly<Record<ItemType, Kind>> = {
  C: 'text',
  M: 'text',
  N: 'number',
  Y: 'number',
  B: 'number',
  I: 'number',
  F: 'number',
  D: 'date',
  T: 'instant',
  L: 'boolean',
  G: 'none',
};

type Decimal = Readonly<{ digits: bigint; scale: number }>;
type Instant = Readonly<{ seconds: number; micros: number }>;
export type Comparable = string | boolean | Decimal | Instant;

/** Longest text read as a number; what is longer is no number here. */
const NUMBER_LENGTH = 400;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d{1,3}))?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** @returns the value as it compares, null when it is no value of that kind (and so matches nothing) */
export function comparableOf(kind: Kind, value: unknown): Comparable | null {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : null;
    case 'number':
      return decimalOf(value);
    case 'date':
      return typeof value === 'string' && isDate(value) ? value : null;
    case 'instant':
      return typeof value === 'string' ? instantOfValue(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'none':
      return null;
  }
}

/** Both of one kind. Negative, zero or positive. */
export function compare(kind: Kind, a: Comparable, b: Comparable): number {
  if (kind === 'number') return compareDecimals(a as Decimal, b as Decimal);
  if (kind === 'instant') {
    const [left, right] = [a as Instant, b as Instant];
    return left.seconds - right.seconds || left.micros - right.micros;
  }
  if (kind === 'text') return compareCodePoints(a as string, b as string);
  return a === b ? 0 : a < b ? -1 : 1;
}

/** JavaScript compares UTF-16 units, which puts U+E000 to U+FFFF after the supplementary planes; PostgreSQL does not. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}
const rank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

export function isDate(text: string): boolean {
  const match = DATE.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function decimalOf(value: unknown): Decimal | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > NUMBER_LENGTH) return null;
  const match = DECIMAL.exec(text);
  // An exponent is how a JSON number is written, never how a decimal string is.
  if (!match || (match[4] !== undefined && typeof value === 'string')) return null;
  const fraction = match[3] ?? '';
  const exponent = Number(match[4] ?? 0);
  const magnitude = BigInt(match[2]! + fraction);
  const digits = match[1] ? -magnitude : magnitude;
  const scale = fraction.length - exponent;
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [shift(a, scale), shift(b, scale)];
  return left === right ? 0 : left < right ? -1 : 1;
}
const shift = ({ digits, scale }: Decimal, to: number) => (scale === to ? digits : digits * 10n ** BigInt(to - scale));

function instantOfValue(text: string): Instant | null {
  const match = INSTANT.exec(text);
  if (!match || !isDate(match[1]!)) return null;
  const [hour, minute, second] = [Number(match[2]), Number(match[3]), Number(match[4])];
  const [offsetHours, offsetMinutes] = [Number(match[7] ?? 0), Number(match[8] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 15 || offsetMinutes > 59) return null;
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (match[6] === '-' ? -1 : 1);
  const midnight = Date.parse(`${match[1]}T00:00:00Z`) / 1000;
  return {
    seconds: midnight + hour * 3600 + minute * 60 + second - offset,
    micros: Number((match[5] ?? '').padEnd(6, '0')),
  };
}
