import { Refusal } from '@qiongtong/contracts';
import { newContent, type Content } from './content';

/** What a reviewer says about one field. [R7.1] */
export type FieldRemark = Readonly<{
  /** Where in the content: `/abstract`, `/items/certNo/length`. An item is named by its code, so that it is found again when the order changes. */
  field: string;
  remark: string;
}>;
export const REMARK_LIMITS = { remarks: 100, field: 300, remark: 500 } as const;

/** What the guide's template calls the fields: a reviewer may name a field as the sheet does. */
export type FieldNames = Readonly<{ entry: ReadonlyMap<string, string>; item: ReadonlyMap<string, string> }>;
export const NO_NAMES: FieldNames = { entry: new Map(), item: new Map() };

const FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(newContent({ classification: '', name: '' })),
  'resourceCode',
]);
const PARTS: Readonly<Record<string, readonly string[]>> = {
  legalBasis: ['law', 'article', 'documentNumber', 'attachmentDigest'],
  governingRule: ['title', 'documentNumber', 'wayOfSharing', 'contact'],
};
const ITEM_MEMBERS = [
  'code',
  'name',
  'type',
  'length',
  'key',
  'required',
  'sensitive',
  'queryable',
  'codeList',
  'source',
];

/** Remarks as they are kept. Refuses those about fields that the content does not have, naming each. */
export function remarksOn(
  content: Content,
  said: readonly FieldRemark[],
  names: FieldNames = NO_NAMES,
): readonly FieldRemark[] {
  const found = said.map(({ field, remark }) => ({ field: pointerTo(field, content, names), remark }));
  const unknown = found.flatMap(({ field }, i) =>
    field === null ? [{ pointer: `/fieldRemarks/${i}/field`, message: 'no field of this entry' }] : [],
  );
  if (unknown.length > 0) throw new Refusal('catalogue.remark_field_unknown', { errors: unknown });
  return found as readonly FieldRemark[];
}

/**
 * @param said a JSON pointer (items by code, name or position), the name of a field, or what the guide calls it
 * @returns a JSON pointer with items by code; null where there is no such field
 */
export function pointerTo(said: string, content: Content, names: FieldNames = NO_NAMES): string | null {
  const [head = '', ...rest] = said.startsWith('/')
    ? said.slice(1).split('/').map(unescaped)
    : (names.entry.get(said) ?? said).split('.');
  const field = names.entry.get(head) ?? head;
  if (!FIELDS.has(field)) return null;
  if (rest.length === 0) return `/${field}`;
  const path = field === 'items' ? inItems(rest, content, names) : inField(field, rest, content);
  return path && `/${field}/${path.map(escaped).join('/')}`;
}

function inItems([which = '', ...rest]: readonly string[], { items }: Content, names: FieldNames): string[] | null {
  const called = items.filter(({ name }) => name === which);
  const at = /^\d{1,4}$/.test(which) ? items[Number(which)] : undefined;
  // Two items of one name are told apart by their codes only.
  const item = items.find(({ code }) => code === which) ?? (called.length === 1 ? called[0] : at);
  if (!item || rest.length > 1) return null;
  const [member] = rest.map((name) => names.item.get(name) ?? name);
  if (member === undefined) return [item.code];
  return ITEM_MEMBERS.includes(member) || Object.hasOwn(item, member) ? [item.code, member] : null;
}

function inField(field: string, rest: readonly string[], content: Content): string[] | null {
  const [member = ''] = rest;
  if (rest.length > 1) return null;
  const value = content[field as keyof Content];
  const isThere = Array.isArray(value)
    ? /^\d{1,4}$/.test(member) && Number(member) < value.length
    : (PARTS[field]?.includes(member) ?? false);
  return isThere ? [member] : null;
}

const unescaped = (token: string) => token.replaceAll('~1', '/').replaceAll('~0', '~');
const escaped = (token: string) => token.replaceAll('~', '~0').replaceAll('/', '~1');
