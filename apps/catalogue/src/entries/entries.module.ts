import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { EntriesController } from './entries.controller';
import { EntriesService } from './entries.service';
import { SuccessionConsumer } from './succession.consumer';
import { EntryStore } from './entry.store';

@Module({
  imports: [OrganisationsModule],
  controllers: [EntriesController, SuccessionConsumer],
  providers: [EntriesService, EntryStore],
})
export class EntriesModule {}
