import type { ResourceState, RowFilter } from '@qiongtong/contracts';
import { matchesRowFilter } from '@qiongtong/regulation';

/** Where somebody stands in the changes of a resource. */
export type Reached = Readonly<{ batchNo: number; key: string }>;
/** Behind every record key. */
export const END_OF_BATCH = '\uffff';

/** Names records of one resource for one reader: the same name for the same record, and nothing to be learnt from it. */
export type Naming = (recordKey: string) => string;

/** One change as it is stored: before and after, null where there was or is no record. */
export type StoredChange = Readonly<{ batchNo: number; key: string; before: Values | null; after: Values | null }>;
type Values = Readonly<Record<string, unknown>>;

/** What a reader is told of a change: the row as it may be seen, or that a row seen before is no longer. */
export type SeenChange = Readonly<{ op: 'upserted'; row: Values }> | Readonly<{ op: 'removed' }>;

type View = Readonly<{
  items: ResourceState['items'];
  rowFilter: RowFilter | null;
  /** Makes of a stored row what may leave of it. */
  release: (row: Values) => Values;
}>;

/**
 * Sees changes through a grant. A row that leaves its filter is removed like one that is deleted, one that enters is new,
 * and a change of nothing but what is not granted is no change. [R12.7]
 */
export function changeViewer({ items, rowFilter, release }: View): (change: StoredChange) => SeenChange | null {
  const seen = (row: Values | null) => (row && matchesRowFilter(rowFilter, row, items) ? release(row) : null);
  return ({ before, after }) => {
    const was = seen(before);
    const is = seen(after);
    if (is === null) return was === null ? null : { op: 'removed' };
    return was !== null && JSON.stringify(was) === JSON.stringify(is) ? null : { op: 'upserted', row: is };
  };
}
