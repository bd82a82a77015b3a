import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { GrantStore } from './grant.store';
import { GrantsController } from './grants.controller';
import { GrantsService } from './grants.service';

@Module({
  imports: [OrganisationsModule],
  controllers: [GrantsController],
  providers: [GrantStore, GrantsService],
  exports: [GrantStore],
})
export class GrantsModule {}
