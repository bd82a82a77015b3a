const HASH_BYTES = 16;

type Wanted = Readonly<{ hash: Buffer; row: number }>;

/** Where the rows of a sample stand in one delivery, whose hashes are gone through in their order. */
export class SamplePlaces {
  /** By the first four bytes: nearly every hash of a delivery is none of these, and costs no more than to find that out. */
  private readonly wanted: ReadonlyMap<number, readonly Wanted[]>;
  private readonly places: (number | undefined)[];
  private missing: number;
  private passed = 0;

  /** @param rows of each row the hashes of the records that it may be */
  constructor(rows: readonly (readonly Buffer[])[]) {
    const every = rows.flatMap((hashes, row) => hashes.map((hash) => ({ hash, row })));
    this.wanted = Map.groupBy(every, ({ hash }) => hash.readInt32BE(0));
    this.places = new Array<number | undefined>(rows.length).fill(undefined);
    this.missing = rows.length;
  }

  take(hashes: Buffer): void {
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      const candidates = this.wanted.get(hashes.readInt32BE(at));
      if (candidates) this.found(candidates, hashes.subarray(at, at + HASH_BYTES), this.passed + at / HASH_BYTES);
    }
    this.passed += hashes.length / HASH_BYTES;
  }

  /** null when a row is not among them. */
  get all(): readonly number[] | null {
    return this.missing === 0 ? (this.places as number[]) : null;
  }

  private found(candidates: readonly Wanted[], hash: Buffer, place: number): void {
    for (const { hash: wanted, row } of candidates) {
      if (this.places[row] !== undefined || !wanted.equals(hash)) continue;
      this.places[row] = place;
      this.missing--;
    }
  }
}
