import { MARRIAGES } from '../province/resources';
import { openTo, type RouteTable } from './route-case';

const PERMITTED = {
  admits: { public: 'what is permitted to be public; withdrawn permits are refused [R13.3]' },
  ...openTo('it is public'),
};

/** What the gateway answers itself, and no service behind it. */
export const GATEWAY: RouteTable = {
  'POST /v1/decisions:explain': {
    admits: 'anyone',
    thing: 'organisation',
    body: ([departmentId]) => ({ resourceId: MARRIAGES.id, action: 'query', departmentId }),
    otherDepartment: 'as unknown',
    otherRegion: 'as unknown',
  },
  'GET /public/releases': PERMITTED,
  'GET /public/releases/catalog.jsonld': PERMITTED,
  'GET /public/releases/{releaseId}': { ...PERMITTED, thing: 'permit' },
  'GET /public/releases/{releaseId}/data': { ...PERMITTED, thing: 'permit' },
};

/** What somebody else's system is answered at the gateway where `decide` says who may: every use of data. */
export const USES = {
  'GET /v1/resources/{resourceId}/records': 'access.no_grant',
  'GET /v1/resources/{resourceId}/records/{key}': 'access.no_grant',
  'GET /v1/resources/{resourceId}/changes': 'access.no_grant',
  'POST /v1/resources/{resourceId}/records:query': 'access.no_grant',
  'POST /v1/resources/{resourceId}/records:verify': 'access.no_grant',
  'POST /v1/resources/{resourceId}/exports': 'access.no_grant',
  'POST /v1/resources/{resourceId}/queries': 'access.no_grant',
  'GET /v1/resources/{resourceId}/queries/{queryId}/answer': 'access.no_grant',
  'POST /v1/resources/{resourceId}/subscriptions': 'access.no_grant',
  'GET /v1/resources/{resourceId}/exports/{exportId}/file': 'access.no_grant',
  'POST /v1/resources/{resourceId}/batches': 'access.not_provider',
  'POST /v1/resources/{resourceId}/uploads': 'access.not_provider',
  'PUT /v1/resources/{resourceId}/uploads/{uploadId}/parts/{n}': 'access.not_provider',
  'POST /v1/resources/{resourceId}/uploads/{uploadId}/completion': 'access.not_provider',
} as const;
