import { Module } from '@nestjs/common';
import { CalendarStore } from './calendar.store';

@Module({ providers: [CalendarStore], exports: [CalendarStore] })
export class CalendarModule {}
