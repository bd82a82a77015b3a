import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { AlikeController } from './alike.controller';
import { AlikeService } from './alike.service';
import { AlikeStore } from './alike.store';

@Module({ imports: [EntriesModule], controllers: [AlikeController], providers: [AlikeService, AlikeStore] })
export class AlikeModule {}
