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

  it('[R3.3] has no field for a fee, anywhere: sharing is free of charge', () => {
    const document: unknown = JSON.parse(readFileSync(resolve(__dirname, '../openapi.json'), 'utf8'));
    const names = fieldsOf(document);
    expect(names.length).toBeGreaterThan(100);
    expect(
      names.filter((name) => /fee|price|charge|payment|tariff|invoice/i.test(name.replace(/[fF]eeds?/g, ''))),
    ).toEqual([]);
    expect(fieldsOf({ properties: { serviceFee: {} } })).toEqual(['serviceFee']);
  });
});

/** Every name under `properties`, and of every parameter. */
function fieldsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, parameters } = node as Record<string, unknown>;
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const named = Array.isArray(parameters) ? parameters.map(({ name }: { name?: unknown }) => String(name)) : [];
  return [...own, ...named, ...Object.values(node).flatMap(fieldsOf)];
}
