import { Module, type DynamicModule } from '@nestjs/common';
import { logFilesDir, s3BucketOf, type AuditConfig } from '../config';
import { FolderFiles } from './files/folder-files';
import { LogCopy } from './files/log-copy';
import { LogFiles } from './files/log-files';
import { S3Files } from './files/s3-files';
import { TileStore } from './tile.store';
import { TilesController } from './tiles.controller';
import { TilesService } from './tiles.service';

@Module({})
export class TilesModule {
  static with(log: DynamicModule, config: AuditConfig): DynamicModule {
    const files = filesOf(config);
    const copies = files === null ? [] : [{ provide: LogFiles, useValue: files }, LogCopy];
    return {
      module: TilesModule,
      imports: [log],
      controllers: [TilesController],
      providers: [TilesService, TileStore, ...copies],
    };
  }
}

function filesOf(config: AuditConfig): LogFiles | null {
  const bucket = s3BucketOf(config);
  if (bucket) return new S3Files(bucket);
  const folder = logFilesDir(config);
  return folder === null ? null : new FolderFiles(folder);
}
