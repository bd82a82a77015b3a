import { Module, type DynamicModule } from '@nestjs/common';
import { signingKeyFile, type AuditConfig } from '../config';
import { LogController } from './log.controller';
import { LogMetrics } from './log.metrics';
import { LogService } from './log.service';
import { LogStore } from './log.store';
import { ProofStore } from './proof.store';
import { OutsideCheckpoints } from './outside';
import { Sealer } from './sealer';
import { SealerWorker } from './sealer.worker';
import { SealingStore } from './sealing.store';
import { SigningKey } from './signing-key';

@Module({})
export class LogModule {
  static with(config: AuditConfig): DynamicModule {
    const key = (): SigningKey =>
      SigningKey.fromFile(config.LOG_ORIGIN, signingKeyFile(config), config.MODE === 'embedded', config.SM2_KEY_FILE);
    return {
      module: LogModule,
      controllers: [LogController],
      exports: [SigningKey, LogStore, LogService, LogMetrics, ProofStore],
      providers: [
        { provide: SigningKey, useFactory: key },
        LogMetrics,
        LogService,
        LogStore,
        OutsideCheckpoints,
        ProofStore,
        Sealer,
        SealerWorker,
        SealingStore,
      ],
    };
  }
}
