import { createHash } from 'node:crypto';
import type { Item, ResourceState } from '@qiongtong/contracts';
import { KIND_OF } from '@qiongtong/regulation';
import { escapeLiteral } from 'pg';
import { charactersOf, keyItemsOf } from '../ingest/domain/row-schema';
import { valueSql } from '../records/domain/filter-sql';

export const INDEX_NAME = 'item_index_';

/** An index of one resource's values of one item, in their order and then in that of the keys. */
export type ItemIndex = Readonly<{ name: string; resourceId: string; value: string; definition: string }>;

export type Stored = Readonly<{ resource: ResourceState; rows: number }>;
/** Rows below which a resource is read through as fast; items of one resource; indexes in all. */
export type IndexBounds = Readonly<{ fromRows: number; items: number; indexes: number }>;

/** Bytes that an entry of a B-tree may have, and what one character or one digit of a value takes there at most. */
const ENTRY_BYTES = 2_600;
const CHARACTER_BYTES = 4;
const ENCODED_CHARACTER_BYTES = 12;
const NUMBER_BYTES = 512;

/** The indexes that there should be: of the largest resources first, of each the first items that may be asked for. */
export function wantedIndexes(stored: readonly Stored[], { fromRows, items, indexes }: IndexBounds): ItemIndex[] {
  return stored
    .filter(({ resource, rows }) => isKept(resource) && rows >= fromRows)
    .sort((a, b) => b.rows - a.rows || (a.resource.id < b.resource.id ? -1 : 1))
    .flatMap(({ resource }) => indexedItems(resource, items).map((item) => indexOf(resource.id, item)))
    .slice(0, indexes);
}

const isKept = ({ deliveryMode, status }: ResourceState) => deliveryMode === 'HOSTED' && status !== 'WITHDRAWN';

/** Text that could be longer than an index takes would have a batch fail, so that it has none. */
const indexedItems = ({ items }: ResourceState, most: number): Item[] => {
  const keyBytes = keyItemsOf(items).reduce((sum, item) => sum + charactersIn(item) * ENCODED_CHARACTER_BYTES, 0);
  const fits = (item: Item) =>
    keyBytes + (KIND_OF[item.type] === 'text' ? charactersOf(item) * CHARACTER_BYTES : NUMBER_BYTES) <= ENTRY_BYTES;
  return items
    .filter((item) => (item.queryable || item.key) && KIND_OF[item.type] !== 'none' && fits(item))
    .slice(0, most);
};

const charactersIn = (item: Item): number => (KIND_OF[item.type] === 'text' ? charactersOf(item) : 30);

function indexOf(resourceId: string, item: Item): ItemIndex {
  const literals = { add: (value: unknown, type: string) => `${escapeLiteral(String(value))}::${type}` };
  const value = valueSql(item, literals);
  const definition = `(${value}, record_key) WHERE resource_id = ${literals.add(resourceId, 'text')}`;
  const name = INDEX_NAME + createHash('sha256').update(definition).digest('hex').slice(0, 24);
  return { name, resourceId, value, definition };
}
