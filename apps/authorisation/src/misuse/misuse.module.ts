import { Module } from '@nestjs/common';
import { CalendarModule } from '../calendar/calendar.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { UsesModule } from '../uses/uses.module';
import { FiguresStore } from './figures.store';
import { MisuseAlertStore } from './misuse-alert.store';
import { MisuseAlertsController } from './misuse-alerts.controller';
import { MisuseAlertsService } from './misuse-alerts.service';
import { MisuseWatch } from './misuse-watch';
import { MisuseConsumer } from './misuse.consumer';

@Module({
  imports: [OrganisationsModule, CalendarModule, UsesModule],
  controllers: [MisuseAlertsController, MisuseConsumer],
  providers: [FiguresStore, MisuseAlertStore, MisuseAlertsService, MisuseWatch],
  exports: [MisuseAlertStore],
})
export class MisuseModule {}
