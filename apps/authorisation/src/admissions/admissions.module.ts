import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { AccessApplicationStore } from './access-application.store';
import { AdmissionsController, PledgeTextsController } from './admissions.controller';
import { AdmissionsService } from './admissions.service';

@Module({
  imports: [OrganisationsModule],
  controllers: [AdmissionsController, PledgeTextsController],
  providers: [AccessApplicationStore, AdmissionsService],
})
export class AdmissionsModule {}
