import { classOf, dayNumber, FACETS, FRESHNESSES, freshnessOf, isOfClass, type Facet, type FacetCount, type FacetCounts, type Filters, type SearchedEntry } from './searched-entry'; // prettier-ignore

/** What is asked of a set of documents. */
export type Asked = Readonly<{
  filters: Filters;
  /** Region of each provider, as six digits. */
  regions: ReadonlyMap<string, string>;
  /** Days since 1970. */
  today: number;
  facets: boolean;
}>;
export type Counted = Readonly<{ total: number; facets: FacetCounts | null }>;

/** Of each facet one bit, set where a value fails its filter. */
const FAILS = Object.fromEntries(FACETS.map((facet, i) => [facet, 1 << i])) as Record<Facet, number>;
const MOST_VALUES = 100;
const DAYS = 0x10000;

type PerColumn<T> = Readonly<{ provider: T; class: T; feature: T; age: T }>;
type Bins = PerColumn<Uint32Array>;
type Judge = PerColumn<Uint8Array>;

/**
 * What is filtered by and counted, a column each. Sharing type, cycle and format have few values: each combination that
 * occurs is one feature, so that an entry is counted by four numbers and not by seven.
 */
export class Columns {
  private readonly providers = new Names();
  private readonly classes = new Names();
  private readonly features = new Names();
  private provider = new Uint32Array(0);
  private class = new Uint32Array(0);
  private feature = new Uint16Array(0);
  private day = new Uint16Array(0);
  /** Position among the values of freshness of each day, as it is `agedOn`. */
  private readonly ages = new Uint8Array(DAYS);
  private agedOn = NaN;

  grow(documents: number): void {
    this.provider = widened(this.provider, new Uint32Array(documents));
    this.class = widened(this.class, new Uint32Array(documents));
    this.feature = widened(this.feature, new Uint16Array(documents));
    this.day = widened(this.day, new Uint16Array(documents));
  }

  set(doc: number, entry: SearchedEntry): void {
    const { sharingType, updateCycle, formatCategory } = entry;
    this.provider[doc] = this.providers.numberOf(entry.providerId);
    this.class[doc] = this.classes.numberOf(entry.classification);
    this.feature[doc] = this.features.numberOf(`${sharingType} ${updateCycle ?? ''} ${formatCategory ?? ''}`);
    this.day[doc] = dayNumber(entry.publishedOn);
  }

  providerOf(doc: number): string {
    return this.providers.values[this.provider[doc]!]!;
  }

  /**
   * Counts the documents of a set that pass every filter; under a facet that is filtered by also those that fail its
   * filter alone, so that another of its values can be chosen. Those that fail leave the set.
   */
  count(set: Uint32Array, asked: Asked): Counted {
    this.age(asked.today);
    const main = this.bins();
    const filtered = FACETS.filter((facet) => asked.filters[facet]);
    const beside = new Map(filtered.map((facet) => [FAILS[facet], this.bins()]));
    const total =
      filtered.length > 0 ? this.keepPassing(set, this.judgeOf(asked), main, beside) : this.countAll(set, main, asked);
    return { total, facets: asked.facets ? this.countsOf(asked, main, beside) : null };
  }

  /** One loop without a call: a common word is in nearly every document there is. */
  private countAll(set: Uint32Array, bins: Bins, { facets }: Asked): number {
    const { provider, class: classes, feature, day, ages } = this;
    let total = 0;
    for (let i = 0; i < set.length; i++) {
      for (let word = set[i]! | 0; word !== 0; word &= word - 1) {
        total++;
        if (!facets) continue;
        const doc = (i << 5) | (31 - Math.clz32(word & -word));
        bins.provider[provider[doc]!]!++;
        bins.class[classes[doc]!]!++;
        bins.feature[feature[doc]!]!++;
        bins.age[ages[day[doc]!]!]!++;
      }
    }
    return total;
  }

  private keepPassing(set: Uint32Array, judge: Judge, main: Bins, beside: ReadonlyMap<number, Bins>): number {
    const { provider, class: classes, feature, day, ages } = this;
    let total = 0;
    for (let i = 0; i < set.length; i++) {
      let passing = 0;
      for (let word = set[i]! | 0; word !== 0; word &= word - 1) {
        const bit = word & -word;
        const doc = (i << 5) | (31 - Math.clz32(bit));
        const p = provider[doc]!;
        const c = classes[doc]!;
        const f = feature[doc]!;
        const a = ages[day[doc]!]!;
        const fails = judge.provider[p]! | judge.class[c]! | judge.feature[f]! | judge.age[a]!;
        if (fails === 0) {
          total++;
          passing |= bit;
        }
        const bins = fails === 0 ? main : beside.get(fails);
        if (!bins) continue;
        bins.provider[p]!++;
        bins.class[c]!++;
        bins.feature[f]!++;
        bins.age[a]!++;
      }
      set[i] = passing;
    }
    return total;
  }

  private judgeOf({ filters, regions }: Asked): Judge {
    const failed = (facet: Facet, passes: (asked: string) => boolean): number =>
      filters[facet] && !filters[facet].some(passes) ? FAILS[facet] : 0;
    return {
      provider: Uint8Array.from(
        this.providers.values,
        (id) => failed('department', (asked) => asked === id) | failed('region', (asked) => asked === regions.get(id)),
      ),
      class: Uint8Array.from(this.classes.values, (value) => failed('class', (asked) => isOfClass(value, asked))),
      feature: Uint8Array.from(this.features.values, (value) => {
        const [sharingType, cycle, format] = value.split(' ');
        return (
          failed('sharingType', (asked) => asked === sharingType) |
          failed('updateCycle', (asked) => asked === cycle) |
          failed('format', (asked) => asked === format)
        );
      }),
      age: Uint8Array.from(FRESHNESSES, (value) => failed('freshness', (asked) => asked === value)),
    };
  }

  private countsOf({ filters, regions }: Asked, main: Bins, beside: ReadonlyMap<number, Bins>): FacetCounts {
    const counts = (
      facet: Facet,
      column: keyof Bins,
      values: readonly string[],
      valueOf: (value: string) => string | undefined = (value) => value,
    ): FacetCount[] => {
      const found = new Map<string, number>();
      for (const bins of filters[facet] ? [main, beside.get(FAILS[facet])!] : [main])
        bins[column].forEach((count, i) => {
          const value = count > 0 ? valueOf(values[i]!) : undefined;
          if (value) found.set(value, (found.get(value) ?? 0) + count);
        });
      return [...found].map(([value, count]) => ({ value, count })).sort(mostFirst).slice(0, MOST_VALUES); // prettier-ignore
    };
    const part = (n: number) => (feature: string) => feature.split(' ')[n];
    return {
      department: counts('department', 'provider', this.providers.values),
      class: counts('class', 'class', this.classes.values, classOf),
      sharingType: counts('sharingType', 'feature', this.features.values, part(0)),
      region: counts('region', 'provider', this.providers.values, (id) => regions.get(id)),
      updateCycle: counts('updateCycle', 'feature', this.features.values, part(1)),
      format: counts('format', 'feature', this.features.values, part(2)),
      freshness: counts('freshness', 'age', FRESHNESSES),
    };
  }

  private bins(): Bins {
    return {
      provider: new Uint32Array(this.providers.values.length),
      class: new Uint32Array(this.classes.values.length),
      feature: new Uint32Array(this.features.values.length),
      age: new Uint32Array(FRESHNESSES.length),
    };
  }

  private age(today: number): void {
    if (this.agedOn === today) return;
    for (let day = 0; day < DAYS; day++) this.ages[day] = FRESHNESSES.indexOf(freshnessOf(today - day));
    this.agedOn = today;
  }
}

/** Values by a small number, in the order in which they came. */
class Names {
  readonly values: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(value: string): number {
    let number = this.numbers.get(value);
    if (number === undefined) {
      this.numbers.set(value, (number = this.values.length));
      this.values.push(value);
    }
    return number;
  }
}

const mostFirst = (a: FacetCount, b: FacetCount): number => b.count - a.count || (a.value < b.value ? -1 : 1);

function widened<T extends Uint32Array | Uint16Array>(column: T, made: T): T {
  made.set(column);
  return made;
}
