import { Module } from '@nestjs/common';
import { AgreementsModule } from '../agreements/agreements.module';
import { CalendarModule } from '../calendar/calendar.module';
import { ConsentsModule } from '../consents/consents.module';
import { GrantsModule } from '../grants/grants.module';
import { OfficersModule } from '../officers/officers.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { ReviewDelegationsModule } from '../review-delegations/review-delegations.module';
import { StandingConsentsModule } from '../standing-consents/standing-consents.module';
import { SystemsModule } from '../systems/systems.module';
import { AmendmentsController } from './amendments.controller';
import { AmendmentsService } from './amendments.service';
import { ApplicationActs } from './application-acts';
import { ApplicationDesk } from './application-desk';
import { ApplicationOutcomes } from './application-outcomes';
import { ApplicationRecount } from './application-recount';
import { ApplicationsController } from './applications.controller';
import { ApplicationsService } from './applications.service';
import { ApplicationBatchStore } from './batch.store';
import { BatchesController } from './batches.controller';
import { BatchesService } from './batches.service';
import { ClocksService } from './clocks.service';
import { ReviewController } from './review.controller';
import { ReviewService } from './review.service';
import { SharingApplicationStore } from './sharing-application.store';
import { Submissions } from './submissions';

@Module({
  imports: [
    OrganisationsModule,
    ResourcesModule,
    SystemsModule,
    OfficersModule,
    CalendarModule,
    GrantsModule,
    ConsentsModule,
    AgreementsModule,
    StandingConsentsModule,
    ReviewDelegationsModule,
  ],
  controllers: [AmendmentsController, ApplicationsController, ReviewController, BatchesController],
  providers: [
    SharingApplicationStore,
    ApplicationBatchStore,
    ApplicationDesk,
    ApplicationOutcomes,
    ApplicationActs,
    Submissions,
    ApplicationsService,
    ReviewService,
    BatchesService,
    ClocksService,
    ApplicationRecount,
    AmendmentsService,
  ],
  exports: [SharingApplicationStore, ClocksService],
})
export class ApplicationsModule {}
