import {
  CONDITION_OPERATORS,
  ROW_FILTER_LIMITS,
  type Condition,
  type ConditionOperator,
  type Item,
  type RowFilter,
  type Scalar,
} from '@qiongtong/contracts';
import { comparableOf, KIND_OF, type Kind } from './values';

export type FieldError = Readonly<{ pointer: string; message: string }>;
export type CheckedRowFilter = { filter: RowFilter; errors?: undefined } | { filter?: undefined; errors: FieldError[] };

const EVERY = ['eq', 'ne', 'in', 'isNull'] as const;
const ORDERED = [...EVERY, 'lt', 'le', 'gt', 'ge'] as const;
/** What may be asked of which kind of value. */
export const OPERATORS_OF: Readonly<Record<Kind, readonly ConditionOperator[]>> = {
  text: [...ORDERED, 'prefix'],
  number: ORDERED,
  date: ORDERED,
  instant: ORDERED,
  boolean: EVERY,
  none: ['isNull'],
};

/**
 * Checks a filter against the entry's items and gives it back with every value in its item's own form (`"5"` of a URL
 * becomes 5 for an integer). The result is built anew: nothing but what the grammar names is in it.
 */
export function validateRowFilter(filter: unknown, items: readonly Item[]): CheckedRowFilter {
  const check = new Check(new Map(items.map((item) => [item.code, item])));
  const checked = check.filter(filter, '', 1);
  return check.errors.length === 0 && checked ? { filter: checked } : { errors: check.errors };
}

class Check {
  readonly errors: FieldError[] = [];
  private conditions = 0;

  constructor(private readonly items: ReadonlyMap<string, Item>) {}

  filter(filter: unknown, pointer: string, depth: number): RowFilter | null {
    if (depth > ROW_FILTER_LIMITS.depth) return this.wrong(pointer, `nested deeper than ${ROW_FILTER_LIMITS.depth}`);
    if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
      return this.wrong(pointer, 'expected {all}, {any} or {item, op, value}');
    const [key, ...others] = Object.keys(filter);
    if (others.length === 0 && (key === 'all' || key === 'any')) return this.group(key, filter, pointer, depth);
    return this.condition(filter as Record<string, unknown>, pointer);
  }

  private group(key: 'all' | 'any', filter: object, pointer: string, depth: number): RowFilter | null {
    const members: unknown = (filter as Record<string, unknown>)[key];
    if (!Array.isArray(members) || members.length === 0)
      return this.wrong(`${pointer}/${key}`, 'expected a list that is not empty');
    // Before any member is looked at: a long list costs nothing.
    if (this.conditions + members.length > ROW_FILTER_LIMITS.conditions)
      return this.wrong(`${pointer}/${key}`, `more than ${ROW_FILTER_LIMITS.conditions} conditions`);
    const checked = members.map((member, i) => this.filter(member, `${pointer}/${key}/${i}`, depth + 1));
    const kept = checked.filter((member) => member !== null);
    return key === 'all' ? { all: kept } : { any: kept };
  }

  private condition(raw: Record<string, unknown>, pointer: string): Condition | null {
    if (++this.conditions > ROW_FILTER_LIMITS.conditions)
      return this.wrong(pointer, `more than ${ROW_FILTER_LIMITS.conditions} conditions`);
    const stranger = Object.keys(raw).find((key) => key !== 'item' && key !== 'op' && key !== 'value');
    if (stranger !== undefined) return this.wrong(`${pointer}/${stranger.slice(0, 64)}`, 'unknown field');
    const { item: code, op, value } = raw;
    const item = typeof code === 'string' ? this.items.get(code) : undefined;
    if (!item) return this.wrong(`${pointer}/item`, 'not an item of the entry');
    if (!(CONDITION_OPERATORS as readonly unknown[]).includes(op))
      return this.wrong(`${pointer}/op`, `expected one of ${CONDITION_OPERATORS.join(', ')}`);
    const operator = op as ConditionOperator;
    if (!OPERATORS_OF[KIND_OF[item.type]].includes(operator))
      return this.wrong(
        `${pointer}/op`,
        `an item of type ${item.type} takes ${OPERATORS_OF[KIND_OF[item.type]].join(', ')}`,
      );
    return this.valued(item, operator, value, `${pointer}/value`);
  }

  private valued(item: Item, op: ConditionOperator, value: unknown, pointer: string): Condition | null {
    if (op === 'isNull') {
      if (value !== undefined && typeof value !== 'boolean') return this.wrong(pointer, 'expected true or false');
      return { item: item.code, op, value: value ?? true };
    }
    if (op !== 'in') {
      const scalar = scalarOf(item, value);
      return scalar === null ? this.wrong(pointer, expected(item)) : { item: item.code, op, value: scalar };
    }
    if (!Array.isArray(value) || value.length === 0 || value.length > ROW_FILTER_LIMITS.listLength)
      return this.wrong(pointer, `expected a list of 1 to ${ROW_FILTER_LIMITS.listLength} values`);
    const scalars = value.map((member) => scalarOf(item, member));
    const bad = scalars.indexOf(null);
    if (bad >= 0) return this.wrong(`${pointer}/${bad}`, expected(item));
    return { item: item.code, op, value: scalars as Scalar[] };
  }

  private wrong(pointer: string, message: string): null {
    this.errors.push({ pointer, message });
    return null;
  }
}

/** @returns the value in the form of its item's type, null when it is none */
function scalarOf({ type }: Item, value: unknown): Scalar | null {
  const kind = KIND_OF[type];
  if (typeof value === 'string' && !fits(value)) return null;
  if (type === 'L')
    return value === 'true' ? true : value === 'false' ? false : typeof value === 'boolean' ? value : null;
  if (type === 'N' || type === 'Y') {
    // A fraction written as a JSON number has already been rounded to binary.
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    return typeof text === 'string' && comparableOf('number', text) !== null ? text : null;
  }
  if (kind === 'number') {
    const number = typeof value === 'string' && comparableOf('number', value) !== null ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return null;
    return type === 'I' && !Number.isSafeInteger(number) ? null : number;
  }
  return typeof value === 'string' && comparableOf(kind, value) !== null ? value : null;
}

/** PostgreSQL's text takes neither NUL nor half a surrogate pair. */
const fits = (text: string) =>
  text.length <= ROW_FILTER_LIMITS.valueLength && !text.includes('\u0000') && text.isWellFormed();

const EXPECTED: Readonly<Record<Kind, string>> = {
  text: `expected a text of at most ${ROW_FILTER_LIMITS.valueLength} characters`,
  number: 'expected a number',
  date: 'expected a date YYYY-MM-DD',
  instant: 'expected an instant in RFC 3339 with its offset',
  boolean: 'expected true or false',
  none: 'this item has no value to compare',
};
const expected = ({ type }: Item) =>
  type === 'N' || type === 'Y' ? 'expected a decimal as a string' : EXPECTED[KIND_OF[type]];
