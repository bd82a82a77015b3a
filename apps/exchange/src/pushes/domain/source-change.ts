import { recordKeyOf, type Item, type ResourceState } from '@qiongtong/contracts';
import { valueFromSource, type Semantic } from './source-value';

/** A row change as a change-data-capture connector writes it: a Debezium event, or the tombstone after a deletion. */
export type SourceChange =
  | Readonly<{ operation: 'upsert'; row: Columns; semantics: Semantics; key: Columns }>
  | Readonly<{ operation: 'delete'; key: Columns; semantics: Semantics }>
  /** The table was emptied, or its definition changed: nothing that is said of one row. */
  | Readonly<{ operation: 'truncate' }>
  | Readonly<{ operation: 'schema' }>;
type Columns = Readonly<Record<string, unknown>>;
/** By column: what its value means, where the event carries its schema. */
type Semantics = ReadonlyMap<string, Semantic>;

/** Create, update, read of a snapshot. */
const UPSERTS = new Set(['c', 'u', 'r']);

/** @returns null where the message is no event of such a connector */
export function sourceChangeOf(keyText: string, value: unknown): SourceChange | null {
  const key = payloadOf(parsed(keyText));
  if (value === null) return key.payload && { operation: 'delete', key: key.payload, semantics: fieldsOf(key.schema) };
  const { payload: event, schema } = payloadOf(value);
  if (!event) return null;
  if (typeof event['ddl'] === 'string' || Array.isArray(event['tableChanges'])) return { operation: 'schema' };
  const { op, before, after } = event;
  if (op === 't') return { operation: 'truncate' };
  const rows = fieldNamed(schema, 'after');
  if (UPSERTS.has(op as string) && isColumns(after))
    return { operation: 'upsert', row: after, semantics: fieldsOf(rows), key: key.payload ?? after };
  if (op !== 'd') return null;
  const gone = key.payload ?? (isColumns(before) ? before : null);
  return gone && { operation: 'delete', key: gone, semantics: fieldsOf(key.payload ? key.schema : rows) };
}

export type RowFromSource = Readonly<{
  row: Record<string, unknown>;
  /** Columns that are no items of the entry: they are left out, and that is told. */
  leftOut: readonly string[];
}>;

/** The row by the items of its entry. A column is an item's by its code, whatever its case and underscores. */
export function rowFromSource(columns: Columns, semantics: Semantics, items: readonly Item[]): RowFromSource {
  const row: Record<string, unknown> = {};
  const leftOut: string[] = [];
  const itemOf = itemFinder(items);
  for (const [column, value] of Object.entries(columns)) {
    const item = itemOf(column);
    if (!item) leftOut.push(column);
    else if (value !== null && value !== undefined)
      row[item.code] = valueFromSource(value, item, semantics.get(column));
  }
  return { row, leftOut };
}

/** The record key of a message's key columns; null when they are not the key items of the entry. */
export function recordKeyFromSource(
  columns: Columns,
  semantics: Semantics,
  { items }: Pick<ResourceState, 'items'>,
): string | null {
  const { row } = rowFromSource(columns, semantics, items);
  const values = items.filter((item) => item.key).map((item) => row[item.code]);
  return values.every((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    ? recordKeyOf(values.map(String))
    : null;
}

/** Finds the item of a column: by code, or without case and underscores where only one item is called that. */
function itemFinder(items: readonly Item[]): (column: string) => Item | undefined {
  const byCode = new Map(items.map((item) => [item.code, item]));
  const byName = new Map<string, Item | undefined>();
  for (const item of items) byName.set(plain(item.code), byName.has(plain(item.code)) ? undefined : item);
  return (column) => byCode.get(column) ?? byName.get(plain(column));
}

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');

type Schema = Readonly<{ fields?: readonly Field[] }>;
type Field = Semantic & Schema & Readonly<{ field?: string }>;

/** With its envelope of schema and payload, or without. */
function payloadOf(value: unknown): { payload: Columns | null; schema: Schema | null } {
  if (!isColumns(value)) return { payload: null, schema: null };
  const { schema, payload } = value;
  if (isColumns(payload) && 'schema' in value)
    return { payload, schema: isColumns(schema) ? (schema as Schema) : null };
  return { payload: value, schema: null };
}

const fieldNamed = (schema: Schema | null, name: string): Schema | null =>
  listed(schema).find(({ field }) => field === name) ?? null;

const fieldsOf = (schema: Schema | null): Semantics =>
  new Map(listed(schema).flatMap((field) => (typeof field.field === 'string' ? [[field.field, field] as const] : [])));

const listed = (schema: Schema | null): readonly Field[] =>
  Array.isArray(schema?.fields) ? schema.fields.filter((field) => isColumns(field)) : [];

const isColumns = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
