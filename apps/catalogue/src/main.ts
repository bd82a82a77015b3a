import 'reflect-metadata';
import { bootService, loadConfig } from '@qiongtong/platform';
import { catalogueModule } from './app.module';
import { CatalogueConfig } from './config';

void bootService({ name: 'catalogue', module: catalogueModule, config: loadConfig(CatalogueConfig) });
