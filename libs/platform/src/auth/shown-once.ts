/**
 * Ids of tokens that were shown to this process, in two generations: each is remembered for longer than it is valid, and
 * no longer than twice that.
 */
export class ShownOnce {
  private shown = new Set<string>();
  private shownBefore = new Set<string>();
  private nextGenerationAt = 0;

  constructor(private readonly validSeconds: number) {}

  /** False for a copy of what was shown before. */
  isFirst(id: string, nowSeconds: number): boolean {
    if (nowSeconds >= this.nextGenerationAt) {
      this.shownBefore = this.shown;
      this.shown = new Set();
      this.nextGenerationAt = nowSeconds + this.validSeconds;
    }
    if (this.shown.has(id) || this.shownBefore.has(id)) return false;
    this.shown.add(id);
    return true;
  }
}
