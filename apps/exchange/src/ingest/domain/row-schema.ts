import type { Item } from '@qiongtong/contracts';

type Schema = Readonly<Record<string, unknown>>;

/** Memo text without a length of its own. */
const MEMO_CHARACTERS = 20_000;
const TEXT_CHARACTERS = 4_000;
/** Digits of a decimal whose entry gives no length: before and after the point. */
const DECIMAL = { precision: 26, scale: 6 };

/** The items that make the record key, in the order of the entry. */
export const keyItemsOf = (items: readonly Item[]): Item[] => items.filter((item) => item.key);

/** JSON Schema of a row to upsert: every item typed, nothing the entry does not have. [R9.2] */
export function upsertSchemaOf(items: readonly Item[]): Schema {
  return rowSchema(
    items,
    items.filter((item) => item.key || item.required),
  );
}

/** JSON Schema of a row to delete: exactly the key items. */
export function deleteSchemaOf(items: readonly Item[]): Schema {
  const keys = keyItemsOf(items);
  return rowSchema(keys, keys);
}

function rowSchema(items: readonly Item[], required: readonly Item[]): Schema {
  const needed = new Set(required.map((item) => item.code));
  return {
    type: 'object',
    additionalProperties: false,
    required: [...needed],
    properties: Object.fromEntries(
      items.map((item) => {
        const value = valueSchema(item, needed.has(item.code));
        return [item.code, needed.has(item.code) ? value : { anyOf: [{ type: 'null' }, value] }];
      }),
    ),
  };
}

function valueSchema(item: Item, needed: boolean): Schema {
  const coded = item.codeList ? { enum: item.codeList } : {};
  switch (item.type) {
    case 'C':
    case 'M':
      return { type: 'string', ...(needed ? { minLength: 1 } : {}), maxLength: charactersOf(item), ...coded };
    case 'N':
    case 'Y':
      return { type: 'string', pattern: decimalPattern(item.length), ...coded };
    case 'D':
      return { type: 'string', pattern: '^(?!0000)\\d{4}-\\d{2}-\\d{2}$', format: 'date' };
    case 'T':
      // Milliseconds at most and no leap second: the database and JavaScript then agree on every comparison.
      return {
        type: 'string',
        pattern: '^(?!0000)\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:[0-5]\\d(\\.\\d{1,3})?(Z|[+-]\\d{2}:\\d{2})$',
        format: 'date-time',
      };
    case 'L':
      return { type: 'boolean' };
    case 'B':
    case 'I':
      return { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case 'F':
      return { type: 'number' };
    case 'G':
      return { type: 'null' };
  }
}

/** What a row must have at an item, in words; says nothing of what it had. */
export function expectationOf(item: Item): string {
  if (item.codeList) return 'expected one of the values of its code list';
  switch (item.type) {
    case 'C':
    case 'M':
      return `expected text of at most ${charactersOf(item)} characters${item.key || item.required ? ', not empty' : ''}`;
    case 'N':
    case 'Y': {
      const { precision, scale } = decimalOf(item.length);
      return `expected a decimal as text, at most ${precision - scale} digits before and ${scale} after the point`;
    }
    case 'D':
      return 'expected a date that exists, as YYYY-MM-DD';
    case 'T':
      return 'expected a time as RFC 3339, at most milliseconds';
    case 'L':
      return 'expected true or false';
    case 'B':
    case 'I':
      return 'expected a whole number';
    case 'F':
      return 'expected a number';
    case 'G':
      return 'cannot be hosted as a value';
  }
}

/** Characters that text of this item may have. */
export function charactersOf(item: Item): number {
  const length = Number(item.length);
  if (Number.isInteger(length) && length > 0) return length;
  return item.type === 'M' ? MEMO_CHARACTERS : TEXT_CHARACTERS;
}

/** `18.4` is eighteen digits, four of them after the point. */
function decimalOf(length: string | undefined): { precision: number; scale: number } {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(length ?? '');
  if (!match) return DECIMAL;
  const precision = Number(match[1]);
  return { precision, scale: Math.min(Number(match[2] ?? 0), precision) };
}

function decimalPattern(length: string | undefined): string {
  const { precision, scale } = decimalOf(length);
  const whole = precision - scale > 0 ? `(0|[1-9]\\d{0,${precision - scale - 1}})` : '0';
  return `^-?${whole}${scale > 0 ? `(\\.\\d{1,${scale}})?` : ''}$`;
}
