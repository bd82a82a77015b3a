import { Module } from '@nestjs/common';
import { CalendarModule } from '../calendar/calendar.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ConsentCaseStore } from './consent-case.store';
import { ConsentClocks } from './consent-clocks';
import { ConsentDesk } from './consent-desk';
import { ConsentsController } from './consents.controller';
import { ConsentsService } from './consents.service';

@Module({
  imports: [OrganisationsModule, CalendarModule],
  controllers: [ConsentsController],
  providers: [ConsentCaseStore, ConsentDesk, ConsentsService, ConsentClocks],
  exports: [ConsentCaseStore, ConsentsService],
})
export class ConsentsModule {}
