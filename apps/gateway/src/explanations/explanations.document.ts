import { ACTIONS } from '@qiongtong/contracts';

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };
const texts = { type: 'array', items: text };
const object = (properties: Record<string, object>) => ({ type: 'object', properties });
const reason = object({ code: text, requirement: text, about: texts });

/** What the gateway itself answers, for the document of the whole API. */
export const EXPLANATION_PATH = '/v1/decisions:explain';
export const EXPLANATION = {
  post: {
    operationId: 'explainDecision',
    summary: 'Why a use would be permitted or refused, and what would change it',
    tags: ['decisions'],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['resourceId', 'action'],
            additionalProperties: false,
            properties: {
              resourceId: text,
              action: { type: 'string', enum: [...ACTIONS] },
              items: { ...texts, description: 'Items to return; left out for whatever is granted' },
              touchedItems: { ...texts, description: 'Items filtered or sorted on' },
              purpose: text,
              matterNumber: text,
              systemId: text,
              officerId: text,
              departmentId: { ...text, description: 'The own one unless its authority or the provider asks' },
              address: { ...text, description: 'Left out: from where the system is registered' },
            },
          },
        },
      },
    },
    responses: {
      200: {
        description: 'The decision on such a use now; no data',
        content: {
          'application/json': {
            schema: object({
              decisionId: text,
              effect: { type: 'string', enum: ['permit', 'deny', 'indeterminate'] },
              basis: nullableText,
              grantId: nullableText,
              requirement: nullableText,
              obligations: { type: ['object', 'null'] },
              reasons: {
                type: 'array',
                items: object({
                  ...reason.properties,
                  article: { type: ['integer', 'null'] },
                  zh: text,
                  en: text,
                  change: object({ kind: text, by: text, zh: text, en: text, with: texts }),
                }),
              },
              grants: {
                type: 'array',
                items: object({
                  grantId: text,
                  status: text,
                  fits: { type: 'boolean' },
                  failed: { type: 'array', items: object({ dimension: text, reason }) },
                }),
              },
            }),
          },
        },
      },
      default: {
        description: 'A refusal',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  },
};
