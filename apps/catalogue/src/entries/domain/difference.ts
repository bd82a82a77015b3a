import type { Item } from '@qiongtong/contracts';
import type { Content } from './content';

export type ContentField = Exclude<keyof Content, 'items'>;
/** What is not said is null, before as after. */
export type Change = Readonly<{ from: unknown; to: unknown }>;
export type ItemChange = Readonly<{ code: string; changes: Readonly<Record<string, Change>> }>;

/** What one version of an entry says otherwise than another, by field and by code of the item. [R7.1] */
export type Difference = Readonly<{
  fields: Readonly<Partial<Record<ContentField, Change>>>;
  items: Readonly<{
    added: readonly Item[];
    removed: readonly Item[];
    changed: readonly ItemChange[];
    /** Codes in their new order, null where the items that stay keep theirs and the added ones follow. */
    order: readonly string[] | null;
  }>;
}>;

export function differenceBetween(from: Content, to: Content): Difference {
  const { items: before, ...fieldsBefore } = from;
  const { items: after, ...fieldsAfter } = to;
  const [known, kept] = [byCode(before), byCode(after)];
  const added = after.filter(({ code }) => !known.has(code));
  const follow = [...before.filter(({ code }) => kept.has(code)), ...added].map(({ code }) => code);
  const order = after.map(({ code }) => code);
  return {
    fields: changesOf(fieldsBefore, fieldsAfter),
    items: {
      added,
      removed: before.filter(({ code }) => !kept.has(code)),
      changed: before.flatMap((item) => {
        const now = kept.get(item.code);
        const changes = now ? changesOf(item, now) : {};
        return Object.keys(changes).length > 0 ? [{ code: item.code, changes }] : [];
      }),
      order: same(order, follow) ? null : order,
    },
  };
}

/** `applied(from, differenceBetween(from, to))` says what `to` says. */
export function applied(content: Content, { fields, items }: Difference): Content {
  const removed = new Set(items.removed.map(({ code }) => code));
  const changed = new Map(items.changed.map(({ code, changes }) => [code, changes]));
  const stay = content.items.filter(({ code }) => !removed.has(code));
  const result = byCode([...stay.map((item) => withChanges(item, changed.get(item.code) ?? {})), ...items.added]);
  const order = items.order ?? [...result.keys()];
  return {
    ...content,
    ...Object.fromEntries(Object.entries(fields).map(([field, { to }]) => [field, to])),
    items: order.flatMap((code) => result.get(code) ?? []),
  };
}

const byCode = (items: readonly Item[]) => new Map(items.map((item) => [item.code, item]));

function changesOf(from: object, to: object): Record<string, Change> {
  const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const change: Change = { from: before.get(name) ?? null, to: after.get(name) ?? null };
      return same(change.from, change.to) ? [] : [[name, change]];
    }),
  );
}

/** An item leaves out what it does not state. */
function withChanges(item: Item, changes: ItemChange['changes']): Item {
  const changed = { ...item, ...Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to])) };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null)) as unknown as Item;
}

/** Equal as documents: the database keeps the members of an object in an order of its own. */
export function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [members, others] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return members.length === others.size && members.every(([name, v]) => others.has(name) && same(v, others.get(name)));
}
