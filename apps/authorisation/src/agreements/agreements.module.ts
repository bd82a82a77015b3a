import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { AgreementParties } from './agreement-parties';
import { AgreementStore } from './agreement.store';
import { AgreementsController } from './agreements.controller';
import { AgreementsService } from './agreements.service';

@Module({
  imports: [OrganisationsModule, ResourcesModule],
  controllers: [AgreementsController],
  providers: [AgreementStore, AgreementParties, AgreementsService],
  exports: [AgreementStore, AgreementsService],
})
export class AgreementsModule {}
