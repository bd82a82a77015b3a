import { Injectable } from '@nestjs/common';
import { Refusal, type CalendarPublished, type CalendarRecounted } from '@qiongtong/contracts';
import { sql, type Sql, type Transaction } from '@qiongtong/platform';
import type { Calendars, PublishedCalendar } from '@qiongtong/regulation';
import { DataSource } from 'typeorm';
import { add } from '../rows';
import { CalendarVersionRow } from './calendar-version.entity';
import { calendarState, type CalendarVersion } from './domain/calendar-version';

const COUNTED = 'year, version, holidays, make_up_days AS "makeUpDays", source';

/** The years whose working days the State Council has published; data, so that a new year needs no release. [R12.3] */
@Injectable()
export class CalendarStore {
  constructor(private readonly database: DataSource) {}

  /** @param query of the transaction that asks, which then needs no second connection */
  published(query: Sql = (text) => sql(this.database, text)): Promise<Calendars> {
    return query<PublishedCalendar>(
      `SELECT DISTINCT ON (year) ${COUNTED} FROM calendar_version ORDER BY year, version DESC`,
    );
  }

  /** Every version of every year, in the order of publication. */
  history(): Promise<PublishedCalendar[]> {
    return sql<PublishedCalendar>(this.database, `SELECT ${COUNTED} FROM calendar_version ORDER BY edition`);
  }

  current(year: number, tx?: Transaction): Promise<CalendarVersion | null> {
    const manager = tx?.manager ?? this.database.manager;
    return manager.findOne(CalendarVersionRow, { where: { year }, order: { version: 'DESC' } });
  }

  find(year: number, version: number): Promise<CalendarVersion | null> {
    return this.database.manager.findOne(CalendarVersionRow, { where: { year, version } });
  }

  /** The newest version of each year, the last year first. */
  list(before: number | null, limit: number): Promise<CalendarVersion[]> {
    return this.database
      .createQueryBuilder(CalendarVersionRow, 'calendar')
      .where(
        'NOT EXISTS (SELECT FROM calendar_version AS later WHERE later.year = calendar.year AND later.version > calendar.version)',
      )
      .andWhere('calendar.year < :before', { before: before ?? 10_000 })
      .orderBy('calendar.year', 'DESC')
      .limit(limit)
      .getMany();
  }

  /** Newest first. */
  versions(year: number, before: number | null, limit: number): Promise<CalendarVersion[]> {
    const query = this.database
      .createQueryBuilder(CalendarVersionRow, 'calendar')
      .where('calendar.year = :year', { year })
      .orderBy('calendar.version', 'DESC')
      .limit(limit);
    if (before !== null) query.andWhere('calendar.version < :before', { before });
    return query.getMany();
  }

  /** One publication at a time, so that editions are numbered in the order in which they are seen. */
  async lockEdition(tx: Transaction): Promise<number> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('calendar edition', 0))`);
    const [row] = await tx.query<{ edition: number }>('SELECT count(*)::integer AS edition FROM calendar_version');
    return row!.edition;
  }

  async add(
    tx: Transaction,
    { state, event }: Readonly<{ state: CalendarVersion; event: CalendarPublished }>,
  ): Promise<void> {
    if (!(await add(tx, CalendarVersionRow, state))) throw new Refusal('request.stale_revision');
    tx.publish(event);
    this.tell(tx, state);
  }

  /** Calendars that came with a migration, and of which no message has told yet. */
  async tellSeeded(tx: Transaction): Promise<void> {
    const seeded = await tx.query<{ id: string }>(
      'UPDATE calendar_version SET seeded = false WHERE seeded RETURNING id',
    );
    for (const { id } of seeded) {
      const [year, version] = id.split('-').map(Number);
      const current = await this.current(year!, tx);
      if (current !== null && current.version === version) this.tell(tx, current);
    }
  }

  /** Locked: published no later than this edition, and not counted by everywhere yet. */
  unfinished(tx: Transaction, edition: number): Promise<CalendarVersion[]> {
    return tx.manager
      .createQueryBuilder(CalendarVersionRow, 'calendar')
      .where('calendar.recountedAt IS NULL AND calendar.edition <= :edition', { edition })
      .orderBy('calendar.edition')
      .setLock('pessimistic_write')
      .getMany();
  }

  async finish(
    tx: Transaction,
    { state, event }: Readonly<{ state: CalendarVersion; event: CalendarRecounted }>,
  ): Promise<void> {
    await tx.query('UPDATE calendar_version SET recounted_at = $2 WHERE id = $1', [state.id, state.recountedAt]);
    tx.publish(event);
  }

  async addMoved(tx: Transaction, edition: number, kind: string, moved: number): Promise<void> {
    await tx.query(
      `UPDATE calendar_version
       SET moved = moved || jsonb_build_object($2::text, coalesce((moved ->> $2)::integer, 0) + $3::integer)
       WHERE edition = $1`,
      [edition, kind, moved],
    );
  }

  private tell(tx: Transaction, state: CalendarVersion): void {
    tx.state('reference.calendar', String(state.year), calendarState(state));
  }
}
