import 'reflect-metadata';
import { runService, loadConfig } from '@qiongtong/platform';
import { authorisationModule } from './app.module';
import { AuthorisationConfig } from './config';

void runService({
  name: 'authorisation',
  module: (config) => authorisationModule(config),
  config: loadConfig(AuthorisationConfig),
});
