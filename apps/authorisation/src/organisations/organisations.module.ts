import { Module } from '@nestjs/common';
import { OrganisationStore } from './organisation.store';
import { OrganisationsController } from './organisations.controller';
import { OrganisationsService } from './organisations.service';

@Module({
  controllers: [OrganisationsController],
  providers: [OrganisationStore, OrganisationsService],
  exports: [OrganisationStore],
})
export class OrganisationsModule {}
