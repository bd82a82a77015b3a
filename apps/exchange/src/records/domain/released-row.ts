import type { Mask, Obligations } from '@qiongtong/contracts';
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

/** Whether rows must be looked into between the database and the answer. */
export const masksAny = (mask: Mask, items: readonly string[]): boolean =>
  items.some((code) => Object.hasOwn(mask, code));
