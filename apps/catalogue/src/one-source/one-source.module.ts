import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { AssignmentSuccession } from './assignment-succession';
import { AssignmentsController } from './assignments.controller';
import { AssignmentsService } from './assignments.service';
import { CollectionModule } from './collection.module';
import { DataElementsController } from './data-elements.controller';
import { DataElementsService } from './data-elements.service';
import { ElementProposalStore } from './element-proposal.store';
import { ElementProposalsController } from './element-proposals.controller';
import { ElementProposalsService } from './element-proposals.service';
import { SourcesController } from './sources.controller';
import { SourcesService } from './sources.service';
import { WaiverClock } from './waiver-clock';
import { WaiversController } from './waivers.controller';
import { WaiversService } from './waivers.service';

@Module({
  imports: [CollectionModule, EntriesModule, OrganisationsModule],
  controllers: [
    DataElementsController,
    ElementProposalsController,
    AssignmentsController,
    WaiversController,
    SourcesController,
  ],
  providers: [
    DataElementsService,
    ElementProposalStore,
    ElementProposalsService,
    AssignmentsService,
    WaiversService,
    SourcesService,
    WaiverClock,
    AssignmentSuccession,
  ],
})
export class OneSourceModule {}
