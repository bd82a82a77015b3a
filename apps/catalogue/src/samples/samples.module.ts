import { Module } from '@nestjs/common';
import { EntriesModule } from '../entries/entries.module';
import { SamplesController } from './samples.controller';
import { SamplesService } from './samples.service';

@Module({ imports: [EntriesModule], controllers: [SamplesController], providers: [SamplesService] })
export class SamplesModule {}
