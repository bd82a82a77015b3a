import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RELEASE_PATHS } from './releases/releases.document';
import { ROUTES } from './control/route-table';
import { EXPLANATION, EXPLANATION_PATH } from './explanations/explanations.document';
import { described, shapeOf, USES, type ApiDocument } from './reference/described';

const SERVICES = ['authorisation', 'catalogue', 'exchange', 'audit'] as const;

/**
 * The whole API as it is outside: what the services document, as far as the entrance lets it through.
 *
 * @returns the document, and routes of the entrance that no service documents
 */
export function gatewayDocument(): { document: ApiDocument; undocumented: readonly string[] } {
  const outside = new Set([...ROUTES.map(({ method, path }) => `${method} ${shapeOf(path)}`), ...USES]);
  const found = new Set<string>();
  const document: ApiDocument = { openapi: '3.1.0', info: {}, paths: {}, components: { schemas: {} } };
  for (const service of SERVICES) {
    const part = documentOf(service);
    document.info = { ...part.info, title: 'Qiongtong' };
    document.security = part.security;
    document.components.securitySchemes = part.components.securitySchemes;
    for (const [path, operations] of Object.entries(part.paths))
      for (const [method, operation] of Object.entries(operations)) {
        const route = `${method.toUpperCase()} ${shapeOf(path)}`;
        if (!outside.has(route)) continue;
        found.add(route);
        (document.paths[path] ??= {})[method] = operation;
      }
    Object.assign(document.components.schemas, part.components.schemas);
  }
  document.paths[EXPLANATION_PATH] = EXPLANATION;
  Object.assign(document.paths, RELEASE_PATHS);
  document.paths = Object.fromEntries(Object.entries(document.paths).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { document: described(document, 'en'), undocumented: [...outside].filter((route) => !found.has(route)) };
}

/** Two services may give one name to different schemas: outside each carries its service's. */
function documentOf(service: string): ApiDocument {
  const text = readFileSync(resolve(__dirname, '..', '..', service, 'openapi.json'), 'utf8');
  const named = text.replace(/#\/components\/schemas\/(?!Problem")/g, `#/components/schemas/${service}.`);
  const document = JSON.parse(named) as ApiDocument;
  document.components.schemas = Object.fromEntries(
    Object.entries(document.components.schemas).map(([name, schema]) => [
      name === 'Problem' ? name : `${service}.${name}`,
      schema,
    ]),
  );
  return document;
}
