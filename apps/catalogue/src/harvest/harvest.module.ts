import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { ChangeStore } from './change.store';
import { ChangeWatch } from './change-watch';
import { ChangesController } from './changes.controller';
import { ChangesService } from './changes.service';

@Module({
  imports: [EntriesModule],
  controllers: [ChangesController],
  providers: [ChangeStore, ChangeWatch, ChangesService],
})
export class HarvestModule {}
