import { Module, type DynamicModule } from '@nestjs/common';
import { witnessesOf, type AuditConfig } from '../config';
import { WitnessClient } from './witness.client';
import { WitnessStore } from './witness.store';
import { WitnessesController } from './witnesses.controller';
import { WitnessesService } from './witnesses.service';
import { Witnesses, Witnessing } from './witnessing';

@Module({})
export class WitnessesModule {
  static with(log: DynamicModule, config: AuditConfig): DynamicModule {
    return {
      module: WitnessesModule,
      imports: [log],
      controllers: [WitnessesController],
      providers: [
        { provide: Witnesses, useFactory: () => new Witnesses(witnessesOf(config)) },
        WitnessClient,
        WitnessStore,
        WitnessesService,
        Witnessing,
      ],
    };
  }
}
