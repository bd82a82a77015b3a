import { Injectable } from '@nestjs/common';
import { sql, type Sql } from '@qiongtong/platform';
import type { WorkingDayCalendar } from '@qiongtong/regulation';
import { DataSource } from 'typeorm';

/** The years whose working days the State Council has published; data, so that a new year needs no release. [R12.3] */
@Injectable()
export class CalendarStore {
  constructor(private readonly database: DataSource) {}

  /** @param query of the transaction that asks, which then needs no second connection */
  published(query: Sql = (text) => sql(this.database, text)): Promise<WorkingDayCalendar[]> {
    return query<WorkingDayCalendar>(
      'SELECT year, holidays, make_up_days AS "makeUpDays", source FROM working_day_calendar ORDER BY year',
    );
  }
}
