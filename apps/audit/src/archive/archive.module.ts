import { Module, type DynamicModule } from '@nestjs/common';
import type { AuditConfig } from '../config';
import { FolderFiles } from '../tiles/files/folder-files';
import type { LogFiles } from '../tiles/files/log-files';
import { ArchivedTexts } from './archived-texts';

/** Where entries go when their time in the database is over; null where they stay in it. */
export const ARCHIVE_FILES = Symbol('ARCHIVE_FILES');
export type ArchiveFiles = LogFiles | null;

/** Everybody who reads entries needs their texts, wherever they are. */
@Module({})
export class ArchiveModule {
  static with({ LOG_ARCHIVE_DIR: folder }: AuditConfig): DynamicModule {
    const files: ArchiveFiles = folder === undefined ? null : new FolderFiles(folder);
    return {
      module: ArchiveModule,
      global: true,
      providers: [
        { provide: ARCHIVE_FILES, useValue: files },
        { provide: ArchivedTexts, useValue: new ArchivedTexts(files) },
      ],
      exports: [ARCHIVE_FILES, ArchivedTexts],
    };
  }
}
