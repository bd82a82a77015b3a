import { Module } from '@nestjs/common';
import { WatchFollower } from './watch.follower';
import { WatchStore } from './watch.store';
import { WatchesController } from './watches.controller';
import { WatchesService } from './watches.service';

@Module({ controllers: [WatchesController], providers: [WatchesService, WatchStore, WatchFollower] })
export class WatchesModule {}
