import { resolve } from 'node:path';
import { openApiDifference } from '@qiongtong/platform';
import { authorisationModule } from './app.module';
import type { AuthorisationConfig } from './config';

describe('the OpenAPI document', () => {
  it('is the one the code gives: run `npm run openapi` after a change', async () => {
    const file = resolve(__dirname, '../openapi.json');
    expect(
      await openApiDifference<AuthorisationConfig>('authorisation', (config) => authorisationModule(config), file),
    ).toBeNull();
  });
});
