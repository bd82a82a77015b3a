import 'reflect-metadata';
import { resolve } from 'node:path';
import { writeOpenApi } from '@qiongtong/platform';
import { authorisationModule } from './app.module';
import type { AuthorisationConfig } from './config';

/** Writes the service's OpenAPI document; run by a person after a change, compared by a test. */
void writeOpenApi<AuthorisationConfig>(
  'authorisation',
  (config) => authorisationModule(config),
  resolve(__dirname, '../openapi.json'),
);
