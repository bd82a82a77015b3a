/** Longer texts hardly ever occur twice. */
const LONGEST = 100;
/** Beyond this the pool begins anew: what was shared stays shared, and nothing is kept that is no longer in use. */
const MOST = 200_000;
/** Deeper states than this are kept as they are. */
const DEEPEST = 12;

/**
 * Lets equal strings and equal lists of strings in many states be one. A hundred thousand grants name the same few
 * items, purposes and systems: kept apart, each decision would wait for memory that no cache holds, and the whole would
 * be more than twice as large.
 */
export class SharingPool {
  private readonly strings = new Map<string, string>();
  private readonly lists = new Map<string, readonly unknown[]>();

  /** An equal value whose parts are shared; the given one is not changed. */
  shared<T>(value: T): T {
    if (this.strings.size > MOST) this.strings.clear();
    if (this.lists.size > MOST) this.lists.clear();
    return this.of(value, 0) as T;
  }

  private of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return value.length > LONGEST ? value : this.string(value);
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
    if (Array.isArray(value)) return this.list(value, depth);
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    const copy: Record<string, unknown> = { ...value };
    for (const key of Object.keys(copy)) copy[key] = this.of(copy[key], depth + 1);
    return copy;
  }

  private string(text: string): string {
    const known = this.strings.get(text);
    if (known !== undefined) return known;
    this.strings.set(text, text);
    return text;
  }

  private list(values: readonly unknown[], depth: number): readonly unknown[] {
    const copy = values.map((value) => this.of(value, depth + 1));
    if (!copy.every((value) => typeof value === 'string')) return copy;
    const key = copy.join('\n');
    const known = this.lists.get(key);
    // Two lists may join to the same text: then they are not the same.
    if (known?.length === copy.length && copy.every((value, i) => value === known[i])) return known;
    this.lists.set(key, copy);
    return copy;
  }
}
