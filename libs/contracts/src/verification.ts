import type { RecordQuery } from './record-query';
import { Refusal } from './refusals';
import { ROW_FILTER_LIMITS, type Condition, type Scalar } from './row-filter';
import { recordKeyOf } from './ids';
import type { Item } from './item';

/**
 * A question that is answered by yes or no and by nothing else: are these the values of the record with this key? Read by
 * one parser at the gateway and in exchange, as a query is.
 */
export type Verification = Readonly<{
  /** Key item → value; every key item of the entry. */
  key: Readonly<Record<string, string>>;
  /** Item → the value that is claimed. */
  values: Readonly<Record<string, Scalar>>;
}>;

const MOST_VALUES = 20;
const ITEM = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Reads the body of `POST …/records:verify`. Checks shape and bounds. */
export function verificationOf(body: unknown): Verification {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { key, values, ...unknown } = body;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) throw invalid(`/${stranger.slice(0, 64)}`, 'unknown field');
  return {
    key: members(key, '/key', (value): value is string => typeof value === 'string' && fits(value)),
    values: members(
      values,
      '/values',
      (value): value is Scalar =>
        typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && fits(value)),
    ),
  };
}

/** The same as a query, by which the use is named: nothing is returned, the key and what is compared are touched. */
export const queryOfVerification = ({ key, values }: Verification): RecordQuery => ({
  filter: { all: [...equal(key), ...equal(values)] },
  fields: [],
  sort: [],
  limit: 1,
  cursor: null,
});

/** The claimed values as the filter they are. */
export const claimOf = ({ values }: Verification): Readonly<{ all: readonly Condition[] }> => ({ all: equal(values) });

/**
 * The record key that is asked about. Anything but the full key would let a caller search by yes and no.
 *
 * @throws `access.verify_key_incomplete` naming the key items
 */
export function subjectOf({ key }: Verification, items: readonly Item[]): string {
  const codes = items.filter((item) => item.key).map((item) => item.code);
  if (Object.keys(key).length !== codes.length || !codes.every((code) => Object.hasOwn(key, code)))
    throw new Refusal('access.verify_key_incomplete', { about: codes });
  return recordKeyOf(codes.map((code) => key[code]!));
}

const equal = (values: Readonly<Record<string, Scalar>>): Condition[] =>
  Object.entries(values).map(([item, value]) => ({ item, op: 'eq', value }));

function members<T>(value: unknown, pointer: string, is: (member: unknown) => member is T): Record<string, T> {
  if (!isObject(value)) throw invalid(pointer, 'expected an object of item codes and values');
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > MOST_VALUES)
    throw invalid(pointer, `expected 1 to ${MOST_VALUES} items`);
  for (const [item, member] of entries)
    if (!ITEM.test(item) || !is(member)) throw invalid(pointer, 'not an item code, wrong type, or too long');
  return Object.fromEntries(entries) as Record<string, T>;
}

const fits = (text: string): boolean => text.length <= ROW_FILTER_LIMITS.valueLength;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const invalid = (pointer: string, message: string) =>
  new Refusal('request.invalid', { errors: [{ pointer, message }] });
