import { Columns, type Asked, type Counted } from './columns';
import { folded, LATIN, wholeOf, type Term } from './folding';
import {
  clearBit,
  eachBit,
  hasBit,
  newBits,
  ScratchBits,
  setBit,
  sizeOf,
  widened,
  type Bits,
  type Capacity,
} from './postings';
import { SortedDocs } from './sorted-docs';
import { TextIndex } from './text-index';
import { dayNumber, type SearchedEntry, type Viewer } from './searched-entry';

/** The better the place a word was found in, the lower. An entry stands where the worst of its words does. */
export const RANKS = ['exact', 'name', 'initials', 'items', 'abstract'] as const;
export type Rank = (typeof RANKS)[number];

/** Where an entry stands in the order of a search: by rank, then the latest first, then by id. */
export type Position = Readonly<{ rank: number; key: number; id: string }>;
export type Search = Asked &
  Readonly<{ terms: readonly Term[]; whole: string; viewer: Viewer; after: Position | null; limit: number }>;
export type Found = Counted & Readonly<{ hits: readonly Position[] }>;

const ITEMS = RANKS.indexOf('items') - 1;

/** @returns first letters of how the text is pronounced, as many as it has characters; spaces where there are none */
export type Initials = (text: string) => string;

const SAYS_NOTHING = /(?<=..)(信息|数据|名单|目录|名录|清单|台账)$/;
const FIRST_ROOM = 1_024;
const DEAR = 2_000;
/** As many as fit into a number beside the day. */
const CODE_DIGITS = 11;

/** All published entries in memory, to be found, ranked and counted. It answers each viewer only of what they may know. */
export class SearchIndex {
  private readonly capacity: Capacity;
  private readonly ids: string[] = [];
  private readonly docs = new Map<string, number>();
  private readonly free: number[] = [];
  private readonly name: TextIndex;
  private readonly initials: TextIndex;
  private readonly items: TextIndex;
  private readonly abstract: TextIndex;
  private readonly columns = new Columns();
  private readonly scratch: ScratchBits;
  /** Documents by their whole names, folded: nearly always one. */
  private readonly wholes = new Map<string, number | Set<number>>();
  private keys = new Float64Array(0);
  private present: Bits = newBits(0);
  /** Of which others may not know that they are there; and of which not what items they have. */
  private hidden: Bits = newBits(0);
  private itemless: Bits = newBits(0);
  /** Those of a provider that are kept from others in whole or in part. */
  private readonly keptBy = new Map<string, Set<number>>();

  private readonly byCode = new SortedDocs((a, b) => (this.ids[a]! < this.ids[b]! ? -1 : 1));
  private readonly latestFirst = new SortedDocs((a, b) => compare(this.positionOf(a), this.positionOf(b)));

  /** @param sizes smaller ones show in a test what many entries would */
  constructor(
    private readonly initialsOf: Initials,
    private readonly sizes: Readonly<{ firstRoom: number; dear: number }> = { firstRoom: FIRST_ROOM, dear: DEAR },
  ) {
    this.capacity = { documents: 0, dear: sizes.dear };
    this.scratch = new ScratchBits(this.capacity);
    this.name = new TextIndex(this.capacity);
    this.initials = new TextIndex(this.capacity, LATIN);
    this.items = new TextIndex(this.capacity);
    this.abstract = new TextIndex(this.capacity);
  }

  /** Grows with everything that is put in or removed: as long as it stays, the same is found. */
  changes = 0;

  get size(): number {
    return this.docs.size;
  }

  put(entry: SearchedEntry): void {
    this.changes += 1;
    const known = this.docs.get(entry.id);
    if (known !== undefined) this.forget(known);
    const doc = known ?? this.free.pop() ?? this.ids.length;
    if (doc >= this.capacity.documents) this.grow();
    if (known === undefined) {
      this.ids[doc] = entry.id;
      this.docs.set(entry.id, doc);
      this.byCode.add(doc);
      setBit(this.present, doc);
    }
    this.write(doc, entry);
    this.columns.set(doc, entry);
    this.keys[doc] = keyOf(entry);
    this.latestFirst.add(doc);
    if (entry.metadataVisibility === 'ALL') return;
    if (entry.metadataVisibility === 'HIDDEN') setBit(this.hidden, doc);
    setBit(this.itemless, doc);
    this.setOf(this.keptBy, entry.providerId).add(doc);
  }

  remove(id: string): void {
    const doc = this.docs.get(id);
    if (doc === undefined) return;
    this.changes += 1;
    this.forget(doc);
    this.byCode.remove(doc);
    for (const field of [this.name, this.initials, this.items, this.abstract]) field.set(doc, '');
    clearBit(this.present, doc);
    this.docs.delete(id);
    this.ids[doc] = '';
    this.free.push(doc);
  }

  /** Puts in order what was put in: once, when all of it is there. */
  settle(): void {
    this.byCode.sort();
    this.latestFirst.sort();
  }

  search(search: Search): Found {
    const { viewer, after, limit } = search;
    this.scratch.release();
    const hidden = this.keptFrom(viewer, this.hidden);
    const ranks = this.ranked(search.terms, this.keptFrom(viewer, this.itemless));
    for (const set of ranks) for (let i = 0; i < set.length; i++) set[i]! &= this.present[i]! & ~hidden[i]!;
    const all = ranks.at(-1)!;
    const counted = this.columns.count(all, search);

    const better = this.scratch.take();
    const exact = this.scratch.take();
    for (const doc of this.namedExactly(search.whole)) if (hasBit(all, doc)) setBit(exact, doc);
    const hits: Position[] = [];
    for (const [rank, set] of [exact, ...ranks].entries()) {
      for (let i = 0; i < set.length; i++) set[i]! &= all[i]! & ~better[i]!;
      if (rank >= (after?.rank ?? 0)) hits.push(...this.best(set, rank, after, limit - hits.length));
      if (hits.length === limit) break;
      for (let i = 0; i < set.length; i++) better[i]! |= set[i]!;
    }
    return { ...counted, hits };
  }

  /** For each place, which have every word there or in a better one. A set is for the caller to change. */
  private ranked(terms: readonly Term[], itemless: Bits): Bits[] {
    if (terms.length === 0) return [this.scratch.copy(this.present)];
    const all: (Bits | null)[] = [null, null, null, null];
    for (const term of terms) {
      const found = this.scratch.take();
      for (const [place, addPlace] of this.places(term).entries()) {
        if (place === ITEMS) {
          const items = this.scratch.take();
          addPlace(items);
          for (let i = 0; i < items.length; i++) found[i]! |= items[i]! & ~itemless[i]!;
        } else addPlace(found);
        const set = all[place];
        if (set) for (let i = 0; i < set.length; i++) set[i]! &= found[i]!;
        else all[place] = this.scratch.copy(found);
      }
    }
    return all as Bits[];
  }

  /** Where a term is looked for, the best place first. */
  private places({ kind, text }: Term): readonly ((found: Bits) => void)[] {
    if (kind === 'chinese')
      return [
        (found) => this.name.find(text, found),
        () => undefined,
        (found) => this.items.find(text, found),
        (found) => this.abstract.find(text, found),
      ];
    const words = (field: TextIndex) => (found: Bits) => field.findPrefix(text, found);
    return [
      (found) => {
        this.name.findPrefix(text, found);
        if (kind === 'code') this.addCodes(text, found);
      },
      (found) => (kind === 'latin' && text.length > 1 ? this.initials.find(text, found) : undefined),
      words(this.items),
      words(this.abstract),
    ];
  }

  private addCodes(prefix: string, found: Bits): void {
    const { byCode, ids } = this;
    for (let i = byCode.firstWhere((doc) => ids[doc]! >= prefix); i < byCode.size; i++) {
      if (!ids[byCode.at(i)]!.startsWith(prefix)) return;
      setBit(found, byCode.at(i));
    }
  }

  /** The first of a set after a position. Of many the latest are looked through; few are sorted. */
  private best(set: Bits, rank: number, after: Position | null, limit: number): Position[] {
    const { latestFirst } = this;
    const isAfter = (doc: number) => after?.rank !== rank || compare(this.positionOf(doc, rank), after) > 0;
    const size = sizeOf(set);
    const best: Position[] = [];
    if (size * size < limit * latestFirst.size) {
      eachBit(set, (doc) => isAfter(doc) && best.push(this.positionOf(doc, rank)));
      return best.sort(compare).slice(0, limit);
    }
    for (let i = latestFirst.firstWhere(isAfter); i < latestFirst.size && best.length < limit; i++) {
      const doc = latestFirst.at(i);
      if (hasBit(set, doc)) best.push(this.positionOf(doc, rank));
    }
    return best;
  }

  private positionOf = (doc: number, rank = 0): Position => ({ rank, key: this.keys[doc]!, id: this.ids[doc]! });

  /** Viewers of one viewpoint may know the same. Only who keeps something has one of their own. */
  viewpointOf({ departmentId, knowsAll }: Viewer): string {
    if (knowsAll) return '*';
    return this.keptBy.get(departmentId)?.size ? departmentId : '';
  }

  /** A set of what is kept from others, without what is not kept from this viewer. */
  private keptFrom({ departmentId, knowsAll }: Viewer, kept: Bits): Bits {
    if (knowsAll) return this.scratch.take();
    const own = this.keptBy.get(departmentId);
    if (!own) return kept;
    const set = this.scratch.copy(kept);
    for (const doc of own) clearBit(set, doc);
    return set;
  }

  private write(doc: number, entry: SearchedEntry): void {
    const name = folded(entry.name);
    this.name.set(doc, entry.nameEn === null ? name : `${name}\n${folded(entry.nameEn)}`);
    this.initials.set(doc, this.initialsOf(entry.name));
    this.items.set(doc, folded(entry.items.map(({ code, name }) => `${name} ${code} ${inWords(code)}`).join('\n')));
    this.abstract.set(doc, folded(entry.abstract ?? ''));
    for (const whole of this.wholesOf(doc)) {
      const known = this.wholes.get(whole);
      if (known === undefined) this.wholes.set(whole, doc);
      else this.wholes.set(whole, typeof known === 'number' ? new Set([known, doc]) : known.add(doc));
    }
  }

  /** Its names, and without the word that so many names end in: who looks for `婚姻登记` means `婚姻登记信息`. */
  private wholesOf(doc: number): ReadonlySet<string> {
    const names = this.name.textOf(doc).split('\n').map(wholeOf);
    return new Set([...names, ...names.map((name) => name.replace(SAYS_NOTHING, ''))]);
  }

  private namedExactly(whole: string): Iterable<number> {
    if (whole === '') return [];
    const named = this.wholes.get(whole) ?? this.docs.get(whole.replace('/', '-')) ?? [];
    return typeof named === 'number' ? [named] : named;
  }

  /** What is not overwritten when the document is written anew. */
  private forget(doc: number): void {
    clearBit(this.hidden, doc);
    clearBit(this.itemless, doc);
    this.keptBy.get(this.columns.providerOf(doc))?.delete(doc);
    this.latestFirst.remove(doc);
    for (const whole of this.wholesOf(doc)) {
      const named = this.wholes.get(whole);
      if (named === doc) this.wholes.delete(whole);
      else if (named instanceof Set) named.delete(doc);
    }
  }

  private grow(): void {
    const documents = Math.max(this.sizes.firstRoom, this.capacity.documents * 2);
    this.capacity.documents = documents;
    this.columns.grow(documents);
    this.present = widened(this.present, documents);
    this.hidden = widened(this.hidden, documents);
    this.itemless = widened(this.itemless, documents);
    const keys = new Float64Array(documents);
    keys.set(this.keys);
    this.keys = keys;
  }

  private setOf(sets: Map<string, Set<number>>, key: string): Set<number> {
    let set = sets.get(key);
    if (!set) sets.set(key, (set = new Set()));
    return set;
  }
}

const LATEST_FIRST_TIE = 10 ** CODE_DIGITS - 1;

/** The later the higher, and within a day the lower the code: as far as its first digits tell, which are compared whole. */
function keyOf({ id, publishedOn }: SearchedEntry): number {
  const digits = Number(id.replace('-', '').padEnd(CODE_DIGITS, '0').slice(0, CODE_DIGITS));
  return dayNumber(publishedOn) * 10 ** CODE_DIGITS + (LATEST_FIRST_TIE - (Number.isNaN(digits) ? 0 : digits));
}

/** Negative when a comes before b. */
const compare = (a: Position, b: Position): number => b.key - a.key || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** `entName` is found by `name` too. */
const inWords = (code: string): string => code.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2');
