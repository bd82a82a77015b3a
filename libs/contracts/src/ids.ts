/** Ids are immutable slugs. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
export const isSlug = (id: string): boolean => SLUG.test(id);

/** `203000/000001` ⇄ `203000-000001`. */
export const resourceIdOf = (resourceCode: string): string => resourceCode.replace('/', '-');
export const resourceCodeOf = (resourceId: string): string => resourceId.replace('-', '/');

/** The key items' values percent-encoded, joined by `~` (which is itself encoded inside a value). */
export const recordKeyOf = (values: readonly string[]): string =>
  values.map((v) => (PLAIN.test(v) ? v : encodeURIComponent(v).replaceAll('~', '%7E'))).join('~');
/** Nothing to encode, as in most keys. */
const PLAIN = /^[A-Za-z0-9_.-]*$/;
export const keyValuesOf = (recordKey: string): string[] =>
  recordKey.split('~').map((part) => decodeURIComponent(part));

/** Code of an item of an entry. */
export const ITEM_CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
