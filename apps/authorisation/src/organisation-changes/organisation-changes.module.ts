import { Module } from '@nestjs/common';
import { AdmissionsModule } from '../admissions/admissions.module';
import { AgreementsModule } from '../agreements/agreements.module';
import { ApplicationsModule } from '../applications/applications.module';
import { ConsentsModule } from '../consents/consents.module';
import { GrantsModule } from '../grants/grants.module';
import { MisuseModule } from '../misuse/misuse.module';
import { OfficersModule } from '../officers/officers.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { PublicationsModule } from '../publications/publications.module';
import { ReviewDelegationsModule } from '../review-delegations/review-delegations.module';
import { StandingConsentsModule } from '../standing-consents/standing-consents.module';
import { StopsModule } from '../stops/stops.module';
import { SystemsModule } from '../systems/systems.module';
import { TransfersModule } from '../transfers/transfers.module';
import { BodiesCarriedOut } from './bodies-carried-out';
import { CarryingOut } from './carrying-out';
import { CarryingOutSteps } from './carrying-out-steps';
import { ChangeDesk } from './change-desk';
import { KeptParts, OfferParts, StaffParts, UseParts } from './kept-parts';
import { OrganisationChangeStore } from './organisation-change.store';
import { OrganisationChangesController } from './organisation-changes.controller';
import { OrganisationChangesService } from './organisation-changes.service';
import { WorldStore } from './world.store';

@Module({
  imports: [
    OrganisationsModule,
    AdmissionsModule,
    OfficersModule,
    SystemsModule,
    StopsModule,
    MisuseModule,
    GrantsModule,
    ApplicationsModule,
    ConsentsModule,
    AgreementsModule,
    TransfersModule,
    PublicationsModule,
    StandingConsentsModule,
    ReviewDelegationsModule,
  ],
  controllers: [OrganisationChangesController],
  providers: [
    OrganisationChangeStore,
    WorldStore,
    ChangeDesk,
    OrganisationChangesService,
    StaffParts,
    UseParts,
    OfferParts,
    KeptParts,
    BodiesCarriedOut,
    CarryingOutSteps,
    CarryingOut,
  ],
})
export class OrganisationChangesModule {}
