import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module';
import { OfficersModule } from '../officers/officers.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { SystemsModule } from '../systems/systems.module';
import { StopDesk } from './stop-desk';
import { StopStore } from './stop.store';
import { StopsController } from './stops.controller';
import { StopsService } from './stops.service';

@Module({
  imports: [OrganisationsModule, OfficersModule, SystemsModule, GrantsModule, ResourcesModule],
  controllers: [StopsController],
  providers: [StopStore, StopDesk, StopsService],
  exports: [StopStore, StopsService],
})
export class StopsModule {}
