import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { overseenRegions } from '../pages';
import { lock, save } from '../rows';
import { throttleState, type ChangedAlert, type MisuseAlert } from './domain/misuse-alert';
import { MisuseAlertRow } from './misuse-alert.entity';

export type MisuseAlertFilter = Readonly<Partial<Pick<MisuseAlert, 'status' | 'rule' | 'departmentId' | 'resourceId'>>>;
export const THROTTLES_AT_ONCE = 200;

@Injectable()
export class MisuseAlertStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<MisuseAlert | null> {
    return this.database.manager.findOne(MisuseAlertRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<MisuseAlert> {
    return lock(tx, MisuseAlertRow, id);
  }

  /** Those of them that are the first for their rule, key and window. */
  async addFirst(tx: Transaction, alerts: readonly ChangedAlert[]): Promise<void> {
    if (alerts.length === 0) return;
    const insert = tx.manager
      .createQueryBuilder()
      .insert()
      .into(MisuseAlertRow)
      .values(alerts.map(({ state }) => state) as MisuseAlertRow[])
      .orIgnore()
      .returning('id');
    const added = new Set(((await insert.execute()).raw as { id: string }[]).map(({ id }) => id));
    for (const alert of alerts) if (added.has(alert.state.id)) this.tell(tx, alert);
  }

  async save(tx: Transaction, alert: ChangedAlert): Promise<void> {
    await save(tx, MisuseAlertRow, alert.state);
    this.tell(tx, alert);
  }

  /** Newest first. */
  list(filter: MisuseAlertFilter, by: Principal, after: string | null, limit: number): Promise<MisuseAlert[]> {
    const query = this.known(by).orderBy('alert.id', 'DESC').limit(limit);
    if (after !== null) query.andWhere('alert.id < :after', { after });
    const { status, rule, departmentId, resourceId } = filter;
    if (status) query.andWhere('alert.status = :status', { status });
    if (rule) query.andWhere('alert.rule = :rule', { rule });
    if (departmentId) query.andWhere('alert.department_id = :departmentId', { departmentId });
    if (resourceId) query.andWhere('alert.resource_id = :resourceId', { resourceId });
    return query.getMany();
  }

  /** The keys of throttles whose time is over leave the topic. */
  async forgetThrottles(tx: Transaction, now: Date): Promise<number> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE misuse_alert SET told = false WHERE id IN (
         SELECT id FROM misuse_alert WHERE told AND throttle IS NOT NULL AND (throttle ->> 'until')::timestamptz <= $1
         ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id`,
      [now, THROTTLES_AT_ONCE],
    );
    for (const { id } of rows) tx.state('policy.throttles', id, null);
    return rows.length;
  }

  /** Whose data it was, and who oversees the region of either; never the department it is about. */
  private known(by: Principal): SelectQueryBuilder<MisuseAlertRow> {
    const regions = overseenRegions(by);
    const concerning = ['alert.provider_id = :own'];
    if (regions !== null)
      concerning.push(
        `EXISTS (SELECT FROM organisation WHERE organisation.id IN (alert.department_id, alert.provider_id)
           AND region_code LIKE :regions)`,
      );
    return this.database
      .createQueryBuilder(MisuseAlertRow, 'alert')
      .where(`alert.department_id <> :own AND (${concerning.join(' OR ')})`, { own: by.departmentId, regions });
  }

  private tell(tx: Transaction, { state, event }: ChangedAlert): void {
    tx.publish(event);
    const throttle = throttleState(state);
    if (throttle) tx.state('policy.throttles', state.id, throttle);
  }
}
