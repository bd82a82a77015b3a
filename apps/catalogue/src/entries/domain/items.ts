import { Refusal, type Item, type ItemSource, type ItemType } from '@qiongtong/contracts';

export const ITEM_LIMITS = { items: 500, codeList: 1000, name: 200, codeValue: 200 } as const;

const CODE = /^[a-z][A-Za-z0-9]{0,63}$/;
const CHARACTERS = /^[1-9]\d{0,4}$/;
const DECIMAL = /^([1-9]\d?)\.(\d{1,2})$/;
const MOST_DIGITS = 38;

/** Which length a type states: characters, `precision.scale` (which a currency may leave out), or none. */
const LENGTH: Readonly<Record<ItemType, 'characters' | 'decimal' | 'optionalDecimal' | 'none'>> = {
  C: 'characters',
  N: 'decimal',
  Y: 'optionalDecimal',
  D: 'none',
  T: 'none',
  L: 'none',
  M: 'none',
  G: 'none',
  B: 'none',
  I: 'none',
  F: 'none',
};
/** Types whose values name a record the same way every time: no binary fractions, no prose. */
const KEY_TYPES: readonly ItemType[] = ['C', 'N', 'I', 'D', 'T'];

type Fault = Readonly<{ pointer: string; message: string }>;

/** Refuses items that are not described as they must be, naming every fault. [R7.3] */
export function checkItems(items: readonly Item[], hosted: boolean): void {
  const faults = items.flatMap((item, i) =>
    faultsOf(item, hosted).map((f) => ({ ...f, pointer: `/items/${i}${f.pointer}` })),
  );
  if (items.length > ITEM_LIMITS.items)
    faults.push({ pointer: '/items', message: `at most ${ITEM_LIMITS.items} items` });
  faults.push(...repeated(items));
  if (faults.length > 0) throw new Refusal('catalogue.item_invalid', { errors: faults.slice(0, 100) });
}

function faultsOf(item: Item, hosted: boolean): Fault[] {
  const faults: Fault[] = [];
  const fault = (pointer: string, message: string) => faults.push({ pointer, message });

  if (!CODE.test(item.code)) fault('/code', 'a lower-case letter, then at most 63 letters and digits');
  if (item.name.trim() === '' || item.name.length > ITEM_LIMITS.name)
    fault('/name', `1 to ${ITEM_LIMITS.name} characters`);
  const length = lengthFault(item.type, item.length);
  if (length) fault('/length', length);
  if (item.key && !item.required) fault('/required', 'a key item is required');
  if (item.key && !KEY_TYPES.includes(item.type)) fault('/key', `a key item is of type ${KEY_TYPES.join(', ')}`);
  if (item.type === 'G' && hosted) fault('/type', 'G is not hosted as a value');
  const codeList = codeListFault(item);
  if (codeList) fault('/codeList', codeList);
  if (item.source) faults.push(...sourceFaults(item.source));
  return faults;
}

/** An item comes from a resource of another, or from its subjects themselves. [R8.1] */
function sourceFaults({ how, fromId }: ItemSource): Fault[] {
  if (how === 'REUSED' && fromId === undefined)
    return [{ pointer: '/source/fromId', message: 'the resource it is reused from' }];
  if (how === 'COLLECTED' && fromId !== undefined)
    return [{ pointer: '/source/fromId', message: 'what is collected comes from no resource' }];
  return [];
}

function lengthFault(type: ItemType, length: string | undefined): string | null {
  switch (LENGTH[type]) {
    case 'none':
      return length === undefined ? null : `type ${type} states no length`;
    case 'characters':
      return length !== undefined && CHARACTERS.test(length) ? null : 'characters, 1 to 99999';
    case 'optionalDecimal':
      return length === undefined || isDecimal(length) ? null : 'precision.scale';
    case 'decimal':
      return length !== undefined && isDecimal(length) ? null : `precision.scale, at most ${MOST_DIGITS} digits`;
  }
}

function isDecimal(length: string): boolean {
  const [, precision, scale] = DECIMAL.exec(length) ?? [];
  return precision !== undefined && Number(precision) <= MOST_DIGITS && Number(scale) <= Number(precision);
}

function codeListFault({ type, length, codeList }: Item): string | null {
  if (codeList === undefined) return null;
  if (type !== 'C') return 'only an item of type C has a code list';
  if (codeList.length === 0 || codeList.length > ITEM_LIMITS.codeList) return `1 to ${ITEM_LIMITS.codeList} values`;
  if (new Set(codeList).size < codeList.length) return 'a value is listed twice';
  const longest = Math.min(Number(length) || ITEM_LIMITS.codeValue, ITEM_LIMITS.codeValue);
  // Characters, not UTF-16 units: a rare ideograph counts once.
  return codeList.every((v) => v !== '' && [...v].length <= longest)
    ? null
    : 'a value is empty or longer than the item';
}

function repeated(items: readonly Item[]): Fault[] {
  const seen = new Set<string>();
  return items.flatMap(({ code }, i) =>
    seen.has(code) ? [{ pointer: `/items/${i}/code`, message: 'used by another item' }] : (seen.add(code), []),
  );
}
