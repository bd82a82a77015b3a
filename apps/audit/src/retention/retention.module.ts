import { Module, type DynamicModule } from '@nestjs/common';
import { ARCHIVE_FILES, type ArchiveFiles } from '../archive/archive.module';
import type { AuditConfig } from '../config';
import { SearchModule } from '../search/search.module';
import { TileStore } from '../tiles/tile.store';
import { ArchiveStore } from './archive.store';
import { Archiver } from './archiver';
import { HoldStore } from './hold.store';
import { Retention, RETENTION, type Kept } from './retention';
import { RetentionController } from './retention.controller';
import { RetentionService } from './retention.service';

@Module({})
export class RetentionModule {
  static with(log: DynamicModule, { LOG_RETENTION_YEARS: years }: AuditConfig): DynamicModule {
    const kept = {
      provide: RETENTION,
      useFactory: (files: ArchiveFiles): Kept => ({ files, years }),
      inject: [ARCHIVE_FILES],
    };
    return {
      module: RetentionModule,
      imports: [log, SearchModule],
      controllers: [RetentionController],
      providers: [RetentionService, Retention, Archiver, ArchiveStore, HoldStore, TileStore, kept],
      exports: [HoldStore],
    };
  }
}
