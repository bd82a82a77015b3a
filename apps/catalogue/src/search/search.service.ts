import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Clock, Cursors } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import { isAuthority } from '../entries/domain/knowledge';
import { termsOf, wholeOf } from './domain/folding';
import type { Position } from './domain/search-index';
import { dayNumber, FACETS, type Filters } from './domain/searched-entry';
import { withSynonyms } from './domain/synonyms';
import { LiveSearchIndex } from './live-index';
import { SearchPages, type SearchPage } from './pages';
import { Readings } from './readings';

type Asked = Readonly<{ q: string; filters: Filters; limit: number; cursor?: string }>;

const NOTHING: SearchPage = { items: [], next: null, total: 0, facets: null };

/** Published entries found by what is looked for, as far as the caller may know of them. */
@Injectable()
export class SearchService {
  constructor(
    private readonly live: LiveSearchIndex,
    private readonly pages: SearchPages,
    private readonly readings: Readings,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  /** @returns a `SearchPage` as JSON */
  async search({ q, filters, limit, cursor }: Asked, by: Principal): Promise<Buffer> {
    const scope = JSON.stringify(['search', by.departmentId, isAuthority(by), q, ...FACETS.map((f) => filters[f])]);
    const after = cursor === undefined ? null : this.cursors.decode<Position>(cursor, scope);
    const { answers, regions, names } = this.live.now;
    const terms = withSynonyms(termsOf(q));
    // What has nothing that can be looked for is found nowhere.
    if (q.trim() !== '' && terms.length === 0) return Buffer.from(JSON.stringify(NOTHING));
    const found = answers.search({
      ...{ terms, whole: wholeOf(q), filters, regions, after, limit: limit + 1 },
      viewer: { departmentId: by.departmentId, knowsAll: isAuthority(by) },
      today: dayNumber(localDayOf(this.clock.now())),
      facets: after === null,
    });
    const last = found.hits.length > limit ? found.hits[limit - 1] : undefined;
    const next = last ? this.cursors.encode(last, scope) : null;
    return this.pages.text({ found, limit, terms, names }, by, this.readings.of(by), next);
  }
}
