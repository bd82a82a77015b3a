import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { UsersModule } from '../users/users.module';
import { MountedConsumer } from './mounted.consumer';
import { MountedStore } from './mounted.store';
import { StatisticsController } from './statistics.controller';
import { StatisticsService } from './statistics.service';

@Module({
  imports: [EntriesModule, UsersModule],
  controllers: [StatisticsController, MountedConsumer],
  providers: [MountedStore, StatisticsService],
})
export class StatisticsModule {}
