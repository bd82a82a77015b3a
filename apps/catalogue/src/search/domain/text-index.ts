import { eachRun, LATIN, OTHER, type Script } from './folding';
import { eachBit, hasBit, newBits, Postings, setBit, clearBit, widened, type Bits, type Capacity } from './postings';
import { Texts } from './texts';

const MOST_PHRASES = 200;
/** A shorter beginning of a word is taken as the whole of it. */
const SHORTEST_PREFIX = 2;

/**
 * One field of all documents. Chinese has no spaces: it is found by pairs of characters, and a longer word by comparing
 * the text of those that have all its pairs. Latin is found by words and their beginnings.
 */
export class TextIndex {
  private readonly texts = new Texts();
  private readonly pairs = new Map<number, Postings>();
  /** Pairs by their first character, for what is one character long. */
  private readonly pairsFrom = new Map<number, Postings[]>();
  private readonly words = new Map<string, Postings>();
  private sorted: string[] | null = null;
  private readonly phrases = new Map<string, Bits>();

  /** @param paired of which script pairs are kept: of pinyin initials they are Latin, and there are no words */
  constructor(
    private readonly capacity: Capacity,
    private readonly paired: Script = OTHER,
  ) {}

  /** @param text folded */
  set(doc: number, text: string): void {
    const known = this.texts.of(doc);
    if (known === text) return;
    if (known !== '') this.each(known, (postings) => postings.remove(doc));
    this.texts.set(doc, text);
    this.each(text, (postings) => postings.add(doc));
    for (const [phrase, bits] of this.phrases) {
      const wide = bits.length << 5 < this.capacity.documents ? widened(bits, this.capacity.documents) : bits;
      if (wide !== bits) this.phrases.set(phrase, wide);
      if (text.includes(phrase)) setBit(wide, doc);
      else clearBit(wide, doc);
    }
  }

  /** Folded; empty when there is none. */
  textOf(doc: number): string {
    return this.texts.of(doc);
  }

  /** Adds the documents that have this anywhere. @param run of the script whose pairs are kept, folded */
  find(run: string, found: Bits): void {
    if (run.length === 1) {
      for (const postings of this.pairsFrom.get(run.charCodeAt(0)) ?? []) postings.addTo(found);
      return;
    }
    const all: Postings[] = [];
    for (let i = 1; i < run.length; i++) {
      const postings = this.pairs.get(pairOf(run.charCodeAt(i - 1), run.charCodeAt(i)));
      if (!postings || postings.size === 0) return;
      all.push(postings);
    }
    if (all.length === 1) all[0]!.addTo(found);
    else this.findPhrase(run, all, found);
  }

  /** Adds the documents that have a word which begins so. */
  findPrefix(prefix: string, found: Bits): void {
    if (prefix.length < SHORTEST_PREFIX) return void this.words.get(prefix)?.addTo(found);
    const words = (this.sorted ??= [...this.words.keys()].sort());
    for (let i = firstFrom(words, prefix); i < words.length && words[i]!.startsWith(prefix); i++)
      this.words.get(words[i]!)!.addTo(found);
  }

  private findPhrase(phrase: string, pairs: readonly Postings[], found: Bits): void {
    const kept = this.phrases.get(phrase);
    if (kept) {
      for (let i = 0; i < kept.length; i++) found[i]! |= kept[i]!;
      return;
    }
    const rarest = pairs.reduce((a, b) => (b.size < a.size ? b : a));
    const hasIt = (doc: number) => this.texts.includes(doc, phrase);
    if (rarest.size < this.capacity.dear) return rarest.addWhere(found, hasIt);
    const others = pairs.filter((p) => p !== rarest).map((p) => p.common).filter((bits) => bits !== null); // prettier-ignore
    const bits = newBits(this.capacity.documents);
    rarest.addWhere(bits, (doc) => others.every((other) => hasBit(other, doc)) && hasIt(doc));
    eachBit(bits, (doc) => setBit(found, doc));
    this.keep(phrase, bits);
  }

  private keep(phrase: string, bits: Bits): void {
    const [oldest] = this.phrases.keys();
    if (this.phrases.size >= MOST_PHRASES && oldest !== undefined) this.phrases.delete(oldest);
    this.phrases.set(phrase, bits);
  }

  /** Every pair and every word of a text; a pair with nothing stands for the last character of a run. */
  private each(text: string, visit: (postings: Postings) => void): void {
    eachRun(text, (script, from, to) => {
      if (script === this.paired)
        for (let i = from; i < to; i++)
          visit(this.postingsOf(text.charCodeAt(i), i + 1 < to ? text.charCodeAt(i + 1) : 0));
      else if (script === LATIN) visit(this.postingsOfWord(text.slice(from, to)));
    });
  }

  private postingsOf(first: number, second: number): Postings {
    const pair = pairOf(first, second);
    let postings = this.pairs.get(pair);
    if (!postings) {
      this.pairs.set(pair, (postings = new Postings(this.capacity)));
      const from = this.pairsFrom.get(first);
      if (from) from.push(postings);
      else this.pairsFrom.set(first, [postings]);
    }
    return postings;
  }

  private postingsOfWord(word: string): Postings {
    let postings = this.words.get(word);
    if (!postings) {
      this.words.set(word, (postings = new Postings(this.capacity)));
      this.sorted = null;
    }
    return postings;
  }
}

/** A whole number of 31 bits and a sign, which a map finds fastest. */
const pairOf = (first: number, second: number): number => (first << 16) | second;

/** Where the first word stands that is not before this one. */
export function firstFrom(words: readonly string[], word: string): number {
  let low = 0;
  for (let high = words.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (words[middle]! < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
