import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gatewayDocument } from './document';
import { described, shapeOf, titledRoutes, type ApiDocument } from './reference/described';

const HAN = /\p{Script=Han}/u;

type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean }[];
};
const operationsOf = ({ paths }: ApiDocument) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...(operation as Operation),
      method: method.toUpperCase(),
      path,
    })),
  );

const named = (operations: readonly { method: string; path: string }[]) =>
  operations.map(({ method, path }) => `${method} ${path}`);

describe('the document of the whole API', () => {
  const { document, undocumented } = gatewayDocument();

  it('describes every route of the entrance', () => {
    expect(undocumented).toEqual([]);
  });

  it('is the one that is committed: run `npm run openapi` after a change', () => {
    expect(JSON.parse(readFileSync(resolve(__dirname, '../openapi.json'), 'utf8'))).toEqual(document);
  });

  it('names every operation in both languages: a new route gets its title in src/reference/titles', () => {
    const [zh, en] = (['zh', 'en'] as const).map((language) => operationsOf(described(document, language)));
    for (const operations of [zh!, en!]) {
      expect(named(operations.filter(({ summary, tags }) => !summary || tags?.length !== 1))).toEqual([]);
      expect(new Set(operations.map(({ summary }) => summary)).size).toBeGreaterThan(operations.length * 0.8);
    }
    expect(named(zh!.filter(({ summary, tags }) => !HAN.test(`${summary}`) || !HAN.test(tags![0]!)))).toEqual([]);
    expect(named(en!.filter((operation) => HAN.test(JSON.stringify(operation))))).toEqual([]);
  });

  it('has no title for a route that is not there', () => {
    const routes = named(operationsOf(document)).map(shapeOf);
    expect(titledRoutes().filter((route) => !routes.includes(route))).toEqual([]);
    expect(titledRoutes()).toHaveLength(new Set(titledRoutes()).size);
  });

  it('says who may call, as the route table has it', () => {
    const of = (language: 'zh' | 'en', path: string, method: string) =>
      operationsOf(described(document, language)).find((each) => each.path === path && each.method === method)!;
    expect(of('en', '/v1/grants/{id}/review', 'POST').description).toBe(
      'For a department’s reviewer, a responsible officer',
    );
    expect(of('zh', '/v1/grants/{id}/review', 'POST').description).toBe('可调用者:部门审核人员、责任单位人员');
    expect(of('en', '/v1/audit/key', 'GET')).toMatchObject({ description: 'Anybody, without a token', security: [] });
    expect(of('en', '/v1/audit/log', 'GET').security).toBeUndefined();
  });

  it('documents the headers without which a call is refused', () => {
    const headers = (path: string, method: string) =>
      operationsOf(document)
        .find((each) => each.path === path && each.method === method)!
        .parameters!.filter((parameter) => parameter.in === 'header')
        .map(({ name, required }) => `${name} ${required}`);
    expect(headers('/v1/grants/{id}/amendment', 'POST').sort()).toEqual(['Idempotency-Key true', 'If-Match true']);
    expect(headers('/v1/resources/{resourceId}/records', 'GET')).toEqual([
      'Purpose false',
      'Matter-Number false',
      'Officer false',
    ]);
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
