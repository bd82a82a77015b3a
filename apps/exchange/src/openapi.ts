import 'reflect-metadata';
import { resolve } from 'node:path';
import { writeOpenApi } from '@qiongtong/platform';
import { documentedModule } from './documented-module';

/** Writes the service's OpenAPI document; run by a person after a change, compared by a test. */
void writeOpenApi('exchange', documentedModule, resolve(__dirname, '../openapi.json'));
