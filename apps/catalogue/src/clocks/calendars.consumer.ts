import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CalendarState } from '@qiongtong/contracts';
import { EventBatch, HEARTBEAT_TYPE } from '@qiongtong/platform';

/** The working days of each year, as authorisation publishes them: a projection of `reference.calendar`. [R12.3] */
@Controller()
export class CalendarsConsumer {
  @EventPattern('reference.calendar/*')
  async project(@Payload() batch: EventBatch<CalendarState | null>): Promise<void> {
    await batch.once(async (tx, fresh) => {
      for (const { type, key, data } of fresh) {
        if (type === HEARTBEAT_TYPE || data === null) continue;
        if (String(data?.year) !== key || !Array.isArray(data.holidays))
          throw new Error('not the calendar of the year that is its key');
        await tx.query(
          `INSERT INTO calendar_year (year, version, holidays, make_up_days, source) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (year) DO UPDATE SET version = excluded.version, holidays = excluded.holidays,
             make_up_days = excluded.make_up_days, source = excluded.source
           WHERE calendar_year.version < excluded.version`,
          [data.year, data.version, JSON.stringify(data.holidays), JSON.stringify(data.makeUpDays), data.source],
        );
      }
    });
  }
}
