type Place = string;
type Offsets = ReadonlyMap<Place, bigint>;

/** Remembers how long each partition has had something behind its place without moving. */
export class Standstill {
  private readonly still = new Map<Place, Readonly<{ at: bigint; since: number }>>();
  /** Ends up to which it was looked and nothing was there but markers of transactions. */
  private readonly empty = new Map<Place, bigint>();

  constructor(private readonly afterMs: number) {}

  /**
   * Places that have not moved for too long although their partition goes on behind them.
   *
   * @param sealedTo first offset that is not in the log; one that is not named is at the beginning
   * @param now milliseconds of a clock that never goes back
   */
  suspects(sealedTo: Offsets, ends: Offsets, now: number): Map<Place, bigint> {
    const suspects = new Map<Place, bigint>();
    for (const [place, end] of ends) {
      const at = sealedTo.get(place) ?? 0n;
      const last = this.still.get(place);
      if (at >= end || this.empty.get(place) === end) this.still.delete(place);
      else if (last?.at !== at) this.still.set(place, { at, since: now });
      else if (now - last.since >= this.afterMs) suspects.set(place, at);
    }
    return suspects;
  }

  nothingAt(places: readonly Place[], ends: Offsets): void {
    for (const place of places) this.empty.set(place, ends.get(place) ?? 0n);
  }
}
