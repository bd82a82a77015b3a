import type { Found, Search, SearchIndex } from './search-index';

/** Some 30 KB each at most: a first page has its facets. */
const MOST = 1_000;

/**
 * Answers of an index, kept until anything in it changes: few words are asked for most, and those that most entries
 * have cost most. Viewers who may know the same share an answer.
 */
export class Remembered {
  private readonly answers = new Map<string, Found>();
  private of: Readonly<{ changes: number; regions: unknown; today: number }> | null = null;

  constructor(
    private readonly index: Pick<SearchIndex, 'search' | 'changes' | 'viewpointOf'>,
    private readonly most = MOST,
  ) {}

  search(search: Search): Found {
    const { regions, today } = search;
    const { changes } = this.index;
    if (this.of?.changes !== changes || this.of.regions !== regions || this.of.today !== today) {
      this.answers.clear();
      this.of = { changes, regions, today };
    }
    const { terms, whole, filters, viewer, after, limit, facets } = search;
    const key = JSON.stringify([terms, whole, filters, this.index.viewpointOf(viewer), after, limit, facets]);
    const known = this.answers.get(key);
    const found = known ?? this.index.search(search);
    // What was asked for last stands last: the first is the one that nobody has asked for longest.
    this.answers.delete(key);
    this.answers.set(key, found);
    if (this.answers.size > this.most) this.answers.delete(this.answers.keys().next().value!);
    return found;
  }
}
