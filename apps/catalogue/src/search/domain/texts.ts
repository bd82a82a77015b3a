/** In UTF-16 code units. A text has its place in one chunk; one that is longer has a chunk of its own. */
const CHUNK = 1 << 18;
/** A call takes only so many arguments. */
const MOST_UNITS = 4_096;
const NONE = new Uint16Array(0);

/**
 * A text of each document, outside the heap: hundreds of megabytes of strings would be looked through by every collection.
 * What was overwritten is given back chunk by chunk.
 */
export class Texts {
  private readonly chunks: Uint16Array[] = [];
  /** Of each chunk how many units are of a text that is still there. */
  private readonly used: number[] = [];
  private readonly free: number[] = [];
  private writing = -1;
  private end = 0;
  /** Number of the chunk and place in it as one: `chunk * size + place`. */
  private starts = new Uint32Array(0);
  private lengths = new Uint32Array(0);

  /** @param size of a chunk; a small one shows in a test what many texts would */
  constructor(private readonly size = CHUNK) {}

  /** Units that are held, whether of a text or not. */
  get held(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  /** Empty where nothing was set. */
  of(doc: number): string {
    const length = this.lengthOf(doc);
    const chunk = this.chunkOf(doc);
    const from = length === 0 ? 0 : this.starts[doc]! % this.size;
    let text = '';
    for (let at = 0; at < length; at += MOST_UNITS)
      text += String.fromCharCode(...chunk.subarray(from + at, from + Math.min(length, at + MOST_UNITS)));
    return text;
  }

  set(doc: number, text: string): void {
    if (doc >= this.starts.length) this.grow(doc);
    this.give(doc);
    const chunk = this.roomFor(doc, text.length);
    const from = this.starts[doc]! % this.size;
    for (let i = 0; i < text.length; i++) chunk[from + i] = text.charCodeAt(i);
  }

  includes(doc: number, word: string): boolean {
    const chunk = this.chunkOf(doc);
    const from = this.starts[doc]! % this.size;
    const last = from + this.lengthOf(doc) - word.length;
    const first = word.charCodeAt(0);
    for (let at = from; at <= last; at++) {
      if (chunk[at] !== first) continue;
      let i = 1;
      while (i < word.length && chunk[at + i] === word.charCodeAt(i)) i++;
      if (i >= word.length) return true;
    }
    return false;
  }

  /** Negative where the text of the document is before this one, in the order of code units. */
  compareTo(doc: number, text: string): number {
    const chunk = this.chunkOf(doc);
    const from = this.starts[doc]! % this.size;
    const length = this.lengthOf(doc);
    for (let i = 0; i < length && i < text.length; i++) {
      const difference = chunk[from + i]! - text.charCodeAt(i);
      if (difference !== 0) return difference;
    }
    return length - text.length;
  }

  /** The same of two documents. */
  compare(a: number, b: number): number {
    const [ofA, ofB] = [this.chunkOf(a), this.chunkOf(b)];
    const [fromA, fromB] = [this.starts[a]! % this.size, this.starts[b]! % this.size];
    const [lengthA, lengthB] = [this.lengthOf(a), this.lengthOf(b)];
    for (let i = 0; i < lengthA && i < lengthB; i++) {
      const difference = ofA[fromA + i]! - ofB[fromB + i]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  private lengthOf(doc: number): number {
    return this.lengths[doc] ?? 0;
  }

  private chunkOf(doc: number): Uint16Array {
    return this.lengthOf(doc) === 0 ? NONE : this.chunks[Math.floor(this.starts[doc]! / this.size)]!;
  }

  /** Gives back what the document has. */
  private give(doc: number): void {
    const length = this.lengthOf(doc);
    if (length === 0) return;
    const number = Math.floor(this.starts[doc]! / this.size);
    this.lengths[doc] = 0;
    this.used[number]! -= length;
    if (number !== this.writing) this.emptyIfWasted(number);
  }

  private emptyIfWasted(number: number): void {
    if (this.used[number]! < this.chunks[number]!.length / 2) this.empty(number);
  }

  private empty(number: number): void {
    const chunk = this.chunks[number]!;
    const from = number * this.size;
    for (let doc = 0; doc < this.starts.length && this.used[number]! > 0; doc++) {
      const length = this.lengths[doc]!;
      const at = this.starts[doc]! - from;
      if (length === 0 || at < 0 || at >= this.size) continue;
      this.used[number]! -= length;
      const room = this.roomFor(doc, length);
      room.set(chunk.subarray(at, at + length), this.starts[doc]! % this.size);
    }
    this.chunks[number] = NONE;
    this.free.push(number);
  }

  /** @returns the chunk in which the document has its place from now on */
  private roomFor(doc: number, length: number): Uint16Array {
    const before = this.writing;
    if (before === -1 || this.end + length > this.size) {
      this.writing = this.free.pop() ?? this.chunks.length;
      this.chunks[this.writing] = new Uint16Array(Math.max(this.size, length));
      this.used[this.writing] = 0;
      this.end = 0;
    }
    const chunk = this.chunks[this.writing]!;
    this.starts[doc] = this.writing * this.size + this.end;
    this.lengths[doc] = length;
    this.used[this.writing]! += length;
    this.end += length;
    if (before !== -1 && before !== this.writing) this.emptyIfWasted(before);
    return chunk;
  }

  private grow(doc: number): void {
    const documents = Math.max(1_024, doc + 1, this.starts.length * 2);
    const [starts, lengths] = [new Uint32Array(documents), new Uint32Array(documents)];
    starts.set(this.starts);
    lengths.set(this.lengths);
    this.starts = starts;
    this.lengths = lengths;
  }
}
