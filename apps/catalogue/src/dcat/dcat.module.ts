import { Module } from '@nestjs/common';
import { InterchangeModule } from '../interchange/interchange.module';
import { DcatController } from './dcat.controller';
import { DcatService } from './dcat.service';
import { DcatStore } from './dcat.store';

@Module({ imports: [InterchangeModule], controllers: [DcatController], providers: [DcatService, DcatStore] })
export class DcatModule {}
