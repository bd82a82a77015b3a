import { createHash } from 'node:crypto';
import type { Item } from '@qiongtong/contracts';

export type SyntheticRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Rows as the items describe them: of their types and lengths, with the values of their code lists, keys told apart as far
 * as their length goes. Nothing of it comes from data, and the same seed gives the same rows.
 * @param seed such as entry and version
 */
export const syntheticRows = (items: readonly Item[], seed: string, rows: number): SyntheticRow[] =>
  Array.from({ length: rows }, (_, n) =>
    Object.fromEntries(items.map((item) => [item.code, valueOf(item, n, noise(seed, item.code, n))])),
  );

const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAYS = 5 * 365;
const DAY_MS = 86_400_000;
/** Digits before the point of numbers: readable ones, however many there may be. */
const MOST_DIGITS = 6;

/** An integer below 2^48, the same for the same place. */
const noise = (...place: (string | number)[]): number =>
  createHash('sha256').update(JSON.stringify(place)).digest().readUIntBE(0, 6);

/** As values travel in JSON: texts, decimal strings, numbers, days and instants, booleans. */
function valueOf(item: Item, n: number, random: number): SyntheticRow[string] {
  const { type, length, codeList } = item;
  switch (type) {
    case 'C':
      if (codeList && codeList.length > 0) return codeList[item.key ? n % codeList.length : random % codeList.length]!;
      return text(item, n, Number(length ?? 20));
    case 'N':
    case 'Y':
      return decimal(length ?? '8.2', item.key ? n + 1 : random);
    case 'I':
      return item.key ? n + 1 : random % 1000;
    case 'B':
    case 'F':
      return (random % 100_000) / 100;
    case 'D':
      return dayOf(item.key ? n : random);
    case 'T':
      return `${dayOf(item.key ? n : random)}T${String(random % 24).padStart(2, '0')}:00:00Z`;
    case 'L':
      return random % 2 === 0;
    case 'M':
      return `示例数据:${item.name}(${n + 1})`;
    case 'G':
      return null;
  }
}

const dayOf = (number: number): string => new Date(FIRST_DAY + (number % DAYS) * DAY_MS).toISOString().slice(0, 10);

/** Says itself what it is where there is room; a number of the row in any case. */
function text({ name }: Item, n: number, longest: number): string {
  const number = String(n + 1);
  for (const form of [`示例${name}${number}`, `示例${number}`, number]) if ([...form].length <= longest) return form;
  return n.toString(36).slice(-longest);
}

/** @param length `precision.scale` */
function decimal(length: string, number: number): string {
  const [precision = 0, scale = 0] = length.split('.').map(Number);
  const whole = Math.min(precision - scale, MOST_DIGITS);
  const before = whole > 0 ? String(number % 10 ** whole) : '0';
  return scale > 0
    ? `${before}.${String(number % 10 ** Math.min(scale, 2))
        .padEnd(scale, '0')
        .slice(0, scale)}`
    : before;
}
