/** Documents in an order. What is added one by one finds its place; what was added before anybody asks is sorted at once. */
export class SortedDocs {
  private docs = new Uint32Array(1_024);
  private count = 0;
  private isSorted = false;

  /** @param compare of two documents, never equal; what it compares by must not change while they are here */
  constructor(readonly compare: (a: number, b: number) => number) {}

  get size(): number {
    return this.count;
  }

  at(place: number): number {
    return this.docs[place]!;
  }

  add(doc: number): void {
    if (this.count === this.docs.length) {
      const more = new Uint32Array(this.count * 2);
      more.set(this.docs);
      this.docs = more;
    }
    const at = this.isSorted ? this.firstWhere((other) => this.compare(other, doc) > 0) : this.count;
    this.docs.copyWithin(at + 1, at, this.count++);
    this.docs[at] = doc;
  }

  remove(doc: number): void {
    const at = this.firstWhere((other) => this.compare(other, doc) >= 0);
    if (this.docs[at] !== doc) return;
    this.docs.copyWithin(at, at + 1, this.count--);
  }

  /** The first place of which this is true, where it is true of all that follow. */
  firstWhere(isThere: (doc: number) => boolean): number {
    this.sort();
    let low = 0;
    for (let high = this.count; low < high;) {
      const middle = (low + high) >>> 1;
      if (isThere(this.docs[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  sort(): void {
    if (this.isSorted) return;
    this.docs.subarray(0, this.count).sort(this.compare);
    this.isSorted = true;
  }
}
