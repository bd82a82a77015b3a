import { resolve } from 'node:path';
import { openApiDifference } from '@qiongtong/platform';
import { documentedModule } from './documented-module';

describe('the OpenAPI document', () => {
  it('is the one the code gives: run `npm run openapi` after a change', async () => {
    expect(await openApiDifference('exchange', documentedModule, resolve(__dirname, '../openapi.json'))).toBeNull();
  });
});
