import { Module } from '@nestjs/common';
import { OrganisationsModule } from '../organisations/organisations.module';
import { OfficerStore } from './officer.store';
import { OfficersController } from './officers.controller';
import { OfficersService } from './officers.service';

@Module({
  imports: [OrganisationsModule],
  controllers: [OfficersController],
  providers: [OfficerStore, OfficersService],
  exports: [OfficerStore, OfficersService],
})
export class OfficersModule {}
