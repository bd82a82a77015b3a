import { Module } from '@nestjs/common';
import { ExportStore } from './export.store';
import { SheetsController } from './sheets.controller';
import { SheetsService } from './sheets.service';

@Module({ controllers: [SheetsController], providers: [ExportStore, SheetsService] })
export class InterchangeModule {}
