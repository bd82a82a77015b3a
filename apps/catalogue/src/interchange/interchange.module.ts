import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { OrganisationsModule } from '../organisations/organisations.module';
import { ExportStore } from './export.store';
import { ImportParts } from './import-parts';
import { ImportRun } from './import-run';
import { ImportWriting } from './import-writing';
import { ImportStore } from './import.store';
import { ImportsController } from './imports.controller';
import { ImportsService } from './imports.service';
import { SystemModule } from '../system/system.module';
import { SheetsController } from './sheets.controller';
import { SheetsService } from './sheets.service';

@Module({
  imports: [OrganisationsModule, EntriesModule, SystemModule],
  controllers: [SheetsController, ImportsController],
  providers: [ExportStore, SheetsService, ImportStore, ImportRun, ImportParts, ImportWriting, ImportsService],
  exports: [ExportStore],
})
export class InterchangeModule {}
