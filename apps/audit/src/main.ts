import 'reflect-metadata';
import { bootService, loadConfig } from '@qiongtong/platform';
import { AuditModule } from './app.module';
import { AuditConfig } from './config';

const config = loadConfig(AuditConfig);
void bootService({ name: 'audit', module: () => AuditModule.with(config), config });
