import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Clock, Cursors, type Page } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import type { Content } from '../entries/domain/content';
import { isAuthority, knowledgeOf } from '../entries/domain/knowledge';
import { LivePolicy } from '../policy/live-policy';
import { termsOf, wholeOf, type Term } from './domain/folding';
import { highlightsOf, type Highlights } from './domain/highlight';
import { mayRead, type MayRead } from './domain/may-read';
import { RANKS, type Position, type Rank } from './domain/search-index';
import { dayNumber, FACETS, type FacetCount, type FacetCounts, type Filters } from './domain/searched-entry';
import { LiveSearchIndex } from './live-index';
import { pinyinInitials } from './pinyin-initials';
import { SearchStore, type FoundRow } from './search.store';

export type SearchHit = Pick<FoundRow, 'id' | 'resourceCode' | 'providerId' | 'providerName' | 'publishedOn'> &
  Pick<
    Content,
    'classification' | 'name' | 'nameEn' | 'abstract' | 'sharingType' | 'deliveryMode' | 'formatCategory' | 'updateCycle' | 'dataLevel'
  > &
  Readonly<{ rank: Rank; highlights: Highlights; mayRead: MayRead }>; // prettier-ignore
export type SearchPage = Page<SearchHit> &
  Readonly<{
    /** How many there are for this caller, on all pages. */
    total: number;
    /** On the first page only. Departments have their names. */
    facets:
      (FacetCounts & Readonly<{ department: readonly (FacetCount & Readonly<{ name: string | null }>)[] }>) | null;
  }>;
type Asked = Readonly<{ q: string; filters: Filters; limit: number; cursor?: string }>;

/** Published entries found by what is looked for, as far as the caller may know of them. */
@Injectable()
export class SearchService {
  constructor(
    private readonly live: LiveSearchIndex,
    private readonly store: SearchStore,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async search({ q, filters, limit, cursor }: Asked, by: Principal): Promise<SearchPage> {
    const scope = JSON.stringify(['search', by.departmentId, isAuthority(by), q, ...FACETS.map((f) => filters[f])]);
    const after = cursor === undefined ? null : this.cursors.decode<Position>(cursor, scope);
    const { answers, regions, names } = this.live.now;
    const terms = termsOf(q);
    // What has nothing that can be looked for is found nowhere.
    if (q.trim() !== '' && terms.length === 0) return { items: [], next: null, total: 0, facets: null };
    const { hits, total, facets } = answers.search({
      ...{ terms, whole: wholeOf(q), filters, regions, after, limit: limit + 1 },
      viewer: { departmentId: by.departmentId, knowsAll: isAuthority(by) },
      today: dayNumber(localDayOf(this.clock.now())),
      facets: after === null,
    });
    const page = hits.slice(0, limit);
    const last = page.at(-1);
    return {
      items: await this.shown(page, terms, by),
      next: last && hits.length > limit ? this.cursors.encode(last, scope) : null,
      total,
      facets: facets && {
        ...facets,
        department: facets.department.map((one) => ({ ...one, name: names.get(one.value) ?? null })),
      },
    };
  }

  /** The index finds and the database shows: each entry as it is now, judged again for who asks. */
  private async shown(page: readonly Position[], terms: readonly Term[], by: Principal): Promise<SearchHit[]> {
    const rows = new Map((await this.store.page(page.map(({ id }) => id))).map((row) => [row.id, row]));
    const gone = page.filter(({ id }) => rows.get(id)?.status !== 'PUBLISHED').map(({ id }) => id);
    this.live.lookAgainAt(gone);
    return page.flatMap(({ id, rank }) => {
      const row = rows.get(id);
      return row?.status === 'PUBLISHED' ? this.hitOf(row, RANKS[rank]!, terms, by) : [];
    });
  }

  private hitOf(row: FoundRow, rank: Rank, terms: readonly Term[], by: Principal): SearchHit[] {
    const knowledge = knowledgeOf(row, by);
    if (knowledge === 'nothing') return [];
    const { id, resourceCode, providerId, providerName, publishedOn, content } = row;
    const { classification, name, nameEn, abstract, sharingType, deliveryMode, formatCategory, updateCycle, dataLevel, items } = content; // prettier-ignore
    const shown = { name, nameEn, abstract, items: knowledge === 'summary' ? [] : items };
    return [
      {
        ...{ id, resourceCode, providerId, providerName, publishedOn },
        ...{
          classification,
          name,
          nameEn,
          abstract,
          sharingType,
          deliveryMode,
          formatCategory,
          updateCycle,
          dataLevel,
        },
        rank,
        highlights: highlightsOf(shown, terms, pinyinInitials),
        mayRead: mayRead(this.policy.index, id, by, this.clock.now(), this.policy.freshness()),
      },
    ];
  }
}
