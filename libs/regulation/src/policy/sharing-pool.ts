/** Longer texts hardly ever occur twice. */
const LONGEST = 100;
const LONGEST_OBJECT = 400;
/** Beyond this the pool begins anew: what was shared stays shared, and nothing is kept that is no longer in use. */
const MOST = 200_000;
/** Many objects are of one state alone: so few are remembered that these cost little, and the common ones are soon there again. */
const MOST_OBJECTS = 5_000;
/** Deeper states than this are kept as they are. */
const DEEPEST = 12;

/**
 * Lets equal parts of many states be one: strings, lists of strings, objects. A hundred thousand grants name the same few
 * items, purposes and systems, with the same few masks, limits and scopes of knowledge: kept apart, each decision would
 * wait for memory that no cache holds, and the whole would be more than three times as large.
 */
export class SharingPool {
  private readonly strings = new Map<string, string>();
  private readonly lists = new Map<string, readonly unknown[]>();
  private readonly objects = new Map<string, Record<string, unknown>>();

  /** An equal value whose parts are shared; the given one is not changed. */
  shared<T>(value: T): T {
    if (this.strings.size > MOST) this.strings.clear();
    if (this.lists.size > MOST) this.lists.clear();
    if (this.objects.size > MOST_OBJECTS) this.objects.clear();
    return this.of(value, 0) as T;
  }

  private of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return value.length > LONGEST ? value : this.string(value);
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
    if (Array.isArray(value)) return this.list(value, depth);
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return depth === 0 ? this.copied(value, depth) : this.object(value as Record<string, unknown>, depth);
  }

  private object(value: Record<string, unknown>, depth: number): unknown {
    const text = textOf(value);
    if (text === null || text.length > LONGEST_OBJECT) return this.copied(value, depth);
    const known = this.objects.get(text);
    if (known !== undefined && isSame(value, known)) return known;
    const copy = this.copied(value, depth);
    this.objects.set(text, copy);
    return copy;
  }

  private copied(value: object, depth: number): Record<string, unknown> {
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

/** What is not JSON has no text, and is not shared. */
function textOf(value: object): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

/** Different values may have the same text: NaN and null, a thing left out and one that is undefined. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    Object.getPrototypeOf(a) === Object.getPrototypeOf(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
}
