import { Injectable } from '@nestjs/common';
import { Refusal, type Item, type Principal } from '@qiongtong/contracts';
import { Clock } from '@qiongtong/platform';
import { knowledgeOf } from '../entries/domain/knowledge';
import { contentSeen } from '../entries/domain/versions';
import { EntryStore } from '../entries/entry.store';
import { dataStatusOf, type DataStatus } from './domain/data-status';
import { UserStore, type Users } from '../users/user.store';
import { MountedStore } from './mounted.store';

export type Statistics = Readonly<{
  entryId: string;
  version: number;
  /** The item dictionary; empty for who knows a summary only. */
  dictionary: readonly Item[];
  items: Readonly<{ count: number; keys: number; sensitive: number; coded: number; queryable: number }>;
  dataStatus: DataStatus | null;
  /** Hosted rows; null for what is not hosted. */
  rows: number | null;
  /** When data came last. */
  lastUpdate: string | null;
  users: Users;
}>;

@Injectable()
export class StatisticsService {
  constructor(
    private readonly entries: EntryStore,
    private readonly mounted: MountedStore,
    private readonly users: UserStore,
    private readonly clock: Clock,
  ) {}

  async of(id: string, by: Principal): Promise<Statistics> {
    const entry = await this.entries.find(id);
    const knowledge = entry ? knowledgeOf(entry, by) : 'nothing';
    if (!entry || knowledge === 'nothing') throw new Refusal('request.not_found');
    const { items, deliveryMode } = contentSeen(knowledge, entry.content);
    const [mounted, users] = await Promise.all([this.mounted.of(id), this.users.count(id, this.clock.now())]);
    const count = (which: (item: Item) => boolean) => items.filter(which).length;
    return {
      entryId: id,
      version: entry.version,
      dictionary: items,
      items: {
        count: items.length,
        keys: count(({ key }) => key),
        sensitive: count(({ sensitive }) => sensitive),
        coded: count(({ codeList }) => codeList !== undefined),
        queryable: count(({ queryable }) => queryable),
      },
      dataStatus: dataStatusOf(deliveryMode, mounted),
      rows: deliveryMode === 'HOSTED' ? mounted.rows : null,
      lastUpdate: mounted.updatedAt,
      users,
    };
  }
}
