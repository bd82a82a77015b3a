import { Module } from '@nestjs/common';
import { CalendarModule } from '../calendar/calendar.module';
import { GrantsModule } from '../grants/grants.module';
import { OfficersModule } from '../officers/officers.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { SystemsModule } from '../systems/systems.module';
import { ApplicationDesk } from './application-desk';
import { ApplicationsController } from './applications.controller';
import { ApplicationsService } from './applications.service';
import { SharingApplicationStore } from './sharing-application.store';

@Module({
  imports: [OrganisationsModule, ResourcesModule, SystemsModule, OfficersModule, CalendarModule, GrantsModule],
  controllers: [ApplicationsController],
  providers: [SharingApplicationStore, ApplicationDesk, ApplicationsService],
})
export class ApplicationsModule {}
