import { Module } from '@nestjs/common';
import { OfficersModule } from '../officers/officers.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { DelegationDesk } from './delegation-desk';
import { ReviewDelegationStore } from './review-delegation.store';
import { ReviewDelegationsController } from './review-delegations.controller';
import { ReviewDelegationsService } from './review-delegations.service';

@Module({
  imports: [OrganisationsModule, OfficersModule, ResourcesModule],
  controllers: [ReviewDelegationsController],
  providers: [ReviewDelegationStore, DelegationDesk, ReviewDelegationsService],
  exports: [ReviewDelegationStore],
})
export class ReviewDelegationsModule {}
