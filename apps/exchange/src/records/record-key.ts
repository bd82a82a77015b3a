import { keyValuesOf, recordKeyOf, Refusal, type Condition, type ResourceState } from '@qiongtong/contracts';
import { keyItemsOf } from '../ingest/domain/row-schema';

/** The key as it is stored, however the caller encoded it. A key that cannot be one is that of no record. */
export function canonicalKey(resource: ResourceState, encoded: string): string {
  const sensitive = keyItemsOf(resource.items).filter((item) => item.sensitive);
  if (sensitive.length > 0)
    throw new Refusal('exchange.sensitive_item_in_url', { about: sensitive.map((item) => item.code) });
  try {
    return recordKeyOf(keyValuesOf(encoded));
  } catch {
    throw new Refusal('request.not_found');
  }
}

/** To name a record by its key is to filter on its key items. */
export function checkKeyItems(resource: ResourceState, granted: readonly string[] | null | undefined): void {
  if (!granted) return;
  const beyond = resource.items.filter((item) => item.key && !granted.includes(item.code)).map((item) => item.code);
  if (beyond.length > 0) throw new Refusal('access.items_beyond_grant', { about: beyond });
}

/** The one record of a key, as a filter on its key items. */
export function filterOfKey(resource: ResourceState, key: string): Readonly<{ all: readonly Condition[] }> {
  const values = keyValuesOf(key);
  return {
    all: keyItemsOf(resource.items).map(({ code, type }, i) => ({
      item: code,
      op: 'eq',
      value: typed(type, values[i]!),
    })),
  };
}

function typed(type: string, text: string): string | number | boolean {
  if (type === 'L') return text === 'true';
  return ['B', 'I', 'F'].includes(type) ? Number(text) : text;
}
