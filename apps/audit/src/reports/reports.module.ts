import { Module } from '@nestjs/common';
import { ReportStore } from './report.store';
import { ReportsController } from './reports.controller';
import { ReportsService } from './reports.service';
import { UseCounter } from './use.counter';

@Module({ controllers: [ReportsController], providers: [ReportsService, ReportStore, UseCounter] })
export class ReportsModule {}
