import { CONDITION_OPERATORS } from '@qiongtong/contracts';
import { CHANNEL_ISSUER } from './channel-key';
import { QUERY_PATH } from './domain/provider-query';

const ROW = { type: 'object', description: 'Exactly the items of `fields`; an absent item and null are one thing' };
const DIGEST = {
  'Content-Digest': {
    description: '`sha-256=:base64:` over the body (RFC 9530), here or as a trailer; checked where it is stated',
    schema: { type: 'string' },
  },
};
const LINES = { schema: { type: 'string', description: 'A row on each line, each line ended by a line feed' } };
const LATER = {
  description: 'Not yet; only where `Prefer` allows it',
  headers: {
    Location: {
      description:
        'Where to look, below the base address; may stay away from a second 202. Anywhere else refuses the query',
      schema: { type: 'string', maxLength: 2048 },
    },
    'Retry-After': { description: 'Seconds until the next look', schema: { type: 'integer' } },
  },
};
const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

/** What a provider's endpoint does, as it is published: all that its maker needs to know. OpenAPI 3.1. [R9.3] */
export const PROVIDER_CONTRACT = {
  openapi: '3.1.0',
  info: {
    title: 'Endpoint of a provider',
    version: '1.1.0',
    description: [
      'What the endpoint of a resource does that stays with its provider. Its base address is registered with',
      '`PUT /v1/resources/{resourceId}/endpoint`. Every answer has a Content-Length or is chunked, and is not compressed.',
      'Redirects are never followed. A query with `Prefer: respond-async` may be answered later: 202 with a `Location`, which is',
      'then asked. `tools/conform/conform.mjs` tries an endpoint against this contract.',
    ].join(' '),
  },
  paths: {
    [QUERY_PATH]: {
      post: {
        operationId: 'queryRecords',
        summary: 'The rows that a filter admits: a page as JSON, or all of them as NDJSON, as `Accept` says',
        security: [{ exchange: [] }],
        parameters: [
          {
            name: 'Prefer',
            in: 'header',
            schema: { type: 'string', enum: ['respond-async'] },
            description: 'Nobody waits for this answer: it may be 202 (RFC 7240). Without it 202 is a failure',
          },
          {
            name: 'Idempotency-Key',
            in: 'header',
            schema: { type: 'string' },
            description: 'With `Prefer`: names the query. Who is asked again by the same name need not begin anew',
          },
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Query' } } },
        },
        responses: {
          '200': {
            description: 'The rows, in the order of `sort`; an empty page or no line where there are none',
            headers: DIGEST,
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Page' } },
              'application/x-ndjson': LINES,
            },
          },
          '202': LATER,
          '400': { description: 'The query cannot be understood' },
          '401': {
            description: 'The token is missing or does not hold for this call; a repeated `jti` is one of these',
          },
          '503': { description: 'Not now' },
        },
      },
    },
    '/{location}': {
      get: {
        operationId: 'fetchAnswer',
        summary: 'What a 202 promised, asked for at its `Location` until it is there',
        description: [
          'The token is one for this call, with the SHA-256 of nothing as its `bodyDigest`. The exchange looks again after',
          'Retry-After, from 1 to 60 seconds, 5 where it is not said, and gives up after an hour in all.',
        ].join(' '),
        security: [{ exchange: [] }],
        parameters: [{ name: 'location', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': {
            description: 'The rows, as the query would have been answered at once',
            headers: DIGEST,
            content: { 'application/x-ndjson': LINES },
          },
          '202': LATER,
          '404': { description: 'Nothing was promised there, or it is no longer kept: the query is asked anew' },
        },
      },
    },
  },
  components: {
    securitySchemes: {
      exchange: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: [
          `An EdDSA token (Ed25519) for one call. The key is the one with the token’s \`kid\` at /v1/channel-keys of the`,
          `platform. Check: \`iss\` is ${CHANNEL_ISSUER}; \`aud\` is your organisation’s id; \`sub\` is the \`resourceId\` of the`,
          'body; `exp` is to come; `bodyDigest` is the SHA-256 of the body as base64url; `jti` was not seen before.',
          'It also tells for whom and for what: `departmentId`, `action`, `purpose`, `matterNumber`, `grantId`, `decisionId`.',
        ].join(' '),
      },
    },
    schemas: {
      Query: {
        type: 'object',
        additionalProperties: false,
        required: ['resourceId', 'fields', 'filter', 'sort', 'limit', 'cursor'],
        properties: {
          resourceId: { type: 'string' },
          fields: { type: 'array', items: { type: 'string' }, description: 'Codes of the items each row has' },
          filter: nullable({ $ref: '#/components/schemas/Filter' }),
          sort: {
            type: 'array',
            items: {
              type: 'object',
              required: ['item', 'descending'],
              properties: { item: { type: 'string' }, descending: { type: 'boolean' } },
            },
          },
          limit: {
            type: ['integer', 'null'],
            description: 'Rows at most; never null for a page. More rows refuse the whole answer',
          },
          cursor: { type: ['string', 'null'], description: '`next` of the page before; always null for a stream' },
        },
      },
      Filter: {
        description: 'A condition on an absent value is false, `ne` too; only `isNull` sees it',
        oneOf: [
          { type: 'object', required: ['all'], properties: { all: { type: 'array', items: { $ref: '#/components/schemas/Filter' } } } }, // prettier-ignore
          { type: 'object', required: ['any'], properties: { any: { type: 'array', items: { $ref: '#/components/schemas/Filter' } } } }, // prettier-ignore
          {
            type: 'object',
            required: ['item', 'op'],
            properties: {
              item: { type: 'string' },
              op: { type: 'string', enum: [...CONDITION_OPERATORS] },
              value: { description: 'A list for `in`; for `isNull` true, which is the default, or false' },
            },
          },
        ],
      },
      Page: {
        type: 'object',
        additionalProperties: false,
        required: ['items', 'next'],
        properties: {
          items: { type: 'array', items: ROW },
          next: {
            type: ['string', 'null'],
            maxLength: 2048,
            description: 'Where the next page begins; null on the last',
          },
        },
      },
    },
  },
} as const;
