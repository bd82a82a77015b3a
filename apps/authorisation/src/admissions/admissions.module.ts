import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { AccessApplicationStore } from './access-application.store';
import { AccessApplicationsController } from './access-applications.controller';
import { AccessApplicationsService } from './access-applications.service';
import { AdmissionClock } from './admission-clock.service';
import { AdmissionStore } from './admission.store';
import { AdmissionsController } from './admissions.controller';
import { AdmissionsService } from './admissions.service';
import { PledgeTextStore } from './pledge-text.store';
import { PledgesController, PledgeTextsController } from './pledges.controller';
import { PledgesService } from './pledges.service';

@Module({
  imports: [OrganisationsModule],
  controllers: [AccessApplicationsController, AdmissionsController, PledgeTextsController, PledgesController],
  providers: [
    AccessApplicationStore,
    AdmissionStore,
    PledgeTextStore,
    AccessApplicationsService,
    AdmissionsService,
    AdmissionClock,
    PledgesService,
  ],
  exports: [AccessApplicationStore, AdmissionStore, AdmissionsService],
})
export class AdmissionsModule {}
