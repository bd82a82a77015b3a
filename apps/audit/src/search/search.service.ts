import { Injectable } from '@nestjs/common';
import type { LogRead, Principal } from '@qiongtong/contracts';
import { BYTE_ORDER_MARK, Clock, csvLine, Cursors, markedAsText, UnitOfWork, type Sql } from '@qiongtong/platform';
import { logRead, readingOf, type Reading } from '../log/domain/reading';
import type { Entry } from '../log/log.store';
import { TERM_KINDS, termOf, type TermKind } from './domain/terms';
import { SearchStore, type Span, type Wanted } from './search.store';
import type { SearchView } from './search.views';

export type Filter = Readonly<Partial<Record<TermKind, string>> & { from?: string; until?: string }>;
type Hits = Readonly<{ entries: readonly Entry[]; next: number | null; before: number }>;

const EXPORT_PAGE = 100;
const COLUMNS = ['index', 'sealedAt', 'at', 'type', 'key', 'leafHash', 'entry'] as const;

/** Searches of the log. Each is itself a fact of the log, before its answer leaves. [R14.9] [R21.1] */
@Injectable()
export class SearchService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SearchStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async search(by: Principal, filter: Filter, limit: number, cursor?: string): Promise<SearchView> {
    const reading = readingOf(by);
    const scope = `audit-search:${reading.scope}:${reading.departmentId}:${JSON.stringify(filter)}`;
    const start = cursor === undefined ? 0 : this.cursors.decode<{ from: number }>(cursor, scope).from;
    const { entries, next, before } = await this.hits(reading, filter, start, limit, 'page');
    return {
      items: entries.map((e) => ({ ...e, leafHash: base64(e.leafHash), sealedAt: e.sealedAt.toISOString() })),
      next: next === null ? null : this.cursors.encode({ from: next }, scope),
      searchedTo: before,
    };
  }

  /** Lines as their reader takes them; the first page is found, and recorded, before the answer begins. */
  async export(by: Principal, filter: Filter, format: 'ndjson' | 'csv'): Promise<AsyncIterable<string>> {
    const reading = readingOf(by);
    const first = await this.hits(reading, filter, 0, EXPORT_PAGE, 'export');
    return this.lines(reading, filter, first, format);
  }

  private async *lines(reading: Reading, filter: Filter, first: Hits, format: 'ndjson' | 'csv') {
    if (format === 'csv') yield BYTE_ORDER_MARK + csvLine(COLUMNS);
    for (let hits = first; ;) {
      yield hits.entries.map(format === 'csv' ? csvOf : ndjsonOf).join('');
      if (hits.next === null) return;
      hits = await this.hits(reading, filter, hits.next, EXPORT_PAGE, 'export');
    }
  }

  private hits(reading: Reading, filter: Filter, start: number, limit: number, how: 'page' | 'export'): Promise<Hits> {
    return this.work.run(async (tx) => {
      const query: Sql = (text, parameters) => tx.query(text, parameters);
      const wanted = wantedOf(reading, filter);
      const searchedTo = await this.store.searchedTo(query);
      const span = await this.spanOf(query, filter, start, searchedTo);
      const rarest = await this.store.bound(query, wanted, span, how);
      const found = await this.store.page(query, wanted, rarest, span, limit + 1);
      const entries = found.slice(0, limit);
      tx.publish(this.read(reading, filter, start, how, entries.length));
      return { entries, next: found[limit]?.index ?? null, before: searchedTo };
    });
  }

  private async spanOf(query: Sql, { from, until }: Filter, start: number, searchedTo: number): Promise<Span> {
    const first = from === undefined ? 0 : await this.store.sealedFrom(query, from, searchedTo);
    const before = until === undefined ? searchedTo : await this.store.sealedFrom(query, until, searchedTo);
    return { from: Math.max(start, first), before };
  }

  private read(reading: Reading, filter: Filter, from: number, how: string, shown: number): LogRead {
    // A matter may name a person: that one was asked for is kept, not which.
    const { matter, ...rest } = filter;
    const asked = { ...rest, ...(matter === undefined ? {} : { matter: 'given' }), start: from, how };
    return logRead(reading, { what: 'search', asked, shown }, this.clock.now());
  }
}

/** @param filter its own fields only: no cursor, no limit */
export function wantedOf({ scope, departmentId }: Reading, filter: Filter): Wanted {
  const terms = TERM_KINDS.flatMap((kind) => (filter[kind] === undefined ? [] : [termOf(kind, filter[kind])]));
  if (scope === 'all') return { terms, department: null };
  return { terms: [...new Set([...terms, termOf('organisation', departmentId)])], department: departmentId };
}

const base64 = (bytes: Buffer): string => bytes.toString('base64');
const ndjsonOf = ({ index, leafHash, entry, sealedAt }: Entry): string =>
  `${JSON.stringify({ index, leafHash: base64(leafHash), entry, sealedAt: sealedAt.toISOString() })}\n`;
function csvOf({ index, leafHash, entry, sealedAt }: Entry): string {
  const { at, type, key } = JSON.parse(entry) as Readonly<{ at: string; type: string; key: string }>;
  const cells = [String(index), sealedAt.toISOString(), at, type, key, base64(leafHash), entry];
  return csvLine(cells.map(markedAsText));
}
