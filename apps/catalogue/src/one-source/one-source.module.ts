import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { AssignmentsController } from './assignments.controller';
import { AssignmentsService } from './assignments.service';
import { CollectionModule } from './collection.module';
import { DataElementsController } from './data-elements.controller';
import { DataElementsService } from './data-elements.service';

@Module({
  imports: [CollectionModule, EntriesModule, OrganisationsModule],
  controllers: [DataElementsController, AssignmentsController],
  providers: [DataElementsService, AssignmentsService],
})
export class OneSourceModule {}
