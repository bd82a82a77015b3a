import { resolve } from 'node:path';
import { openApiDifference } from '@qiongtong/platform';
import { AuditModule } from './app.module';
import type { AuditConfig } from './config';

describe('the OpenAPI document', () => {
  it('is the one the code gives: run `npm run openapi` after a change', async () => {
    const file = resolve(__dirname, '../openapi.json');
    expect(await openApiDifference('audit', (config: AuditConfig) => AuditModule.with(config), file)).toBeNull();
  });
});
