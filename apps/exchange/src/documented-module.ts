import type { DynamicModule } from '@nestjs/common';
import { ExchangeModule } from './app.module';
import type { ExchangeConfig } from './config';
import { RecordsDocument } from './records/records.document';

/** The service as its document describes it: with the reads that stand straight on Fastify. */
export function documentedModule(config: ExchangeConfig): DynamicModule {
  const service = ExchangeModule.with(config);
  return { ...service, controllers: [...(service.controllers ?? []), RecordsDocument] };
}
