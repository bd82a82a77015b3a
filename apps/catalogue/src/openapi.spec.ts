import { resolve } from 'node:path';
import { openApiDifference } from '@qiongtong/platform';
import { catalogueModule } from './app.module';

describe('the OpenAPI document', () => {
  it('is the one the code gives: run `npm run openapi` after a change', async () => {
    const file = resolve(__dirname, '../openapi.json');
    expect(await openApiDifference('catalogue', catalogueModule, file)).toBeNull();
  });
});
