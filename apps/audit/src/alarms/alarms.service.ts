import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork } from '@qiongtong/platform';
import { logRead, readingOfAll } from '../log/domain/reading';
import { AlarmStore, type AlarmFilter, type AlarmRow } from './alarm.store';
import type { AlarmPageView, AlarmView } from './alarms.views';
import { ADVICE } from './domain/advice';

/** What auditors and the authority are told of the log's completeness. That they asked is an entry of it. [R14.9] */
@Injectable()
export class AlarmsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: AlarmStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  list(by: Principal, filter: AlarmFilter, limit: number, cursor?: string): Promise<AlarmPageView> {
    const reading = readingOfAll(by);
    const scope = `audit-alarms:${JSON.stringify(filter)}`;
    const before = cursor === undefined ? null : this.cursors.decode<{ before: string }>(cursor, scope).before;
    return this.work.run(async (tx) => {
      const found = await this.store.page(tx.query, filter, before, limit + 1);
      const items = found.slice(0, limit);
      tx.publish(logRead(reading, { what: 'alarms', asked: { ...filter } }, this.clock.now()));
      const last = items.at(-1);
      const more = found.length > limit && last;
      return { items: items.map(shown), next: more ? this.cursors.encode({ before: last.alarmId }, scope) : null };
    });
  }
}

const shown = ({ since, raisedAt, closedAt, ...alarm }: AlarmRow): AlarmView => ({
  ...alarm,
  status: closedAt === null ? 'open' : 'closed',
  since: since.toISOString(),
  raisedAt: raisedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
  ...ADVICE[alarm.kind],
});
