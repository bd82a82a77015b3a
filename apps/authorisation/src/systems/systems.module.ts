import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { Surroundings } from './surroundings';
import { SystemStore } from './system.store';
import { SystemsController } from './systems.controller';
import { SystemsService } from './systems.service';

@Module({
  imports: [OrganisationsModule, ResourcesModule],
  controllers: [SystemsController],
  providers: [SystemStore, Surroundings, SystemsService],
  exports: [SystemStore, SystemsService],
})
export class SystemsModule {}
