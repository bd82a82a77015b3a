import { gramsOf, wordsOf } from './search-text';

/** What two entries are compared by. Items are null where they may not be known. */
export type Likened = Readonly<{
  name: string;
  /** What it is for: abstract and duty. */
  purpose: string;
  items: readonly Readonly<{ name: string; elementId: string | null }>[] | null;
}>;
/** Each from 0 to 1; null where there is nothing to compare. */
export type Likeness = Readonly<{
  score: number;
  name: number;
  items: number | null;
  purpose: number | null;
  /** Names of the items that are alike. */
  sharedItems: readonly string[];
}>;

const WEIGHTS = { name: 0.45, items: 0.35, purpose: 0.2 } as const;
/** Words that are in the name of every other resource: being called so is no likeness. */
const COMMON_WORDS = /信息|数据|资源|情况|记录|目录|名录|台账/gu;

export function likeness(one: Likened, other: Likened): Likeness {
  const name = dice(pairsOfName(one.name), pairsOfName(other.name));
  const purpose =
    one.purpose.trim() === '' || other.purpose.trim() === ''
      ? null
      : dice(pairsOf(one.purpose), pairsOf(other.purpose));
  const [items, sharedItems] = alikeItems(one.items, other.items);
  const parts = [
    [WEIGHTS.name, name],
    [WEIGHTS.items, items],
    [WEIGHTS.purpose, purpose],
  ] as const;
  const known = parts.filter((part): part is readonly [number, number] & typeof part => part[1] !== null);
  const weight = known.reduce((sum, [w]) => sum + w, 0);
  const score = known.reduce((sum, [w, part]) => sum + w * part, 0) / weight;
  return { score: rounded(score), name: rounded(name), items: items && rounded(items), purpose: purpose && rounded(purpose), sharedItems }; // prettier-ignore
}

/** Pairs of characters by which a name is told from others; all of them where it says nothing else. */
export function pairsOfName(name: string): string[] {
  const told = pairsOf(name.replace(COMMON_WORDS, ' '));
  return told.length > 0 ? told : pairsOf(name);
}

/** Pairs of neighbouring characters; a single one stands for itself. */
export function pairsOf(text: string): string[] {
  const grams = gramsOf(wordsOf(text).join(' '));
  const pairs = grams.filter((gram) => [...gram].length === 2);
  return pairs.length > 0 ? pairs : grams;
}

/** Items are alike that hold the same element, or have the same name. */
function alikeItems(one: Likened['items'], other: Likened['items']): [number | null, readonly string[]] {
  if (!one || !other || one.length === 0 || other.length === 0) return [null, []];
  const elements = new Set(other.flatMap(({ elementId }) => elementId ?? []));
  const names = new Set(other.map(({ name }) => folded(name)));
  const shared = one.filter(
    (item) => (item.elementId !== null && elements.has(item.elementId)) || names.has(folded(item.name)),
  );
  const part = Math.min(1, shared.length / Math.max(1, one.length + other.length - shared.length));
  return [part, shared.map(({ name }) => name).slice(0, 50)];
}

const folded = (name: string): string => wordsOf(name).join(' ');

function dice(one: readonly string[], other: readonly string[]): number {
  const among = new Set(other);
  const shared = one.filter((gram) => among.has(gram)).length;
  return one.length + other.length === 0 ? 0 : (2 * shared) / (one.length + other.length);
}

const rounded = (part: number): number => Math.round(part * 1000) / 1000;
