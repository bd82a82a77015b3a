import type { RecordQuery } from './record-query';
import { Refusal } from './refusals';
import type { Condition, Scalar } from './row-filter';
import { invalid, isObject, isScalar, isShortText, refuseUnknown } from './body';
import { ITEM_CODE, recordKeyOf } from './ids';
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

/** Reads the body of `POST …/records:verify`. Checks shape and bounds. */
export function verificationOf(body: unknown): Verification {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { key, values, ...unknown } = body;
  refuseUnknown(unknown);
  return {
    key: members(key, '/key', isShortText),
    values: members(values, '/values', isScalar),
  };
}

/** The same as a query, by which the use is named: nothing is returned, the key and what is compared are touched. */
export const queryOfVerification = ({ key, values }: Verification): RecordQuery => ({
  filter: { all: [...equal(key), ...equal(values)] },
  fields: [],
  sort: [],
  limit: 1,
  cursor: null,
  asOf: null,
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
    if (!ITEM_CODE.test(item) || !is(member)) throw invalid(pointer, 'not an item code, wrong type, or too long');
  return Object.fromEntries(entries) as Record<string, T>;
}
