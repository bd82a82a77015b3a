import { runService, loadConfig } from '@qiongtong/platform';
import { ExchangeModule } from './app.module';
import { ExchangeConfig } from './config';
import { RecordsRoutes } from './records/records.routes';

void runService({
  name: 'exchange',
  module: (config) => ExchangeModule.with(config),
  config: loadConfig(ExchangeConfig),
  configure: (app) => app.get(RecordsRoutes).register(app.getHttpAdapter().getInstance()),
});
