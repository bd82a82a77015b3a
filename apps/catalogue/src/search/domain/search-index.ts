import { Columns, type Asked, type Counted } from './columns';
import { folded, LATIN, type Term } from './folding';
import { HashedDocs } from './hashed-docs';
import { LatestFirst, type Position } from './latest-first';
import { clearBit, hasBit, newBits, ScratchBits, setBit, widened, type Bits, type Capacity } from './postings';
import { SortedDocs } from './sorted-docs';
import { TextIndex } from './text-index';
import { Texts } from './texts';
import { Visibility } from './visibility';
import { WholeNames } from './whole-names';
import type { SearchedEntry, Viewer } from './searched-entry';

export type { Position };

/** The better the place a word was found in, the lower. An entry stands where the worst of its words does. */
export const RANKS = ['exact', 'name', 'initials', 'items', 'abstract', 'synonyms'] as const;
export type Rank = (typeof RANKS)[number];

export type Search = Asked &
  Readonly<{ terms: readonly Term[]; whole: string; viewer: Viewer; after: Position | null; limit: number }>;
export type Found = Counted & Readonly<{ hits: readonly Position[] }>;

const ITEMS = RANKS.indexOf('items') - 1;

/** @returns first letters of how the text is pronounced, as many as it has characters; spaces where there are none */
export type Initials = (text: string) => string;

const FIRST_ROOM = 1_024;
const DEAR = 2_000;

/** All published entries in memory, to be found, ranked and counted. It answers each viewer only of what they may know. */
export class SearchIndex {
  private readonly capacity: Capacity;
  private readonly ids = new Texts();
  private readonly docs = new HashedDocs();
  private documents = 0;
  private readonly free: number[] = [];
  private readonly name: TextIndex;
  private readonly initials: TextIndex;
  private readonly items: TextIndex;
  private readonly abstract: TextIndex;
  private readonly columns = new Columns();
  private readonly scratch: ScratchBits;
  private readonly visibility: Visibility;
  private present: Bits = newBits(0);
  private readonly wholes = new WholeNames((doc) => this.name.textOf(doc));
  private readonly byCode = new SortedDocs((a, b) => this.ids.compare(a, b));
  private readonly latestFirst = new LatestFirst(this.ids);

  /** @param sizes smaller ones show in a test what many entries would */
  constructor(
    private readonly initialsOf: Initials,
    private readonly sizes: Readonly<{ firstRoom: number; dear: number }> = { firstRoom: FIRST_ROOM, dear: DEAR },
  ) {
    this.capacity = { documents: 0, dear: sizes.dear };
    this.scratch = new ScratchBits(this.capacity);
    this.visibility = new Visibility(this.scratch);
    this.name = new TextIndex(this.capacity);
    this.initials = new TextIndex(this.capacity, LATIN);
    this.items = new TextIndex(this.capacity);
    this.abstract = new TextIndex(this.capacity);
  }

  /** Grows with everything that is put in or removed: as long as it stays, the same is found. */
  changes = 0;

  get size(): number {
    return this.documents - this.free.length;
  }

  put(entry: SearchedEntry): void {
    this.changes += 1;
    const known = this.docOf(entry.id);
    if (known !== undefined) this.forget(known);
    const doc = known ?? this.free.pop() ?? this.documents++;
    if (doc >= this.capacity.documents) this.grow();
    if (known === undefined) {
      this.ids.set(doc, entry.id);
      this.docs.add(entry.id, doc);
      this.byCode.add(doc);
      setBit(this.present, doc);
    }
    this.write(doc, entry);
    this.wholes.add(doc);
    this.columns.set(doc, entry);
    this.latestFirst.add(doc, entry);
    this.visibility.set(doc, entry);
  }

  remove(id: string): void {
    const doc = this.docOf(id);
    if (doc === undefined) return;
    this.changes += 1;
    this.forget(doc);
    this.byCode.remove(doc);
    for (const field of [this.name, this.initials, this.items, this.abstract]) field.set(doc, '');
    clearBit(this.present, doc);
    this.docs.remove(id, doc);
    this.ids.set(doc, '');
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
    const hidden = this.visibility.hiddenFrom(viewer);
    const ranks = this.ranked(search.terms, this.visibility.itemlessFor(viewer));
    for (const set of ranks) for (let i = 0; i < set.length; i++) set[i]! &= this.present[i]! & ~hidden[i]!;
    const all = ranks.at(-1)!;
    const counted = this.columns.count(all, search);

    const better = this.scratch.take();
    const exact = this.scratch.take();
    for (const doc of this.namedExactly(search.whole)) if (hasBit(all, doc)) setBit(exact, doc);
    const hits: Position[] = [];
    for (const [rank, set] of [exact, ...ranks].entries()) {
      for (let i = 0; i < set.length; i++) set[i]! &= all[i]! & ~better[i]!;
      if (rank >= (after?.rank ?? 0)) hits.push(...this.latestFirst.best(set, rank, after, limit - hits.length));
      if (hits.length === limit) break;
      for (let i = 0; i < set.length; i++) better[i]! |= set[i]!;
    }
    return { ...counted, hits };
  }

  /** For each place, which have every word there or in a better one. A set is for the caller to change. */
  private ranked(terms: readonly Term[], itemless: Bits): Bits[] {
    if (terms.length === 0) return [this.scratch.copy(this.present)];
    const all: (Bits | null)[] = [null, null, null, null, null];
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
  private places({ kind, text, others = [] }: Term): readonly ((found: Bits) => void)[] {
    if (kind === 'chinese')
      return [
        (found) => this.name.find(text, found),
        () => undefined,
        (found) => this.items.find(text, found),
        (found) => this.abstract.find(text, found),
        (found) => others.forEach((other) => this.name.find(other, found)),
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
      () => undefined,
    ];
  }

  private addCodes(prefix: string, found: Bits): void {
    const { byCode, ids } = this;
    const firstFrom = (text: string) => byCode.firstWhere((doc) => ids.compareTo(doc, text) >= 0);
    const end = firstFrom(`${prefix}\uffff`);
    for (let i = firstFrom(prefix); i < end; i++) setBit(found, byCode.at(i));
  }

  /** Viewers of one viewpoint may know the same. */
  viewpointOf(viewer: Viewer): string {
    return this.visibility.viewpointOf(viewer);
  }

  private write(doc: number, entry: SearchedEntry): void {
    const name = folded(entry.name);
    this.name.set(doc, entry.nameEn === null ? name : `${name}\n${folded(entry.nameEn)}`);
    this.initials.set(doc, this.initialsOf(entry.name));
    this.items.set(doc, folded(entry.items.map(({ code, name }) => `${name} ${code} ${inWords(code)}`).join('\n')));
    this.abstract.set(doc, folded(entry.abstract ?? ''));
  }

  private namedExactly(whole: string): readonly number[] {
    if (whole === '') return [];
    const named = this.wholes.named(whole);
    const coded = named.length === 0 ? this.docOf(whole.replace('/', '-')) : undefined;
    return coded === undefined ? named : [coded];
  }

  private docOf(id: string): number | undefined {
    for (const doc of this.docs.of(id)) if (this.ids.compareTo(doc, id) === 0) return doc;
    return undefined;
  }

  /** What is not overwritten when the document is written anew. */
  private forget(doc: number): void {
    this.visibility.forget(doc, this.columns.providerOf(doc));
    this.latestFirst.remove(doc);
    this.wholes.remove(doc);
  }

  private grow(): void {
    const documents = Math.max(this.sizes.firstRoom, this.capacity.documents * 2);
    this.capacity.documents = documents;
    this.columns.grow(documents);
    this.present = widened(this.present, documents);
    this.visibility.grow(documents);
    this.latestFirst.grow(documents);
  }
}

/** `entName` is found by `name` too. */
const inWords = (code: string): string => code.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2');
