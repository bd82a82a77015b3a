import { Module } from '@nestjs/common';
import { CollectionModule } from '../one-source/collection.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { GrantsModule } from '../grants/grants.module';
import { SystemModule } from '../system/system.module';
import { UsersModule } from '../users/users.module';
import { EffectsService } from './effects.service';
import { EntriesController } from './entries.controller';
import { EntriesService } from './entries.service';
import { EntryDesk } from './entry-desk';
import { EntryStore } from './entry.store';
import { Origins } from './origins';
import { SuccessionConsumer } from './succession.consumer';
import { WithdrawalsController } from './withdrawals.controller';
import { WithdrawalsService } from './withdrawals.service';
import { VersionStore } from './version.store';
import { VersionsController } from './versions.controller';
import { VersionsService } from './versions.service';

@Module({
  imports: [CollectionModule, GrantsModule, OrganisationsModule, SystemModule, UsersModule],
  controllers: [EntriesController, VersionsController, WithdrawalsController, SuccessionConsumer],
  providers: [
    EffectsService,
    EntriesService,
    VersionsService,
    WithdrawalsService,
    EntryDesk,
    EntryStore,
    Origins,
    VersionStore,
  ],
  exports: [EntryStore, EntryDesk, VersionStore],
})
export class EntriesModule {}
