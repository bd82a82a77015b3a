import 'reflect-metadata';
import { resolve } from 'node:path';
import { writeOpenApi } from '@qiongtong/platform';
import { AuditModule } from './app.module';
import type { AuditConfig } from './config';

/** Writes the service's OpenAPI document; run by a person after a change, compared by a test. */
void writeOpenApi('audit', (config: AuditConfig) => AuditModule.with(config), resolve(__dirname, '../openapi.json'));
