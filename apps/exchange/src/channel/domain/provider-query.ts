import { touchedItems, type RecordQuery, type ResourceState, type RowFilter } from '@qiongtong/contracts';

/** Path of the contract's one operation, after the endpoint's base address. */
export const QUERY_PATH = '/v1/records:query';

/** What a provider is asked: the body of the call. */
export type ProviderQuery = Readonly<{
  resourceId: string;
  /** Items of each row, in the order of the entry. */
  fields: readonly string[];
  filter: RowFilter | null;
  sort: RecordQuery['sort'];
  /** Rows at most; null only of a stream, for all. */
  limit: number | null;
  /** As the provider gave it in `next`. */
  cursor: string | null;
}>;

/**
 * The least that a read needs: what will leave, the key by which it is known what left, and what the filters look at,
 * so that they can be applied again.
 */
export function providerQuery(
  resource: ResourceState,
  released: readonly string[],
  filters: readonly RowFilter[],
  { sort, limit, cursor }: Pick<ProviderQuery, 'sort' | 'limit' | 'cursor'>,
): ProviderQuery {
  const looked = filters.flatMap((filter) => touchedItems({ filter, sort: [] }));
  const wanted = new Set([...released, ...looked]);
  const fields = resource.items.filter(({ code, key }) => key || wanted.has(code)).map(({ code }) => code);
  const filter = filters.length === 0 ? null : filters.length === 1 ? filters[0]! : { all: filters };
  return { resourceId: resource.id, fields, filter, sort, limit, cursor };
}
