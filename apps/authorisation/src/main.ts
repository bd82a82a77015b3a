import 'reflect-metadata';
import { bootService, loadConfig } from '@qiongtong/platform';
import { authorisationModule } from './app.module';
import { AuthorisationConfig } from './config';

void bootService({
  name: 'authorisation',
  module: (config) => authorisationModule(config),
  config: loadConfig(AuthorisationConfig),
});
