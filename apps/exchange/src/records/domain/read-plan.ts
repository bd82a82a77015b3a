import {
  claimOf,
  queryOfVerification,
  Refusal,
  touchedItems,
  type Item,
  type Obligations,
  type RecordQuery,
  type Release,
  type ResourceState,
  type RowFilter,
  type Verification,
} from '@qiongtong/contracts';
import { validateRowFilter } from '@qiongtong/regulation';
import type { SortBy } from './page-sql';

/** A read as it will be run: everything checked against the entry and against what was decided. */
export type ReadPlan = Readonly<{
  released: readonly string[];
  filters: readonly RowFilter[];
  sort: readonly SortBy[];
  /** Rows this request may have; null when the grant does not bound them. */
  mostRows: number | null;
}>;

/** Whether values stand in the URL or in the body of the request. */
export type Asked = 'url' | 'body';

/**
 * Turns what is asked into what is run. The decision holds whatever the request says: items beyond it are refused and
 * never left out in silence, unless the caller asks for whatever is granted. [R12.7]
 */
export function planRead(
  resource: ResourceState,
  { decision, use }: Release,
  query: RecordQuery,
  asked: Asked,
): ReadPlan {
  const { obligations } = decision;
  const items = new Map(resource.items.map((item) => [item.code, item]));
  checkTouched(query, use.touchedItems, items, obligations.mask, asked);
  const filters: RowFilter[] = [];
  const granted = grantedRows(resource, obligations);
  if (granted) filters.push(granted);
  if (query.filter) {
    const checked = validateRowFilter(query.filter, resource.items);
    if (checked.errors)
      throw new Refusal('request.invalid', {
        errors: checked.errors.map(({ pointer, message }) => ({ pointer: `/filter${pointer}`, message })),
      });
    filters.push(checked.filter);
  }
  return {
    released: releasedItems(query.fields, obligations.items),
    filters,
    sort: query.sort.map(({ item, descending }) => ({ item: items.get(item)!, descending })),
    mostRows: obligations.limits.rowsPerRequest ?? null,
  };
}

/** The rows that are granted, null for all; a filter on items that are gone cannot be enforced, so nothing is. */
export function grantedRows(resource: ResourceState, { rowFilter }: Obligations): RowFilter | null {
  if (rowFilter === null) return null;
  const { filter } = validateRowFilter(rowFilter, resource.items);
  if (!filter) throw new Refusal('exchange.row_filter_unusable');
  return filter;
}

/** What a verification claims, checked as a caller's filter is: by equality alone, and never on what is masked. */
export function checkedClaim(resource: ResourceState, { decision, use }: Release, asked: Verification): RowFilter {
  const touched = touchedItems(queryOfVerification(asked));
  const masked = touched.filter((code) => Object.hasOwn(decision.obligations.mask, code));
  const undecided = touched.filter((code) => !use.touchedItems.includes(code));
  if (masked.length + undecided.length > 0)
    throw new Refusal('access.items_beyond_grant', { about: [...new Set([...masked, ...undecided])] });
  const checked = validateRowFilter(claimOf(asked), resource.items);
  if (checked.errors)
    throw new Refusal('request.invalid', {
      errors: checked.errors.map(({ message }) => ({ pointer: '/values', message })),
    });
  return checked.filter;
}

/** The items that leave, in the order of the entry. */
export function releasedItems(fields: RecordQuery['fields'], permitted: readonly string[]): readonly string[] {
  if (fields === null || fields === 'granted') return permitted;
  const beyond = fields.filter((code) => !permitted.includes(code));
  if (beyond.length > 0) throw new Refusal('access.items_beyond_grant', { about: beyond });
  return permitted.filter((code) => fields.includes(code));
}

function checkTouched(
  query: RecordQuery,
  decided: readonly string[],
  items: ReadonlyMap<string, Item>,
  mask: Readonly<Record<string, unknown>>,
  asked: Asked,
): void {
  const touched = touchedItems(query);
  const unknown = touched.filter((code) => !items.has(code));
  if (unknown.length > 0) throw new Refusal('access.items_unknown', { about: unknown });
  const undecided = touched.filter((code) => !decided.includes(code));
  if (undecided.length > 0) throw new Refusal('access.items_beyond_grant', { about: undecided });
  const filtered = touchedItems({ filter: query.filter, sort: [] });
  const sensitive = asked === 'url' ? filtered.filter((code) => items.get(code)!.sensitive) : [];
  if (sensitive.length > 0) throw new Refusal('exchange.sensitive_item_in_url', { about: sensitive });
  // The order of masked values, or a search by ranges, would give away what the mask hides.
  const ordered = [...query.sort.map(({ item }) => item), ...(query.filter ? rangedItems(query.filter) : [])];
  const closed = [
    ...touched.filter((code) => !items.get(code)!.queryable && !items.get(code)!.key),
    ...ordered.filter((code) => Object.hasOwn(mask, code)),
  ];
  if (closed.length > 0) throw new Refusal('exchange.item_not_queryable', { about: [...new Set(closed)] });
}

function rangedItems(filter: RowFilter): string[] {
  if ('all' in filter) return filter.all.flatMap(rangedItems);
  if ('any' in filter) return filter.any.flatMap(rangedItems);
  return ['lt', 'le', 'gt', 'ge', 'prefix'].includes(filter.op) ? [filter.item] : [];
}
