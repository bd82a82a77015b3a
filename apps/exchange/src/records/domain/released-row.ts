import type { Obligations } from '@qiongtong/contracts';
import { maskValue } from '@qiongtong/regulation';

type Values = Readonly<Record<string, unknown>>;

/** Makes of a stored row what may leave: exactly the items, an absent one as null, masked where the grant says so. */
export function rowReleaser({
  items,
  mask,
}: Pick<Obligations, 'items' | 'mask'>): (row: Values) => Record<string, unknown> {
  const rules = items.map((code) => [code, Object.hasOwn(mask, code) ? mask[code]! : null] as const);
  return (row) => {
    const released: Record<string, unknown> = {};
    for (const [code, rule] of rules) {
      const value = Object.hasOwn(row, code) ? (row[code] ?? null) : null;
      released[code] = rule === null ? value : maskValue(rule, value);
    }
    return released;
  };
}

/**
 * The same for the text of a row of which the statement gave exactly these items: without a mask nothing in it has to be
 * looked at, and the text leaves as it is.
 */
export function rowTextReleaser({ items, mask }: Pick<Obligations, 'items' | 'mask'>): (row: string) => string {
  if (!items.some((code) => Object.hasOwn(mask, code))) return (row) => row;
  const release = rowReleaser({ items, mask });
  return (row) => JSON.stringify(release(JSON.parse(row) as Values));
}
