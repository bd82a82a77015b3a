import { Module, type DynamicModule } from '@nestjs/common';
import { logFilesDir, type AuditConfig } from '../config';
import { FolderFiles } from './files/folder-files';
import { LogCopy } from './files/log-copy';
import { LogFiles } from './files/log-files';
import { TileStore } from './tile.store';
import { TilesController } from './tiles.controller';
import { TilesService } from './tiles.service';

@Module({})
export class TilesModule {
  static with(log: DynamicModule, config: AuditConfig): DynamicModule {
    const folder = logFilesDir(config);
    const copies = folder === null ? [] : [{ provide: LogFiles, useFactory: () => new FolderFiles(folder) }, LogCopy];
    return {
      module: TilesModule,
      imports: [log],
      controllers: [TilesController],
      providers: [TilesService, TileStore, ...copies],
    };
  }
}
