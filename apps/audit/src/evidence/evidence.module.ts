import { Module, type DynamicModule } from '@nestjs/common';
import { SearchModule } from '../search/search.module';
import { EvidenceController } from './evidence.controller';
import { EvidenceService } from './evidence.service';

@Module({})
export class EvidenceModule {
  /** @param log the module that keeps the log and its key */
  static with(log: DynamicModule): DynamicModule {
    return {
      module: EvidenceModule,
      imports: [log, SearchModule],
      controllers: [EvidenceController],
      providers: [EvidenceService],
    };
  }
}
