/** A small seeded generator (mulberry32): the demo's rows are the same on every machine. */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.int(0, values.length - 1)]!;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.int(0, 9)).join('');
  }

  /** `YYYY-MM-DD` in the years given. */
  date(fromYear: number, toYear: number): string {
    const month = String(this.int(1, 12)).padStart(2, '0');
    return `${this.int(fromYear, toYear)}-${month}-${String(this.int(1, 28)).padStart(2, '0')}`;
  }
}
