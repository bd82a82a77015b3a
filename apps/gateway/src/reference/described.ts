import type { Language } from '@qiongtong/platform';
import { ROUTES, type Admittance } from '../control/route-table';
import { SECTIONS, type Title } from './titles';
import { ANSWERS, CONVENTIONS, NAME, PARAMETERS, ROLE_NAMES, USE_HEADERS, WHO } from './words';

type Parameter = { name: string; in: string; description?: string; required?: boolean; schema?: object };
type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  responses: Record<string, { description?: string }>;
};
export type ApiDocument = {
  openapi: string;
  info: Record<string, unknown>;
  tags?: unknown[];
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, unknown>; securitySchemes?: Record<string, unknown> };
  security?: unknown;
};

/** Names of path parameters differ between tables and documents; the shape is what is compared. */
export const shapeOf = (path: string): string => path.replace(/(?<=\/):[A-Za-z]+|\{[^}]+\}|\*$/g, '{}');
const routeOf = (method: string, path: string): string => `${method.toUpperCase()} ${shapeOf(path)}`;
const shapeOfRoute = (route: string): string => routeOf(...(route.split(' ') as [string, string]));

const RECORDS = '/v1/resources/{}/records';
const PUSHES: readonly string[] = [
  'POST /v1/resources/{}/batches',
  'POST /v1/resources/{}/uploads',
  'PUT /v1/resources/{}/uploads/{}/parts/{}',
  'POST /v1/resources/{}/uploads/{}/completion',
];
/** The uses of data, which the entrance decides itself; exchange describes them. */
export const USES: readonly string[] = [
  `GET ${RECORDS}`,
  `GET ${RECORDS}/{}`,
  `POST ${RECORDS}:query`,
  `POST ${RECORDS}:verify`,
  'POST /v1/resources/{}/exports',
  'POST /v1/resources/{}/subscriptions',
  'GET /v1/resources/{}/exports/{}/file',
  ...PUSHES,
  'POST /v1/resources/{}/queries',
  'GET /v1/resources/{}/queries/{}/answer',
];

const TITLES = new Map(
  SECTIONS.flatMap((section) =>
    Object.entries(section.routes).map(([route, title]) => [shapeOfRoute(route), { section, title }] as const),
  ),
);
export const titledRoutes = (): readonly string[] => [...TITLES.keys()];
const ADMITS = new Map(ROUTES.map(({ method, path, admits }) => [routeOf(method, path), admits]));

type Speaker = (title: Title) => string;
const chinese: Speaker = ([zh]) => zh;
const english: Speaker = ([, en]) => en;

/** The same document for a reader of one language: named sections, titles, who may call, and what parameters mean. */
export function described(document: ApiDocument, language: Language): ApiDocument {
  const say = language === 'zh' ? chinese : english;
  const sections = SECTIONS.filter(({ routes }) =>
    Object.keys(routes).some((route) => operationAt(document, shapeOfRoute(route))),
  );
  return {
    ...document,
    info: { ...document.info, title: say(NAME), description: say(CONVENTIONS) },
    tags: sections.map(({ name, about }) => ({ name: say(name), description: say(about) })),
    paths: Object.fromEntries(
      Object.entries(document.paths).map(([path, operations]) => [
        path,
        Object.fromEntries(
          Object.entries(operations).map(([method, operation]) => [
            method,
            describedOperation(operation as Operation, routeOf(method, path), say),
          ]),
        ),
      ]),
    ),
  };
}

const operationAt = (document: ApiDocument, route: string): boolean =>
  Object.entries(document.paths).some(([path, operations]) =>
    Object.keys(operations).some((method) => routeOf(method, path) === route),
  );

function describedOperation(operation: Operation, route: string, say: Speaker): Operation {
  const known = TITLES.get(route);
  const admits = ADMITS.get(route);
  const isPublic = admits === 'public' || route.startsWith('GET /public/');
  const who = (speak: Speaker): string => whoMay(route, isPublic ? 'public' : admits, speak);
  const own = (operation.description ?? '').replace(who(english), '').trim();
  return {
    ...operation,
    ...(known ? { summary: say(known.title), tags: [say(known.section.name)] } : {}),
    description: own === '' ? who(say) : `${who(say)}\n\n${own}`,
    ...(isPublic ? { security: [] } : {}),
    parameters: [...withoutUseHeaders(operation.parameters ?? []), ...useHeaders(route)].map((parameter) => {
      const meaning = PARAMETERS[parameter.name] ?? USE_HEADERS[parameter.name];
      // What a service says of a parameter of its own is left alone.
      const isOurs = meaning && (parameter.description === undefined || parameter.description === english(meaning));
      return isOurs ? { ...parameter, description: say(meaning) } : parameter;
    }),
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => {
        const meaning = ANSWERS[status];
        const isOurs = meaning && (say !== english || status === 'default' || !response.description);
        return [status, isOurs ? { ...response, description: say(meaning) } : response];
      }),
    ),
  };
}

function whoMay(route: string, admits: Admittance | undefined, say: Speaker): string {
  if (PUSHES.includes(route)) return say(WHO.provider);
  if (USES.includes(route)) return say(WHO.use);
  if (admits === undefined || admits === 'anyone') return say(WHO.anyone);
  if (admits === 'public') return say(WHO.public);
  return say(WHO.roles) + admits.map((role) => say(ROLE_NAMES[role])).join(say(['、', ', ']));
}

const withoutUseHeaders = (parameters: readonly Parameter[]): Parameter[] =>
  parameters.filter(({ name }) => !Object.hasOwn(USE_HEADERS, name));

const useHeaders = (route: string): Parameter[] =>
  USES.includes(route) && !PUSHES.includes(route)
    ? Object.keys(USE_HEADERS).map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } }))
    : [];
