import { Module } from '@nestjs/common';
import { CalendarRecount } from './calendar-recount';
import { CalendarStore } from './calendar.store';
import { CalendarsController } from './calendars.controller';
import { CalendarsService } from './calendars.service';

@Module({
  controllers: [CalendarsController],
  providers: [CalendarStore, CalendarsService, CalendarRecount],
  exports: [CalendarStore, CalendarRecount],
})
export class CalendarModule {}
