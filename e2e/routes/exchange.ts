import { DESK, KEPT, openTo, type RouteTable, UNLISTED } from './route-case';

const PROVIDING = ['SYSTEM', 'SUBMITTER', 'RESPONSIBLE_OFFICER'] as const;
/** Data leave only under the gateway's decision; a principal alone opens nothing, whoever it is. */
const UNDER_A_RELEASE = {
  admits: 'anyone',
  thing: 'record',
  wrongRole: 'hop.invalid',
  otherDepartment: 'hop.invalid',
  otherRegion: 'hop.invalid',
} as const;
const OF_SUBSCRIBER = { admits: 'anyone', thing: 'subscription', ...KEPT } as const;
const STEERED = { admits: DESK, thing: 'disposal', wrongRole: 'access.role_required', ...KEPT } as const;
const OF_PROVIDER = { thing: 'batch', ...KEPT } as const;

export const EXCHANGE: RouteTable = {
  'GET /v1/resources/{resourceId}/records': UNDER_A_RELEASE,
  'GET /v1/resources/{resourceId}/records/{key}': UNDER_A_RELEASE,
  'GET /v1/resources/{resourceId}/changes': UNDER_A_RELEASE,
  'POST /v1/resources/{resourceId}/records:query': { ...UNDER_A_RELEASE, body: { fields: ['status'] } },
  'POST /v1/resources/{resourceId}/records:verify': {
    ...UNDER_A_RELEASE,
    body: { key: { certNo: 'J460000-0001' }, values: { status: '01' } },
  },
  'POST /v1/resources/{resourceId}/batches': { ...UNDER_A_RELEASE, body: [{ certNo: 'J1', status: '01' }] },

  'GET /v1/resources/{resourceId}/batches': { ...OF_PROVIDER, admits: 'anyone' },
  'GET /v1/resources/{resourceId}/batches/{batchId}': { ...OF_PROVIDER, admits: 'anyone' },
  'GET /v1/resources/{resourceId}/batches/{batchId}/quarantine': { ...OF_PROVIDER, admits: 'anyone' },
  'POST /v1/resources/{resourceId}/batches/{batchId}/cancellation': { ...OF_PROVIDER, admits: PROVIDING, body: {} },
  ...Object.fromEntries(
    ['release', 'discard'].map((what) => [
      `POST /v1/resources/{resourceId}/batches/{batchId}/${what}`,
      { ...OF_PROVIDER, admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'], body: { reason: '核实' } } as const,
    ]),
  ),
  'POST /v1/resources/{resourceId}/uploads': { ...UNDER_A_RELEASE, body: { contentType: 'text/csv' } },
  'PUT /v1/resources/{resourceId}/uploads/{uploadId}/parts/{n}': { ...UNDER_A_RELEASE, thing: 'part', body: {} },
  'POST /v1/resources/{resourceId}/uploads/{uploadId}/completion': {
    ...UNDER_A_RELEASE,
    thing: 'upload',
    body: { parts: 1 },
  },
  'GET /v1/resources/{resourceId}/uploads': { ...OF_PROVIDER, admits: 'anyone' },
  'GET /v1/resources/{resourceId}/uploads/{uploadId}': { ...OF_PROVIDER, thing: 'upload', admits: 'anyone' },
  'POST /v1/resources/{resourceId}/uploads/{uploadId}/cancellation': {
    ...OF_PROVIDER,
    thing: 'upload',
    admits: PROVIDING,
    body: {},
  },
  'POST /v1/resources/{resourceId}/exports': { ...UNDER_A_RELEASE, body: { format: 'CSV' } },
  'GET /v1/resources/{resourceId}/exports/{exportId}/file': {
    ...UNDER_A_RELEASE,
    thing: 'export',
    query: '?link=somebodys',
  },
  'GET /v1/resources/{resourceId}/exports': { admits: 'anyone', thing: 'exports', ...UNLISTED },
  'GET /v1/resources/{resourceId}/exports/{exportId}': { admits: 'anyone', thing: 'export', ...KEPT },
  'POST /v1/resources/{resourceId}/exports/{exportId}/links': {
    admits: 'anyone',
    thing: 'export',
    body: {},
    wrongRole: 'export.of_another',
    ...KEPT,
  },
  'POST /v1/resources/{resourceId}/exports/{exportId}/cancellation': {
    admits: 'anyone',
    thing: 'export',
    body: {},
    ...KEPT,
  },
  'POST /v1/resources/{resourceId}/queries': { ...UNDER_A_RELEASE, body: { fields: ['status'] } },
  'GET /v1/resources/{resourceId}/queries/{queryId}/answer': {
    ...UNDER_A_RELEASE,
    thing: 'answer',
    query: '?link=somebodys',
  },
  'GET /v1/exchange/nodes': { admits: 'anyone', thing: 'node', ...UNLISTED },
  'GET /v1/exchange/tasks': { admits: 'anyone', thing: 'resource', ...UNLISTED },
  'GET /v1/exchange/tasks/{taskId}/runs': {
    admits: 'anyone',
    thing: 'task',
    otherParty: { open: 'It provides what the other one takes home' },
    ...KEPT,
  },
  'GET /v1/queries': { admits: 'anyone', thing: 'query', ...UNLISTED },
  'GET /v1/queries/{queryId}': { admits: 'anyone', thing: 'query', ...KEPT },
  'POST /v1/queries/{queryId}/links': {
    admits: 'anyone',
    thing: 'query',
    body: {},
    wrongRole: 'export.of_another',
    ...KEPT,
  },
  'POST /v1/queries/{queryId}/cancellation': { admits: 'anyone', thing: 'query', body: {}, ...KEPT },
  'POST /v1/resources/{resourceId}/subscriptions': { ...UNDER_A_RELEASE, body: { url: 'https://node.gov.example/' } },
  'GET /v1/subscriptions': { admits: 'anyone', thing: 'subscription', ...UNLISTED },
  'GET /v1/subscriptions/{subscriptionId}': OF_SUBSCRIBER,
  'POST /v1/subscriptions/{subscriptionId}/pause': { ...OF_SUBSCRIBER, body: {} },
  'POST /v1/subscriptions/{subscriptionId}/resumption': { ...OF_SUBSCRIBER, body: {} },
  'POST /v1/subscriptions/{subscriptionId}/rewinds': { ...OF_SUBSCRIBER, body: { position: 0 } },
  'POST /v1/subscriptions/{subscriptionId}/receipts': {
    ...OF_SUBSCRIBER,
    admits: ['SYSTEM'],
    body: { position: 1, digest: '0'.repeat(64) },
    wrongRole: 'subscription.of_another',
  },
  'POST /v1/subscriptions/{subscriptionId}/end': { ...OF_SUBSCRIBER, body: {} },
  'GET /v1/resources/{resourceId}/disposals': { admits: 'anyone', thing: 'resource', ...KEPT },
  'GET /v1/resources/{resourceId}/disposals/{disposalId}': { admits: 'anyone', thing: 'disposal', ...KEPT },
  'POST /v1/resources/{resourceId}/disposals/{disposalId}/hold': { ...STEERED, body: { reason: '诉讼保全' } },
  'POST /v1/resources/{resourceId}/disposals/{disposalId}/release': { ...STEERED, body: { reason: '诉讼终结' } },
  'POST /v1/resources/{resourceId}/disposals/{disposalId}/order': {
    ...STEERED,
    body: { reason: '提前销毁', basis: '数据安全法第三章' },
  },
  'GET /v1/update-duties': { admits: 'anyone', thing: 'resource', ...UNLISTED },
  'GET /v1/resources/{resourceId}/update-duty': { admits: 'anyone', thing: 'resource', ...KEPT },
  'POST /v1/resources/{resourceId}/no-change-confirmations': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'resource',
    body: {},
    ...KEPT,
  },
  'POST /v1/resources/{resourceId}/source-heartbeats': {
    admits: ['SYSTEM'],
    thing: 'resource',
    body: {},
    wrongRole: 'access.not_provider',
    ...KEPT,
  },

  'PUT /v1/resources/{resourceId}/quality-rules': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'resource',
    body: { rules: [] },
    ifMatch: true,
    ...KEPT,
  },
  'GET /v1/resources/{resourceId}/quality-rules': { admits: 'anyone', thing: 'resource', ...KEPT },
  'GET /v1/resources/{resourceId}/quality': { admits: 'anyone', thing: 'resource', ...KEPT },
  'PUT /v1/resources/{resourceId}/endpoint': {
    admits: ['RESPONSIBLE_OFFICER'],
    thing: 'channelResource',
    body: { url: 'https://node.gov.example/', status: 'ACTIVE' },
    ifMatch: true,
    wrongRole: 'access.role_required',
    ...KEPT,
  },
  'GET /v1/resources/{resourceId}/endpoint': { admits: 'anyone', thing: 'channelResource', ...KEPT },
  'GET /v1/channel-endpoints': { admits: 'anyone', thing: 'channelResource', ...UNLISTED },
  'GET /v1/channel-keys': {
    admits: { public: 'a provider checks with them that it is the exchange that asks' },
    ...openTo('public keys'),
  },
  'GET /v1/channel-contract': {
    admits: { public: 'whoever makes an endpoint reads what it has to do' },
    ...openTo('a published contract'),
  },
};
