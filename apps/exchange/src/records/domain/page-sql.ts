import type { Item, RowFilter } from '@qiongtong/contracts';
import { KIND_OF } from '@qiongtong/regulation';
import { filterSql, Parameters, SQL_TYPE, valueSql } from './filter-sql';

export type SortBy = Readonly<{ item: Item; descending: boolean }>;

/** Where a page ended: the values it was sorted by, as text, and the record key. */
export type Position = Readonly<{ sorted: readonly (string | null)[]; key: string }>;

export type RowsWanted = Readonly<{
  resourceId: string;
  /** Every filter that must hold: the grant's and the caller's. */
  filters: readonly RowFilter[];
  items: readonly Item[];
  /** Codes of exactly the items that may leave. */
  released: readonly string[];
  sort: readonly SortBy[];
  after: Position | null;
  /** The batch after which the rows were so; null for the present. */
  asOf: number | null;
  limit: number | null;
}>;

export type Statement = Readonly<{ text: string; values: unknown[] }>;

/** One row of the statement's answer. */
export type FoundRow = Readonly<{ record_key: string; batch_no: string; row: string; sorted: (string | null)[] }>;

/**
 * One statement that finds, filters, orders and cuts: what may not leave is not even read from the table's rows into
 * the answer. Values that are absent come last, in either direction.
 */
export function rowsStatement(wanted: RowsWanted): Statement {
  const parameters = new Parameters();
  const sources = sourcesOf(wanted, parameters);
  const conditions = wanted.filters.map((filter) => filterSql(filter, wanted.items, parameters));
  const keys = wanted.sort.map(({ item, descending }) => ({
    sql: valueSql(item, parameters),
    type: SQL_TYPE[KIND_OF[item.type]],
    descending,
  }));
  const columns = [
    `SELECT record_key, batch_no, ${objectSql(wanted.released, parameters)}::text AS row,`,
    `ARRAY[${keys.map((key) => `${key.sql}::text`).join(', ')}]::text[] AS sorted`,
  ].join('\n');
  const limit = wanted.limit === null ? [] : [`LIMIT ${parameters.add(wanted.limit, 'bigint')}`];
  const parts =
    keys.length === 1 && wanted.limit !== null
      ? partsOfOrder(keys[0]!, wanted.after, parameters)
      : [wholeOrder(keys, wanted.after, parameters)];
  const values = keys.map((key, i) => `, ${key.sql} AS value${i}`).join('');
  const select = (source: Source, part: Part, extra: string) =>
    [
      columns + extra,
      `FROM ${source.from} WHERE ${[...source.conditions, ...conditions, ...part.conditions].join(' AND ')}`,
      part.order,
      ...limit,
    ].join('\n');
  if (sources.length * parts.length === 1)
    return { text: select(sources[0]!, parts[0]!, ''), values: parameters.values };
  const selects = sources.flatMap((source) => parts.map((part) => `(${select(source, part, values)})`));
  const order = [...keys.map((key, i) => orderOf(`value${i}`, key)), 'record_key'].join(', ');
  const text = [
    'SELECT record_key, batch_no, row, sorted FROM (',
    selects.join('\nUNION ALL\n'),
    `) AS found ORDER BY ${order}`,
    ...limit,
  ];
  return { text: text.join('\n'), values: parameters.values };
}

type Source = Readonly<{ from: string; conditions: readonly string[] }>;

/**
 * Where rows are found: in the present those that are stored; at a batch those that no later one touched, and the others as
 * they were before the first that did.
 */
export function sourcesOf(
  { resourceId, asOf }: Pick<RowsWanted, 'resourceId' | 'asOf'>,
  parameters: Parameters,
): Source[] {
  const resource = parameters.add(resourceId, 'text');
  const stored = `resource_id = ${resource}`;
  if (asOf === null) return [{ from: 'record', conditions: [stored] }];
  const batch = parameters.add(asOf, 'bigint');
  const before = `(
    SELECT c.record_key, c.before AS payload, ${batch} AS batch_no FROM record_change c
    WHERE c.resource_id = ${resource} AND c.batch_no > ${batch} AND c.before IS NOT NULL AND NOT EXISTS (
      SELECT FROM record_change e WHERE e.resource_id = ${resource} AND e.record_key = c.record_key
        AND e.batch_no > ${batch} AND e.batch_no < c.batch_no)) AS record`;
  return [
    { from: 'record', conditions: [stored, `batch_no <= ${batch}`] },
    { from: before, conditions: ['payload IS NOT NULL'] },
  ];
}

const wholeOrder = (keys: readonly SortKey[], after: Position | null, parameters: Parameters): Part => ({
  conditions: after ? [afterSql(keys, after, parameters)] : [],
  order: `ORDER BY ${[...keys.map((key) => orderOf(key.sql, key)), 'record_key'].join(', ')}`,
});

const orderOf = (sql: string, { descending }: SortKey) => `${sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;

type Part = Readonly<{ conditions: readonly string[]; order: string }>;

/**
 * A page in the order of one item: of the rows with a value as many as the page has, and as many of those without one.
 * Each begins at its place in an index, where one statement for both would go through all rows before the page.
 */
function partsOfOrder(key: SortKey, after: Position | null, parameters: Parameters): Part[] {
  const { sql, type, descending } = key;
  const value = after?.sorted[0] ?? null;
  const reached = after ? parameters.add(after.key, 'text') : null;
  const absent: Part = {
    conditions: [`${sql} IS NULL`, ...(reached !== null && value === null ? [`record_key > ${reached}`] : [])],
    // All alike in it: said, so that the order of an index is seen to be the same.
    order: `ORDER BY ${sql}, record_key`,
  };
  if (after && value === null) return [absent];
  const order = `ORDER BY ${sql} ${descending ? 'DESC' : 'ASC'}, record_key`;
  if (!after) return [{ conditions: [`${sql} IS NOT NULL`], order }, absent];
  const bound = parameters.add(value, type);
  const later = descending
    ? [`${sql} <= ${bound}`, `(${sql} < ${bound} OR record_key > ${reached})`]
    : [`(${sql}, record_key) > (${bound}, ${reached})`];
  return [{ conditions: later, order }, absent];
}

/** An object of these items. A function takes a hundred arguments: one of more items is joined from parts. */
export function objectSql(codes: readonly string[], parameters: Parameters): string {
  const arguments_ = codes.flatMap((code) => {
    const name = parameters.add(code, 'text');
    return [name, `payload -> ${name}`];
  });
  if (arguments_.length === 0) return `'{}'::jsonb`;
  const parts: string[] = [];
  for (let i = 0; i < arguments_.length; i += 100)
    parts.push(`jsonb_build_object(${arguments_.slice(i, i + 100).join(', ')})`);
  return `(${parts.join(' || ')})`;
}

type SortKey = Readonly<{ sql: string; type: string; descending: boolean }>;

/** Rows after a position: later in the first key, or equal in it and later in the next, and so on to the record key. */
function afterSql(keys: readonly SortKey[], { sorted, key }: Position, parameters: Parameters): string {
  const alternatives: string[] = [];
  const equal: string[] = [];
  keys.forEach((sortKey, i) => {
    const value = sorted[i] ?? null;
    if (value !== null) {
      const bound = parameters.add(value, sortKey.type);
      const later = `(${sortKey.sql} ${sortKey.descending ? '<' : '>'} ${bound} OR ${sortKey.sql} IS NULL)`;
      alternatives.push([...equal, later].join(' AND '));
      equal.push(`${sortKey.sql} = ${bound}`);
    } else equal.push(`${sortKey.sql} IS NULL`);
  });
  alternatives.push([...equal, `record_key > ${parameters.add(key, 'text')}`].join(' AND '));
  return `(${alternatives.map((part) => `(${part})`).join(' OR ')})`;
}
