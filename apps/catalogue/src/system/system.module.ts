import { Module } from '@nestjs/common';
import { CatalogueSystems } from './catalogue-systems';
import { EditionStore } from './edition.store';
import { EditionsController } from './editions.controller';
import { EditionsService } from './editions.service';
import { ResourceCodeStore } from './resource-codes.store';

@Module({
  controllers: [EditionsController],
  providers: [CatalogueSystems, EditionsService, EditionStore, ResourceCodeStore],
  exports: [CatalogueSystems, EditionStore, ResourceCodeStore],
})
export class SystemModule {}
