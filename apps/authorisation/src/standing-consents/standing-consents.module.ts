import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { StandingConsentStore } from './standing-consent.store';
import { StandingConsentsController } from './standing-consents.controller';
import { StandingConsentsService } from './standing-consents.service';

@Module({
  imports: [OrganisationsModule, ResourcesModule],
  controllers: [StandingConsentsController],
  providers: [StandingConsentStore, StandingConsentsService],
  exports: [StandingConsentStore],
})
export class StandingConsentsModule {}
