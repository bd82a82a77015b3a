import { Module } from '@nestjs/common';
import { ConsentsModule } from '../consents/consents.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { SystemsModule } from '../systems/systems.module';
import { GrantDesk } from './grant-desk';
import { GrantMeasuresService } from './grant-measures.service';
import { GrantStore } from './grant.store';
import { GrantsController } from './grants.controller';
import { GrantsService } from './grants.service';

@Module({
  imports: [OrganisationsModule, ResourcesModule, SystemsModule, ConsentsModule],
  controllers: [GrantsController],
  providers: [GrantStore, GrantDesk, GrantMeasuresService, GrantsService],
  exports: [GrantStore, GrantDesk],
})
export class GrantsModule {}
