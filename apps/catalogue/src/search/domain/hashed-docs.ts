const FIRST_ROOM = 1_024;
const END = -1;

/**
 * Documents by a hash of a text, outside the heap: a map of a million strings is looked through by every collection. Other
 * texts may have the same hash, so whoever looks compares.
 */
export class HashedDocs {
  private heads = new Int32Array(FIRST_ROOM).fill(END);
  private hashes = new Uint32Array(FIRST_ROOM);
  private docs = new Uint32Array(FIRST_ROOM);
  private nexts = new Int32Array(FIRST_ROOM);
  private count = 0;
  private free = END;

  /** A pair may be added once. */
  add(text: string, doc: number): void {
    let node = this.free;
    if (node !== END) this.free = this.nexts[node]!;
    else {
      if (this.count === this.docs.length) this.grow();
      node = this.count++;
    }
    this.hashes[node] = hashOf(text);
    this.docs[node] = doc;
    this.link(node);
  }

  remove(text: string, doc: number): void {
    const hash = hashOf(text);
    const place = this.placeOf(hash);
    for (let node = this.heads[place]!, before = END; node !== END; before = node, node = this.nexts[node]!) {
      if (this.hashes[node] !== hash || this.docs[node] !== doc) continue;
      if (before === END) this.heads[place] = this.nexts[node]!;
      else this.nexts[before] = this.nexts[node]!;
      this.nexts[node] = this.free;
      this.free = node;
      return;
    }
  }

  /** In no order, also some of other texts. */
  *of(text: string): Generator<number> {
    const hash = hashOf(text);
    for (let node = this.heads[this.placeOf(hash)]!; node !== END; node = this.nexts[node]!)
      if (this.hashes[node] === hash) yield this.docs[node]!;
  }

  private placeOf(hash: number): number {
    return hash & (this.heads.length - 1);
  }

  private link(node: number): void {
    const place = this.placeOf(this.hashes[node]!);
    this.nexts[node] = this.heads[place]!;
    this.heads[place] = node;
  }

  /** Only where no node is free, so that all of them are linked again. */
  private grow(): void {
    const room = this.docs.length * 2;
    const wider = <T extends Uint32Array | Int32Array>(made: T, known: T): T => {
      made.set(known);
      return made;
    };
    this.hashes = wider(new Uint32Array(room), this.hashes);
    this.docs = wider(new Uint32Array(room), this.docs);
    this.nexts = wider(new Int32Array(room), this.nexts);
    this.heads = new Int32Array(room).fill(END);
    for (let node = 0; node < this.count; node++) this.link(node);
  }
}

/** FNV-1a of the code units, mixed so that its low bits tell too. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
