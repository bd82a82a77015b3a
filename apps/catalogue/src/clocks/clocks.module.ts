import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { CalendarsConsumer } from './calendars.consumer';
import { ClockListsService } from './clock-lists.service';
import { ClocksController } from './clocks.controller';
import { EntryClockStore } from './entry-clock.store';
import { EntryClocksService } from './entry-clocks.service';
import { EntryFactsConsumer } from './entry-facts.consumer';
import { UpdatesService } from './updates.service';

@Module({
  imports: [EntriesModule, OrganisationsModule],
  controllers: [ClocksController, CalendarsConsumer, EntryFactsConsumer],
  providers: [EntryClockStore, EntryClocksService, UpdatesService, ClockListsService],
})
export class ClocksModule {}
