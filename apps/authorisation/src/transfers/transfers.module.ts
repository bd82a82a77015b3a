import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ResourcesModule } from '../resources/resources.module';
import { SystemsModule } from '../systems/systems.module';
import { ChainsController } from './chains.controller';
import { ChainsService } from './chains.service';
import { OnwardTransferStore } from './onward-transfer.store';
import { TransferDesk } from './transfer-desk';
import { TransfersController } from './transfers.controller';
import { TransfersService } from './transfers.service';

@Module({
  imports: [OrganisationsModule, ResourcesModule, SystemsModule, GrantsModule],
  controllers: [TransfersController, ChainsController],
  providers: [OnwardTransferStore, TransferDesk, TransfersService, ChainsService],
  exports: [OnwardTransferStore],
})
export class TransfersModule {}
