import { RELEASE_FORMS } from '@qiongtong/contracts';

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const refused = (description: string) => ({ description, content: PROBLEM });
const REFUSALS = {
  '400': refused('Parameters that are not known or out of bounds'),
  '404': refused('No such release, or not begun'),
  '410': refused('Withdrawn, or its period is over'),
  '429': refused('More requests than an address may make'),
  '503': refused('Cannot be decided or recorded at the moment'),
};
const text = { type: 'string' };
const named = { type: 'object', required: ['id', 'name'], properties: { id: text, name: text } };
const RELEASE = {
  type: 'object',
  required: ['id', 'title', 'purpose', 'publisher', 'provider', 'resource', 'items', 'period', 'issuedAt', 'data'],
  properties: {
    id: text,
    title: text,
    purpose: text,
    publisher: named,
    provider: named,
    resource: named,
    items: {
      type: 'array',
      items: { type: 'object', properties: { code: text, name: text, type: text, masked: { type: 'boolean' } } },
    },
    rowsRestricted: { type: 'boolean', description: 'Only a part of the rows is published' },
    period: { type: 'object', properties: { from: text, until: text } },
    issuedAt: { type: 'string', format: 'date-time' },
    data: {
      type: 'array',
      items: { type: 'object', properties: { form: { enum: RELEASE_FORMS }, mediaType: text, url: text } },
    },
  },
};
const parameter = (place: string, name: string, schema: object) => ({
  name,
  in: place,
  required: place === 'path',
  schema,
});
const ID = parameter('path', 'releaseId', text);
const PAGE = [
  parameter('query', 'limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  parameter('query', 'cursor', text),
];
const read = (operationId: string, summary: string, parameters: object[], content: object) => ({
  get: {
    operationId,
    summary,
    tags: ['releases'],
    security: [],
    parameters,
    responses: { '200': { description: summary, content }, ...REFUSALS },
  },
});
const json = (schema: object) => ({ 'application/json': { schema } });

/** The routes that the gateway answers itself, to anybody. */
export const RELEASE_PATHS: Readonly<Record<string, Record<string, unknown>>> = {
  '/public/releases': read(
    'listReleases',
    'Releases to society that can be read now',
    PAGE,
    json({
      type: 'object',
      required: ['items', 'next'],
      properties: { items: { type: 'array', items: RELEASE }, next: { type: ['string', 'null'] } },
    }),
  ),
  '/public/releases/catalog.jsonld': read('releaseCatalogue', 'The same as a DCAT catalogue in JSON-LD', PAGE, {
    'application/ld+json': { schema: { type: 'object', additionalProperties: true } },
  }),
  '/public/releases/{releaseId}': read('findRelease', 'One release', [ID], json(RELEASE)),
  '/public/releases/{releaseId}/data': read(
    'readRelease',
    'Its data',
    [ID, parameter('query', 'format', { enum: ['json', 'csv'], default: 'json' })],
    {
      ...json({
        type: 'object',
        required: ['items'],
        properties: { items: { type: 'array', items: { type: 'object', additionalProperties: true } } },
      }),
      'text/csv': { schema: text },
    },
  ),
};
