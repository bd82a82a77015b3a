import { invalid, isObject, isScalar, refuseUnknown } from './body';
import { ITEM_CODE } from './ids';
import {
  CONDITION_OPERATORS,
  ROW_FILTER_LIMITS,
  type Condition,
  type ConditionOperator,
  type RowFilter,
} from './row-filter';
import { Refusal } from './refusals';

/**
 * What a caller asks of a resource's records, as the gateway names the use by it and exchange compiles it. One parser
 * for both, so that what was decided is what is run.
 */
export type RecordQuery = Readonly<{
  filter: RowFilter | null;
  /** Item codes, `granted` for whatever the grant gives, null for every item of the entry. */
  fields: readonly string[] | 'granted' | null;
  sort: readonly Readonly<{ item: string; descending: boolean }>[];
  limit: number;
  cursor: string | null;
  /** The moment whose state is asked for, in UTC with milliseconds; null for the present. */
  asOf: string | null;
}>;

export const RECORD_QUERY_LIMITS = {
  limit: 1000,
  defaultLimit: 100,
  fields: 500,
  sort: 4,
  cursorLength: 4096,
} as const;

/** RFC 3339, at most milliseconds. */
const MOMENT = /^(?!0000)\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const FILTER_PARAMETER = /^filter\[([^\]]{1,64})\](?:\[([a-zA-Z]{1,8})\])?$/;

/** Reads `filter[item]=v`, `filter[item][op]=v`, `fields`, `sort`, `limit`, `cursor`, `asOf`. Values stay strings; exchange types them. */
export function recordQueryOfUrl(search: URLSearchParams): RecordQuery {
  const conditions: Condition[] = [];
  const asked: Record<string, unknown> = {};
  for (const [name, value] of search) {
    const match = FILTER_PARAMETER.exec(name);
    if (match) conditions.push(conditionOfParameter(match[1]!, match[2] ?? 'eq', value));
    else if (name in asked) throw invalid(`/${name}`, 'given twice');
    else asked[name] = name === 'fields' && value !== 'granted' ? value.split(',') : value;
  }
  if (typeof asked['sort'] === 'string') asked['sort'] = asked['sort'].split(',');
  if (typeof asked['limit'] === 'string')
    asked['limit'] = /^\d{1,6}$/.test(asked['limit']) ? Number(asked['limit']) : NaN;
  const filter = conditions.length === 0 ? undefined : conditions.length === 1 ? conditions[0] : { all: conditions };
  return recordQueryOfBody({ ...asked, ...(filter ? { filter } : {}) });
}

/** Reads the body of `POST …/records:query`. Checks shape and bounds; types against items are exchange's to check. */
export function recordQueryOfBody(body: unknown): RecordQuery {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { filter, fields, sort, limit, cursor, asOf, ...unknown } = body;
  refuseUnknown(unknown);
  return {
    filter:
      filter === undefined || filter === null
        ? null
        : (checkFilter(filter, '/filter', 1, { conditions: 0 }), filter as RowFilter),
    fields:
      fields === undefined
        ? null
        : fields === 'granted'
          ? 'granted'
          : itemList(fields, '/fields', RECORD_QUERY_LIMITS.fields),
    sort:
      sort === undefined
        ? []
        : itemList(sort, '/sort', RECORD_QUERY_LIMITS.sort, /^-?[A-Za-z][A-Za-z0-9_]{0,63}$/).map(sortOf),
    limit: limit === undefined ? RECORD_QUERY_LIMITS.defaultLimit : boundedLimit(limit),
    cursor: cursor === undefined || cursor === null ? null : boundedCursor(cursor),
    asOf: asOf === undefined || asOf === null ? null : momentOf(asOf),
  };
}

/** Every item a query filters or sorts on: what it could be an oracle for. */
export function touchedItems(query: Pick<RecordQuery, 'filter' | 'sort'>): string[] {
  const items = new Set(query.sort.map((s) => s.item));
  const visit = (filter: RowFilter): void => {
    if ('all' in filter) filter.all.forEach(visit);
    else if ('any' in filter) filter.any.forEach(visit);
    else items.add(filter.item);
  };
  if (query.filter) visit(query.filter);
  return [...items];
}

function conditionOfParameter(item: string, op: string, value: string): Condition {
  if (!ITEM_CODE.test(item)) throw invalid(`/filter/${item}`, 'not an item code');
  if (!(CONDITION_OPERATORS as readonly string[]).includes(op))
    throw invalid(`/filter/${item}`, `unknown operator; one of ${CONDITION_OPERATORS.join(', ')}`);
  if (op === 'isNull') return { item, op, value: value !== 'false' };
  return { item, op: op as ConditionOperator, value: op === 'in' ? value.split(',') : value };
}

function checkFilter(filter: unknown, pointer: string, depth: number, seen: { conditions: number }): void {
  if (depth > ROW_FILTER_LIMITS.depth) throw invalid(pointer, `nested deeper than ${ROW_FILTER_LIMITS.depth}`);
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    throw invalid(pointer, 'expected {all}, {any} or {item, op, value}');
  const keys = Object.keys(filter);
  const group = keys.length === 1 && (keys[0] === 'all' || keys[0] === 'any') ? keys[0] : null;
  if (group) {
    const members = (filter as Record<string, unknown>)[group];
    if (!Array.isArray(members) || members.length === 0)
      throw invalid(`${pointer}/${group}`, 'expected a list that is not empty');
    members.forEach((member, i) => checkFilter(member, `${pointer}/${group}/${i}`, depth + 1, seen));
    return;
  }
  if (++seen.conditions > ROW_FILTER_LIMITS.conditions)
    throw invalid(pointer, `more than ${ROW_FILTER_LIMITS.conditions} conditions`);
  const { item, op, value, ...unknown } = filter as Record<string, unknown>;
  if (Object.keys(unknown).length > 0) throw invalid(pointer, 'unknown field in a condition');
  if (typeof item !== 'string' || !ITEM_CODE.test(item)) throw invalid(`${pointer}/item`, 'not an item code');
  if (!(CONDITION_OPERATORS as readonly unknown[]).includes(op)) throw invalid(`${pointer}/op`, 'unknown operator');
  const fits =
    op === 'in'
      ? Array.isArray(value) &&
        value.length > 0 &&
        value.length <= ROW_FILTER_LIMITS.listLength &&
        value.every(isScalar)
      : op === 'isNull'
        ? value === undefined || typeof value === 'boolean'
        : isScalar(value);
  if (!fits) throw invalid(`${pointer}/value`, 'wrong type, or too long');
}

function itemList(value: unknown, pointer: string, most: number, shape = ITEM_CODE): string[] {
  if (
    !Array.isArray(value) ||
    value.length === 0 ||
    value.length > most ||
    !value.every((v): v is string => typeof v === 'string' && shape.test(v))
  )
    throw invalid(pointer, `expected 1 to ${most} item codes`);
  return [...new Set(value)];
}

const sortOf = (code: string) =>
  code.startsWith('-') ? { item: code.slice(1), descending: true } : { item: code, descending: false };

function boundedLimit(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > RECORD_QUERY_LIMITS.limit)
    throw invalid('/limit', `expected a whole number from 1 to ${RECORD_QUERY_LIMITS.limit}`);
  return value;
}

function boundedCursor(value: unknown): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > RECORD_QUERY_LIMITS.cursorLength)
    throw new Refusal('request.bad_cursor');
  return value;
}

/** One moment has one spelling, so that what is asked and what is recorded are the same text. */
function momentOf(value: unknown): string {
  const at = typeof value === 'string' && MOMENT.test(value) ? Date.parse(value) : NaN;
  // A day that does not exist is read as one of the next month.
  if (Number.isNaN(at) || !isDay(String(value).slice(0, 10))) throw invalid('/asOf', 'expected a moment as RFC 3339');
  const moment = new Date(at).toISOString();
  // An offset may lead beyond the years that every part of the platform can write.
  if (!/^(?!0000)\d{4}-/.test(moment)) throw invalid('/asOf', 'expected a moment as RFC 3339');
  return moment;
}

const isDay = (day: string): boolean => {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
};
