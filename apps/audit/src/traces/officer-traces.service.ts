import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Sql } from '@qiongtong/platform';
import { logRead, readingOf, type Reading } from '../log/domain/reading';
import { SearchStore } from '../search/search.store';
import { touchedOf } from './domain/touched';
import type { SpanQuery } from './grant-traces.dto';
import { OfficerTraceStore } from './officer-trace.store';
import type { OfficerTraceView } from './officer-traces.dto';

/** Everything one officer touched, in its order. Whoever asks is on record before the answer leaves. [R14.9, R21.1] */
@Injectable()
export class OfficerTracesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly search: SearchStore,
    private readonly store: OfficerTraceStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  touched(by: Principal, officerId: string, { limit, cursor, ...span }: SpanQuery): Promise<OfficerTraceView> {
    const reading = readingOf(by);
    const scope = `traces-officers:${reading.scope}:${reading.departmentId}:${officerId}:${JSON.stringify(span)}`;
    const start = cursor === undefined ? 0 : this.cursors.decode<{ from: number }>(cursor, scope).from;
    return this.work.run(async (tx) => {
      await this.expectMayAsk(tx.query, by, reading, officerId);
      const searchedTo = await this.search.searchedTo(tx.query);
      const at = (moment: string) => this.search.sealedFrom(tx.query, moment, searchedTo);
      const from = span.from === undefined ? 0 : await at(span.from);
      const before = span.until === undefined ? searchedTo : await at(span.until);
      const wanted = { officerId, from: Math.max(start, from), before, limit: limit + 1 };
      const found = await this.store.touched(tx.query, wanted, reading.scope === 'all' ? null : reading.departmentId);
      const entries = found.slice(0, limit);
      const asked = { officerId, ...span, start };
      tx.publish(logRead(reading, { what: 'trace', asked, shown: entries.length }, this.clock.now()));
      const more = found[limit];
      return {
        officerId,
        items: entries.map(({ index, entry, actor }) => ({
          entry: index,
          proof: `/v1/audit/entries/${index}`,
          ...touchedOf(entry, actor, officerId),
        })),
        searchedTo,
        next: more ? this.cursors.encode({ from: more.index }, scope) : null,
      };
    });
  }

  /** Of an organisation, who answers for it, and only for those whom it appointed; a colleague's acts are not for reviewers. */
  private async expectMayAsk(query: Sql, by: Principal, reading: Reading, officerId: string): Promise<void> {
    if (reading.scope === 'all') return;
    if (!by.roles.includes('RESPONSIBLE_OFFICER'))
      throw new Refusal('access.role_required', { about: ['AUDITOR', 'PROVINCIAL_AUTHORITY', 'RESPONSIBLE_OFFICER'] });
    if (!(await this.store.organisations(query, officerId)).includes(reading.departmentId))
      throw new Refusal('audit.officer_not_yours', { about: [officerId] });
  }
}
