import 'reflect-metadata';
import { runService, loadConfig } from '@qiongtong/platform';
import { AuditModule } from './app.module';
import { AuditConfig } from './config';

const config = loadConfig(AuditConfig);
void runService({ name: 'audit', module: () => AuditModule.with(config), config });
