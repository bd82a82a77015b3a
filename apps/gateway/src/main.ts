import { runService, loadConfig } from '@qiongtong/platform';
import { GatewayModule } from './app.module';
import { GatewayConfig } from './config';
import { Entrance } from './entrance/entrance';

const config = loadConfig(GatewayConfig);
void runService({
  name: 'gateway',
  module: () => GatewayModule.with(config),
  config,
  public: true,
  configure: (app) => app.get(Entrance).register(app.getHttpAdapter().getInstance()),
});
