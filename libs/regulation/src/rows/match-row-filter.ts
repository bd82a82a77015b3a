import type { Condition, Item, RowFilter } from '@qiongtong/contracts';
import { compare, comparableOf, KIND_OF, type Comparable, type Kind } from './values';

export type Row = Readonly<Record<string, unknown>>;
export type RowPredicate = (row: Row) => boolean;

const compiled = new WeakMap<RowFilter, { items: readonly Item[]; matches: RowPredicate }>();

/**
 * Is the row inside the filter? The same meaning that SQL gives it: a value that is absent or null matches no comparison,
 * not even `ne`; only `isNull` sees it. A value or a condition of the wrong type matches nothing.
 */
export function matchesRowFilter(filter: RowFilter | null, row: Row, items: readonly Item[]): boolean {
  if (filter === null) return true;
  let known = compiled.get(filter);
  if (known?.items !== items) compiled.set(filter, (known = { items, matches: compileRowFilter(filter, items) }));
  return known.matches(row);
}

/** The filter as a predicate, its values read once. */
export function compileRowFilter(filter: RowFilter, items: readonly Item[]): RowPredicate {
  const kinds = new Map(items.map((item) => [item.code, KIND_OF[item.type]]));
  const compile = (part: RowFilter): RowPredicate => {
    if ('all' in part) {
      const members = part.all.map(compile);
      return (row) => members.every((matches) => matches(row));
    }
    if ('any' in part) {
      const members = part.any.map(compile);
      return (row) => members.some((matches) => matches(row));
    }
    const kind = kinds.get(part.item);
    return kind === undefined ? () => false : compileCondition(part, kind);
  };
  return compile(filter);
}

function compileCondition({ item, op, value }: Condition, kind: Kind): RowPredicate {
  // Own properties only: an item may be called `constructor`.
  const valueOf = (row: Row): unknown => (Object.hasOwn(row, item) ? row[item] : null);
  if (op === 'isNull') {
    const wanted = value !== false;
    return (row) => ((valueOf(row) ?? null) === null) === wanted;
  }
  if (op === 'prefix') {
    if (kind !== 'text' || typeof value !== 'string') return () => false;
    return (row) => {
      const text = valueOf(row);
      return typeof text === 'string' && text.startsWith(value);
    };
  }
  const wanted = (Array.isArray(value) ? value : [value])
    .map((scalar: unknown) => comparableOf(kind, scalar))
    .filter((scalar) => scalar !== null);
  const test = testOf(op, kind, wanted);
  return (row) => {
    const found = comparableOf(kind, valueOf(row));
    return found !== null && test(found);
  };
}

function testOf(op: Condition['op'], kind: Kind, wanted: readonly Comparable[]): (found: Comparable) => boolean {
  const [first] = wanted;
  if (first === undefined) return () => false;
  switch (op) {
    case 'in':
    case 'eq':
      return (found) => wanted.some((scalar) => compare(kind, found, scalar) === 0);
    case 'ne':
      return (found) => compare(kind, found, first) !== 0;
    case 'lt':
      return (found) => compare(kind, found, first) < 0;
    case 'le':
      return (found) => compare(kind, found, first) <= 0;
    case 'gt':
      return (found) => compare(kind, found, first) > 0;
    case 'ge':
      return (found) => compare(kind, found, first) >= 0;
    default:
      return () => false;
  }
}
