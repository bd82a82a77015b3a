import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { PermitStore } from './permit.store';
import { PermitsController } from './permits.controller';
import { PermitsService } from './permits.service';
import { PublicationDesk } from './publication-desk';
import { PublicationRequestStore } from './publication-request.store';
import { PublicationsController } from './publications.controller';
import { PublicationsService } from './publications.service';

@Module({
  imports: [OrganisationsModule, ResourcesModule, GrantsModule],
  controllers: [PublicationsController, PermitsController],
  providers: [PublicationRequestStore, PermitStore, PublicationDesk, PublicationsService, PermitsService],
  exports: [PublicationRequestStore, PermitStore],
})
export class PublicationsModule {}
