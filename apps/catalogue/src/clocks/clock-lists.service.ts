import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Cursors, type Page } from '@qiongtong/platform';
import { isAuthority, knowledgeOf } from '../entries/domain/knowledge';
import { EntryStore } from '../entries/entry.store';
import type { EntryClock } from './domain/entry-clock';
import { EntryClockStore, type ClockFilter, type ClockPlace, type ListedClock } from './entry-clock.store';

/** What is due, for those whose it is and those who oversee it. */
@Injectable()
export class ClockListsService {
  constructor(
    private readonly entries: EntryStore,
    private readonly clocks: EntryClockStore,
    private readonly cursors: Cursors,
  ) {}

  async of(id: string, by: Principal): Promise<Readonly<{ items: readonly EntryClock[] }>> {
    const entry = await this.entries.find(id);
    if (!entry || knowledgeOf(entry, by) !== 'whole') throw new Refusal('request.not_found');
    return { items: await this.clocks.of(id) };
  }

  /** Of one's own entries; for the authority of all. */
  async list(
    filter: ClockFilter,
    limit: number,
    cursor: string | undefined,
    by: Principal,
  ): Promise<Page<ListedClock>> {
    const scope = JSON.stringify(['entry-clocks', by.departmentId, isAuthority(by), filter.kind, filter.state]);
    const after = cursor === undefined ? null : this.cursors.decode<ClockPlace>(cursor, scope);
    const found = await this.clocks.list(filter, isAuthority(by) ? null : by.departmentId, after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const place = last && { dueAt: last.dueAt, entryId: last.entryId, kind: last.kind };
    return { items, next: place && found.length > limit ? this.cursors.encode(place, scope) : null };
  }
}
