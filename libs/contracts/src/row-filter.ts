/** Rows a grant covers, as a typed expression. It compiles to SQL and to an in-memory predicate with one meaning. */
export type RowFilter = Readonly<{ all: readonly RowFilter[] }> | Readonly<{ any: readonly RowFilter[] }> | Condition;

export const CONDITION_OPERATORS = ['eq', 'ne', 'in', 'lt', 'le', 'gt', 'ge', 'prefix', 'isNull'] as const;
export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];
export type Scalar = string | number | boolean;

export type Condition = Readonly<{
  item: string;
  op: ConditionOperator;
  /** A list for `in`, a boolean for `isNull` (default true), one scalar otherwise. */
  value?: Scalar | readonly Scalar[];
}>;

/** Bounds that keep one filter cheap to check, to compile and to run. */
export const ROW_FILTER_LIMITS = { depth: 6, conditions: 64, listLength: 200, valueLength: 500 } as const;
