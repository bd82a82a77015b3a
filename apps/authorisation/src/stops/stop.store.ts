import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal, type StopTarget } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { overseenRegions } from '../pages';
import { add, lock, save } from '../rows';
import { EMERGENCY_REPEAT_DAYS, FORGOTTEN_AFTER_DAYS, stopState, type Stop } from './domain/stop';
import { StopRow } from './stop.entity';

export type StopFilter = Readonly<{ target?: StopTarget; targetId?: string; status?: Stop['status'] }>;
type ChangedStop = Readonly<{ state: Stop; event: Fact }>;
const AT_ONCE = 200;

@Injectable()
export class StopStore {
  constructor(private readonly database: DataSource) {}

  /** As far as the caller may know of it. */
  findKnown(id: string, by: Principal): Promise<Stop | null> {
    return this.known(by).andWhere('stop.id = :id', { id }).getOne();
  }

  lock(tx: Transaction, id: string): Promise<Stop> {
    return lock(tx, StopRow, id);
  }

  /** Newest first. */
  list(filter: StopFilter, by: Principal, after: string | null, limit: number): Promise<Stop[]> {
    const query = this.known(by).orderBy('stop.id', 'DESC').limit(limit);
    if (after !== null) query.andWhere('stop.id < :after', { after });
    const { target, targetId, status } = filter;
    if (target) query.andWhere('stop.target = :target', { target });
    if (targetId) query.andWhere('stop.target_id = :targetId', { targetId });
    if (status) query.andWhere('stop.status = :status', { status });
    return query.getMany();
  }

  /** One at a time for a provider and a target: two at once may not both be the first. [R10.4] */
  async recentEmergency(tx: Transaction, stop: Stop): Promise<boolean> {
    const { target, targetId, placedByOrganisation, placedAt } = stop;
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`stop ${target} ${targetId}`]);
    const rows = await tx.query(
      `SELECT 1 FROM stop WHERE target = $1 AND target_id = $2 AND placed_as = 'PROVIDER'
         AND placed_by_organisation = $3 AND confirmation IS NULL AND placed_at > $4::timestamptz - make_interval(days => $5)`,
      [target, targetId, placedByOrganisation, placedAt, EMERGENCY_REPEAT_DAYS],
    );
    return rows.length > 0;
  }

  async add(tx: Transaction, stop: ChangedStop): Promise<void> {
    if (!(await add(tx, StopRow, stop.state))) throw new Refusal('request.lost_race');
    this.tell(tx, stop);
  }

  async save(tx: Transaction, stop: ChangedStop): Promise<void> {
    await save(tx, StopRow, stop.state);
    this.tell(tx, stop);
  }

  /** Stops whose time is over, locked; somebody else's are left to them. */
  due(tx: Transaction, now: Date): Promise<Stop[]> {
    return tx.manager
      .createQueryBuilder(StopRow, 'stop')
      .where(`stop.status = 'ACTIVE' AND stop.until <= :now`, { now })
      .orderBy('stop.id')
      .limit(AT_ONCE)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
  }

  /** The keys of stops that ended long ago leave the topic. */
  async forget(tx: Transaction, now: Date): Promise<number> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE stop SET told = false WHERE id IN (
         SELECT id FROM stop WHERE told AND status = 'LIFTED'
           AND (ended ->> 'at')::timestamptz <= $1::timestamptz - make_interval(days => $2) ORDER BY id LIMIT $3
           FOR UPDATE SKIP LOCKED) RETURNING id`,
      [now, FORGOTTEN_AFTER_DAYS, AT_ONCE],
    );
    for (const { id } of rows) tx.state('policy.stops', id, null);
    return rows.length;
  }

  /** Bodies it is about, who placed it, who oversees the region of one of them; the operator's, whichever body operates now. */
  private known(by: Principal): SelectQueryBuilder<StopRow> {
    const regions = overseenRegions(by);
    const operates = by.officerId !== null && by.roles.includes('PLATFORM_OPERATOR');
    return this.database.createQueryBuilder(StopRow, 'stop').where(
      `(stop.concerned @> ARRAY[:own]::text[] OR stop.placed_by_organisation = :own
        ${operates ? `OR stop.placed_as = 'OPERATOR'` : ''}
        ${regions === null ? '' : 'OR EXISTS (SELECT FROM organisation WHERE organisation.id = ANY(stop.concerned || stop.placed_by_organisation) AND organisation.region_code LIKE :regions)'})`,
      { own: by.departmentId, regions },
    );
  }

  private tell(tx: Transaction, { state, event }: ChangedStop): void {
    tx.publish(event);
    tx.state('policy.stops', state.id, stopState(state));
  }
}
