import { Module, type DynamicModule } from '@nestjs/common';
import { AuditConfig } from '../config';
import { HoldStore } from '../retention/hold.store';
import { ErasureStore } from './erasure.store';
import { ErasuresController } from './erasures.controller';
import { ErasuresService } from './erasures.service';
import { HashKeyDestructions } from './hash-key-destructions';

@Module({})
export class ErasuresModule {
  static with(config: AuditConfig): DynamicModule {
    return {
      module: ErasuresModule,
      controllers: [ErasuresController],
      providers: [
        ErasuresService,
        ErasureStore,
        HoldStore,
        HashKeyDestructions,
        { provide: AuditConfig, useValue: config },
      ],
    };
  }
}
