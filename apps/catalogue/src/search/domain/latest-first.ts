import { eachBit, hasBit, sizeOf, type Bits } from './postings';
import { dayNumber, type SearchedEntry } from './searched-entry';
import { SortedDocs } from './sorted-docs';
import type { Texts } from './texts';

/** Where an entry stands in the order of a search: by rank, then the latest first, then by id. */
export type Position = Readonly<{ rank: number; key: number; id: string }>;

/** As many as fit into a number beside the day. */
const CODE_DIGITS = 11;
const LATEST_FIRST_TIE = 10 ** CODE_DIGITS - 1;

/** Documents in the order they have within a rank. */
export class LatestFirst {
  private keys = new Float64Array(0);
  private readonly docs = new SortedDocs((a, b) => this.keys[b]! - this.keys[a]! || this.ids.compare(a, b));

  constructor(private readonly ids: Texts) {}

  grow(documents: number): void {
    const keys = new Float64Array(documents);
    keys.set(this.keys);
    this.keys = keys;
  }

  add(doc: number, entry: SearchedEntry): void {
    this.keys[doc] = keyOf(entry);
    this.docs.add(doc);
  }

  remove(doc: number): void {
    this.docs.remove(doc);
  }

  sort(): void {
    this.docs.sort();
  }

  /** The first of a set after a position. Of many the latest are looked through; few are sorted. */
  best(set: Bits, rank: number, after: Position | null, limit: number): Position[] {
    const { docs, keys, ids } = this;
    const isAfter = (doc: number) =>
      after?.rank !== rank || (after.key - keys[doc]! || ids.compareTo(doc, after.id)) > 0;
    const best: number[] = [];
    const size = sizeOf(set);
    if (size * size < limit * docs.size) {
      eachBit(set, (doc) => isAfter(doc) && best.push(doc));
      best.sort(docs.compare);
    } else
      for (let i = docs.firstWhere(isAfter); i < docs.size && best.length < limit; i++)
        if (hasBit(set, docs.at(i))) best.push(docs.at(i));
    return best.slice(0, limit).map((doc) => ({ rank, key: keys[doc]!, id: ids.of(doc) }));
  }
}

/** The later the higher, and within a day the lower the code: as far as its first digits tell, which are compared whole. */
function keyOf({ id, publishedOn }: SearchedEntry): number {
  const digits = Number(id.replace('-', '').padEnd(CODE_DIGITS, '0').slice(0, CODE_DIGITS));
  return dayNumber(publishedOn) * 10 ** CODE_DIGITS + (LATEST_FIRST_TIE - (Number.isNaN(digits) ? 0 : digits));
}
