import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteTable } from './route-case';

export type Operation = Readonly<{
  parameters?: readonly Readonly<{ name: string; in: string; required?: boolean }>[];
  requestBody?: unknown;
}>;
export type ApiDocument = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>;
export type DocumentName = 'authorisation' | 'catalogue' | 'exchange' | 'audit' | 'gateway';

/** As it is committed; each service's own spec holds it equal to the code. */
export const documentOf = (name: DocumentName): ApiDocument =>
  JSON.parse(readFileSync(join(__dirname, '..', '..', 'apps', name, 'openapi.json'), 'utf8')) as ApiDocument;

export const routesOf = ({ paths }: ApiDocument): string[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

/**
 * What is wrong with a table, each time saying what to write where.
 *
 * @param elsewhere routes whose case is another table's
 */
export function gapsOf(
  name: DocumentName,
  document: ApiDocument,
  table: RouteTable,
  elsewhere: readonly string[] = [],
): string[] {
  const routes = routesOf(document);
  const missing = routes
    .filter((route) => !Object.hasOwn(table, route) && !elsewhere.includes(route))
    .map((route) => {
      const [method, path] = route.split(' ') as [string, string];
      const { parameters = [], requestBody } = document.paths[path]![method.toLowerCase()]!;
      const places = parameters.filter((one) => one.in === 'path').map((one) => one.name);
      const ifMatch = parameters.some((one) => one.name.toLowerCase() === 'if-match' && one.required);
      return [
        `apps/${name}/openapi.json has ${route}, and e2e/routes/${name}.ts has no case of it. Add there:`,
        `  '${route}': {`,
        `    admits: [/* roles as in the route table of the gateway */],`,
        ...(places.length > 0 ? [`    thing: '…', // of e2e/routes/things.ts, with ${places.join(' and ')}`] : []),
        ...(requestBody ? ['    body: { /* whatever is required */ },'] : []),
        ...(ifMatch ? ['    ifMatch: true,'] : []),
        `    ...KEPT, // or what else another department and another region are answered: e2e/routes/route-case.ts`,
        `  },`,
      ].join('\n');
    });
  const gone = Object.keys(table)
    .filter((route) => !routes.includes(route))
    .map((route) => `e2e/routes/${name}.ts has a case of ${route}, which apps/${name}/openapi.json does not have.`);
  return [...missing, ...gone];
}
