import 'reflect-metadata';
import { runService, loadConfig } from '@qiongtong/platform';
import { catalogueModule } from './app.module';
import { CatalogueConfig } from './config';

void runService({ name: 'catalogue', module: catalogueModule, config: loadConfig(CatalogueConfig) });
