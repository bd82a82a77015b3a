import type { Condition, Item, RowFilter } from '@qiongtong/contracts';
import { KIND_OF, type Kind } from '@qiongtong/regulation';

/** Parameters of one statement, numbered as they are added. Nothing from outside ever becomes text of a statement. */
export class Parameters {
  constructor(readonly values: unknown[] = []) {}

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/**
 * An item's value as SQL that compares as `matchesRowFilter` compares in memory; null for a value that is absent or of
 * another kind. The pattern before each cast keeps rows of other resources, which the planner may look at first, and
 * rows of an older version of the entry from failing the statement. It depends on the row alone, so that an index may
 * hold it; changed here, it finds no index until those are built anew.
 */
export function valueSql(item: Pick<Item, 'code' | 'type'>, parameters: Pick<Parameters, 'add'>): string {
  const code = parameters.add(item.code, 'text');
  const text = `(payload ->> ${code})`;
  switch (KIND_OF[item.type]) {
    case 'text':
      return `(CASE jsonb_typeof(payload -> ${code}) WHEN 'string' THEN ${text} END COLLATE "C")`;
    case 'number':
      return `(CASE WHEN ${text} ~ '^-?[0-9]+([.][0-9]+)?$' AND length(${text}) <= 400 THEN ${text}::numeric END)`;
    case 'date':
      return `(CASE WHEN ${text} ~ '${DATE}' THEN ${text} END COLLATE "C")`;
    case 'instant':
      return `item_instant(${text})`;
    case 'boolean':
      return `(CASE jsonb_typeof(payload -> ${code}) WHEN 'boolean' THEN (payload -> ${code})::boolean END)`;
    case 'none':
      return 'NULL::text';
  }
}

/** Days that exist, from the year 1 on. */
const DATE =
  '^(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))' +
  '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$';

/** SQL type of a value that is compared with an item of this kind. */
export const SQL_TYPE: Readonly<Record<Kind, string>> = {
  text: 'text',
  number: 'numeric',
  date: 'text',
  instant: 'timestamptz',
  boolean: 'boolean',
  none: 'text',
};

const COMPARISON = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

/**
 * A checked filter (`validateRowFilter`) as a condition on `payload`. Without negation, so that an unknown result is
 * no match, as in memory. An item the entry does not have matches nothing.
 */
export function filterSql(filter: RowFilter, items: readonly Item[], parameters: Parameters): string {
  if ('all' in filter) return `(${filter.all.map((part) => filterSql(part, items, parameters)).join(' AND ')})`;
  if ('any' in filter) return `(${filter.any.map((part) => filterSql(part, items, parameters)).join(' OR ')})`;
  const item = items.find((candidate) => candidate.code === filter.item);
  return item ? conditionSql(item, filter, parameters) : 'false';
}

function conditionSql(item: Item, { op, value }: Condition, parameters: Parameters): string {
  if (op === 'isNull')
    return `((payload ->> ${parameters.add(item.code, 'text')}) IS ${value === false ? 'NOT NULL' : 'NULL'})`;
  const found = valueSql(item, parameters);
  const type = SQL_TYPE[KIND_OF[item.type]];
  if (op === 'prefix') return `starts_with(${found}, ${parameters.add(value, 'text')})`;
  if (op === 'in') return `(${found} = ANY (${parameters.add((value as unknown[]).map(String), `${type}[]`)}))`;
  return `(${found} ${COMPARISON[op]} ${parameters.add(String(value), type)})`;
}
