import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gatewayDocument } from './document';

describe('the document of the whole API', () => {
  const { document, undocumented } = gatewayDocument();

  it('describes every route of the entrance', () => {
    expect(undocumented).toEqual([]);
  });

  it('is the one that is committed: run `npm run openapi` after a change', () => {
    expect(JSON.parse(readFileSync(resolve(__dirname, '../openapi.json'), 'utf8'))).toEqual(document);
  });
});
