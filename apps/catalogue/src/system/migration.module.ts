import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { EditionMigration } from './edition-migration';
import { SystemModule } from './system.module';

/** Beside the system that entries are compiled by: it writes entries itself. */
@Module({ imports: [EntriesModule, SystemModule], providers: [EditionMigration] })
export class MigrationModule {}
