import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Page } from '@qiongtong/platform';
import type { Content } from '../entries/domain/content';
import { knowledgeOf } from '../entries/domain/knowledge';
import { CurrentRows } from './current-rows';
import type { Term } from './domain/folding';
import { highlightsOf, type Highlights } from './domain/highlight';
import type { MayRead } from './domain/may-read';
import { RANKS, type Found, type Position, type Rank } from './domain/search-index';
import type { FacetCount, FacetCounts } from './domain/searched-entry';
import { LiveSearchIndex } from './live-index';
import { pinyinInitials } from './pinyin-initials';
import { SearchStore, type FoundRow, type Organisations, type Shown } from './search.store';

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

/** A hit as it was read: what it is judged by, and its JSON up to whether it may be read. */
type ReadHit = Shown &
  Readonly<{
    judged: Parameters<typeof knowledgeOf>[0];
    whole: Buffer;
    /** For who may not know its items. */
    summary: Buffer;
  }>;
type ReadPage = Readonly<{ hits: readonly (ReadHit | null)[]; names: Organisations['names']; counts: Buffer }>;
export type Asked = Readonly<{ found: Found; limit: number; terms: readonly Term[]; names: Organisations['names'] }>;

/** With a thousand answers remembered it is 64 MB; a longer page is read anew each time. */
const MOST_KEPT_BYTES = 64 * 1024;
const [BEGIN, COMMA, MAY_READ, END_OF_HIT] = ['{"items":[', ',', ',"mayRead":', '}'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer, Buffer]; // prettier-ignore

/**
 * Answers as text. The index finds and the database shows: each entry as it is now, judged again for who asks. What an
 * answer showed is kept as long as the answer is remembered, and read again only where a row was written since.
 */
@Injectable()
export class SearchPages {
  private readonly kept = new WeakMap<Found, ReadPage>();

  constructor(
    private readonly live: LiveSearchIndex,
    private readonly store: SearchStore,
    private readonly rows: CurrentRows,
  ) {}

  /** @returns a `SearchPage` as JSON */
  async text(asked: Asked, by: Principal, mayReadOf: (id: string) => Buffer, next: string | null): Promise<Buffer> {
    const { hits, counts } = await this.current(asked);
    const parts = [BEGIN];
    for (const hit of hits) {
      const knowledge = hit ? knowledgeOf(hit.judged, by) : 'nothing';
      if (!hit || knowledge === 'nothing') continue;
      if (parts.length > 1) parts.push(COMMA);
      parts.push(knowledge === 'summary' ? hit.summary : hit.whole, MAY_READ, mayReadOf(hit.id), END_OF_HIT);
    }
    parts.push(Buffer.from(`],"next":${JSON.stringify(next)},`), counts);
    return Buffer.concat(parts);
  }

  private async current(asked: Asked): Promise<ReadPage> {
    const { found, limit, names } = asked;
    const known = this.kept.get(found);
    const positions = found.hits.slice(0, limit);
    const hits = known ? await this.again(positions, known.hits, asked) : await this.read(positions, asked);
    if (known && hits === known.hits && names === known.names) return known;
    const page = { hits, names, counts: known?.names === names ? known.counts : countsOf(found, names) };
    const texts = new Set(hits.flatMap((hit) => (hit ? [hit.whole, hit.summary] : [])));
    const bytes = [...texts].reduce((sum, text) => sum + text.length, page.counts.length);
    // One that is gone is looked at again until the index has heard of it.
    if (bytes <= MOST_KEPT_BYTES && !hits.includes(null)) this.kept.set(found, page);
    else this.kept.delete(found);
    return page;
  }

  private async again(
    positions: readonly Position[],
    known: ReadPage['hits'],
    asked: Asked,
  ): Promise<ReadPage['hits']> {
    const changed = new Set((await this.rows.changed(known.filter((hit) => hit !== null))).map(({ id }) => id));
    if (changed.size === 0) return known;
    const places = positions.flatMap(({ id }, place) => (changed.has(id) ? [place] : []));
    const read = await this.read(
      places.map((place) => positions[place]!),
      asked,
    );
    return known.map((hit, place) => (places.includes(place) ? read[places.indexOf(place)]! : hit));
  }

  private async read(positions: readonly Position[], { terms }: Asked): Promise<ReadPage['hits']> {
    const rows = new Map((await this.store.page(positions.map(({ id }) => id))).map((row) => [row.id, row]));
    const published = positions.map(({ id }) => (rows.get(id)?.status === 'PUBLISHED' ? rows.get(id)! : null));
    this.live.lookAgainAt(positions.filter((_position, i) => !published[i]).map(({ id }) => id));
    return positions.map(({ rank }, i) => (published[i] ? hitOf(published[i], RANKS[rank]!, terms) : null));
  }
}

function hitOf(row: FoundRow, rank: Rank, terms: readonly Term[]): ReadHit {
  const { id, version, resourceCode, providerId, providerName, publishedOn, status, content } = row;
  const { classification, name, nameEn, abstract, sharingType, deliveryMode, formatCategory, updateCycle, dataLevel, items, metadataVisibility } = content; // prettier-ignore
  const shown = {
    ...{ id, resourceCode, providerId, providerName, publishedOn },
    ...{ classification, name, nameEn, abstract, sharingType, deliveryMode, formatCategory, updateCycle, dataLevel },
    rank,
  };
  const withItems = (seen: Content['items']): Buffer => {
    const highlights = highlightsOf({ name, nameEn, abstract, items: seen }, terms, pinyinInitials);
    return Buffer.from(JSON.stringify({ ...shown, highlights }).slice(0, -1));
  };
  const whole = withItems(items);
  const judged = { providerId, status, content: { metadataVisibility } };
  return { id, version, judged, whole, summary: metadataVisibility === 'SUMMARY' ? withItems([]) : whole };
}

function countsOf({ total, facets }: Found, names: Organisations['names']): Buffer {
  const named = facets && {
    ...facets,
    department: facets.department.map((one) => ({ ...one, name: names.get(one.value) ?? null })),
  };
  return Buffer.from(`"total":${total},"facets":${JSON.stringify(named)}}`);
}
