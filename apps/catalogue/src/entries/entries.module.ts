import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { EntriesController } from './entries.controller';
import { EntriesService } from './entries.service';
import { EntryStore } from './entry.store';

@Module({ imports: [OrganisationsModule], controllers: [EntriesController], providers: [EntriesService, EntryStore] })
export class EntriesModule {}
