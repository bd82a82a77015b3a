import { recordKeyOf, Refusal, SAMPLE_ROWS, type Item } from '@qiongtong/contracts';
import { KIND_OF } from '@qiongtong/regulation';

/** Text of each item that the row has a value of, by its code. */
export type SampleRow = ReadonlyMap<string, string>;
/** Rows with values of the same items, which are looked for together; `at` is their place in the sample. */
export type RowGroup = Readonly<{ items: readonly Item[]; rows: readonly Readonly<{ at: number; row: SampleRow }>[] }>;

/** Each is a search of its own through the resource. */
const MOST_GROUPS = 8;
const NUMBER = /^-?\d{1,200}(\.\d{1,200})?$/;

type Cell = string | number | boolean | null | undefined;

/** The rows that are different, in their order; an empty value is none. */
export function sampleRows(given: readonly Readonly<Record<string, Cell>>[], items: readonly Item[]): SampleRow[] {
  const known = new Map(items.map((item) => [item.code, item]));
  const unknown = [...new Set(given.flatMap((row) => Object.keys(row)))].filter((code) => !known.has(code));
  if (unknown.length > 0) throw new Refusal('audit.sample_items_unknown', { about: unknown.slice(0, 20) });
  if (given.length > SAMPLE_ROWS) throw new Refusal('audit.sample_too_large', { about: [String(SAMPLE_ROWS)] });
  const rows = given.map((row) => new Map(Object.entries(row).flatMap(([code, value]) => cell(code, value))));
  const different = new Map(rows.filter(({ size }) => size > 0).map((row) => [canonical(row), row]));
  if (different.size === 0) throw new Refusal('audit.sample_untold');
  return [...different.values()];
}

function cell(code: string, value: Cell): [string, string][] {
  const told = value === null || value === undefined ? '' : String(value);
  return told === '' ? [] : [[code, told]];
}

export const canonical = (row: SampleRow): string =>
  JSON.stringify([...row].sort(([one], [other]) => (one < other ? -1 : 1)));

/** The record's key, where the row has all of it. */
export function keyIn(row: SampleRow, keys: readonly Item[]): string | null {
  const values = keys.flatMap(({ code }) => row.get(code) ?? []);
  return keys.length > 0 && values.length === keys.length ? recordKeyOf(values) : null;
}

/** A value that no value of its item can equal makes the row one that is not there. */
export function groupsOf(
  rows: readonly Readonly<{ at: number; row: SampleRow }>[],
  items: readonly Item[],
): RowGroup[] {
  const comparable = (row: SampleRow) => items.filter(({ code, type }) => row.has(code) && KIND_OF[type] !== 'none');
  const possible = rows.filter(({ row }) =>
    comparable(row).every(({ code, type }) => KIND_OF[type] !== 'number' || NUMBER.test(row.get(code)!)),
  );
  const groups = Map.groupBy(possible, ({ row }) => comparable(row).map(({ code }) => code).join()); // prettier-ignore
  groups.delete('');
  if (groups.size > MOST_GROUPS) throw new Refusal('audit.sample_uneven', { about: [String(MOST_GROUPS)] });
  return [...groups.values()].map((together) => ({ items: comparable(together[0]!.row), rows: together }));
}
