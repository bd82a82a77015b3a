import 'reflect-metadata';
import { resolve } from 'node:path';
import { writeOpenApi } from '@qiongtong/platform';
import { catalogueModule } from './app.module';

/** Writes the service's OpenAPI document; run by a person after a change, compared by a test. */
void writeOpenApi('catalogue', catalogueModule, resolve(__dirname, '../openapi.json'));
