/** A set of documents, a bit each. All bitmaps of one index are as long as its capacity. */
export type Bits = Uint32Array;

export const newBits = (documents: number): Bits => new Uint32Array((documents + 31) >>> 5);
export const setBit = (bits: Bits, doc: number): void => void (bits[doc >>> 5]! |= 1 << (doc & 31));
export const clearBit = (bits: Bits, doc: number): void => void (bits[doc >>> 5]! &= ~(1 << (doc & 31)));
export const hasBit = (bits: Bits, doc: number): boolean => ((bits[doc >>> 5]! >>> (doc & 31)) & 1) === 1;

export function eachBit(bits: Bits, visit: (doc: number) => void): void {
  for (let i = 0; i < bits.length; i++)
    for (let word = bits[i]!; word !== 0; word &= word - 1) visit((i << 5) | (31 - Math.clz32(word & -word)));
}

/** Sets for as long as one search takes, used again by the next: megabytes a search would keep the collector busy. */
export class ScratchBits {
  private readonly all: Bits[] = [];
  private used = 0;

  constructor(private readonly capacity: Capacity) {}

  /** An empty set, until `release`. */
  take(): Bits {
    const known = this.all[this.used];
    const fits = known && known.length << 5 >= this.capacity.documents;
    const bits = fits ? known.fill(0) : newBits(this.capacity.documents);
    this.all[this.used++] = bits;
    return bits;
  }

  copy(of: Bits): Bits {
    const bits = this.take();
    bits.set(of);
    return bits;
  }

  release(): void {
    this.used = 0;
  }
}

export function sizeOf(bits: Bits): number {
  let size = 0;
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i]!;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    size += (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return size;
}

/** The set again, with room for more documents. */
export function widened(bits: Bits, documents: number): Bits {
  const wider = newBits(documents);
  wider.set(bits);
  return wider;
}

/** What all parts of one index share. */
export type Capacity = {
  /** How many documents there is room for. */
  documents: number;
  /** From this many candidates on, what a phrase was found in is kept. */
  readonly dear: number;
};

const FIRST_ROOM = 4;

/**
 * The documents of one gram or word: their sorted numbers while they are few, a bitmap as soon as that is smaller, so
 * that a common gram costs an eighth of a byte a document and a rare one four bytes a hit.
 */
export class Postings {
  private docs = new Uint32Array(FIRST_ROOM);
  private bits: Bits | null = null;
  private count = 0;

  constructor(private readonly capacity: Capacity) {}

  get size(): number {
    return this.count;
  }

  /** The bitmap of a common gram; null while the documents are few. */
  get common(): Bits | null {
    if (this.bits && this.bits.length << 5 < this.capacity.documents)
      this.bits = widened(this.bits, this.capacity.documents);
    return this.bits;
  }

  add(doc: number): void {
    const bits = this.common;
    if (bits) {
      if (hasBit(bits, doc)) return;
      setBit(bits, doc);
      this.count++;
      return;
    }
    const at = this.count > 0 && this.docs[this.count - 1]! < doc ? this.count : this.placeOf(doc);
    if (at < this.count && this.docs[at] === doc) return;
    if (this.count === this.docs.length) {
      const more = new Uint32Array(Math.ceil(this.count * 1.5));
      more.set(this.docs);
      this.docs = more;
    }
    this.docs.copyWithin(at + 1, at, this.count);
    this.docs[at] = doc;
    if (++this.count > this.capacity.documents >>> 5) this.toBits();
  }

  remove(doc: number): void {
    const bits = this.common;
    if (bits) {
      if (!hasBit(bits, doc)) return;
      clearBit(bits, doc);
      // Well below where it became a bitmap: one that goes to and fro is not copied each time.
      if (--this.count < this.capacity.documents >>> 7) this.toDocs(bits);
      return;
    }
    const at = this.placeOf(doc);
    if (at === this.count || this.docs[at] !== doc) return;
    this.docs.copyWithin(at, at + 1, this.count);
    this.count--;
  }

  /** Adds its documents to the set. */
  addTo(set: Bits): void {
    const bits = this.common;
    if (bits) for (let i = 0; i < bits.length; i++) set[i]! |= bits[i]!;
    else for (let i = 0; i < this.count; i++) setBit(set, this.docs[i]!);
  }

  /** @returns those that pass, into the set */
  addWhere(set: Bits, passes: (doc: number) => boolean): void {
    const visit = (doc: number) => passes(doc) && setBit(set, doc);
    const bits = this.common;
    if (bits) eachBit(bits, visit);
    else for (let i = 0; i < this.count; i++) visit(this.docs[i]!);
  }

  private placeOf(doc: number): number {
    let low = 0;
    for (let high = this.count; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.docs[middle]! < doc) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private toBits(): void {
    const bits = newBits(this.capacity.documents);
    for (let i = 0; i < this.count; i++) setBit(bits, this.docs[i]!);
    this.bits = bits;
    this.docs = new Uint32Array(0);
  }

  private toDocs(bits: Bits): void {
    const docs = new Uint32Array(Math.max(FIRST_ROOM, this.count));
    let n = 0;
    eachBit(bits, (doc) => (docs[n++] = doc));
    this.docs = docs;
    this.bits = null;
  }
}
