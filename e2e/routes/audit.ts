import { MARRIAGES } from '../province/resources';
import { AUTHORITIES, KEPT, openTo, PROVINCE, ROLE_ALONE, UNIT, UNLISTED, type RouteTable } from './route-case';

const HASHES_ALONE = openTo('a proof shows hashes alone, and whoever may ask for an entry may ask for it');

const LOG_READERS = ['AUDITOR', 'PROVINCIAL_AUTHORITY', ...UNIT] as const;

export const AUDIT: RouteTable = {
  'GET /v1/audit/key': {
    admits: { public: 'anybody verifies the log with it [R14.9]' },
    ...openTo('anybody verifies the log'),
  },
  'GET /v1/audit/checkpoint': {
    admits: { public: 'anybody keeps a copy of the newest checkpoint [R14.9]' },
    ...openTo('anybody verifies the log'),
  },
  'GET /v1/audit/witnesses': {
    admits: { public: 'anybody compares it with what the witnesses say [R14.9]' },
    ...openTo('anybody verifies the log'),
  },
  'GET /audit/verify': {
    admits: { public: 'a page without data, which sends nothing [R14.9]' },
    ...openTo('a page without data, which sends nothing'),
  },
  'GET /audit/log/checkpoint': {
    admits: { public: 'anybody keeps a copy of the newest checkpoint [R14.9]' },
    ...openTo('anybody verifies the log'),
  },
  'GET /audit/log/tile/{path}': {
    admits: { public: 'hashes say nothing of what was hashed [R14.9]' },
    thing: 'tile',
    ...openTo('hashes say nothing of what was hashed'),
  },
  'GET /audit/log/tile/entries/{path}': { admits: ['AUDITOR', ...PROVINCE], thing: 'bundle', ...ROLE_ALONE },
  'GET /v1/audit/entries': { admits: 'anyone', thing: 'access', query: '?key={decisionId}', ...UNLISTED },
  'GET /v1/audit/entries/{index}': { admits: 'anyone', thing: 'logEntry', ...KEPT },
  'GET /v1/audit/entries/{index}/message': { admits: ['AUDITOR', ...PROVINCE], thing: 'logEntry', ...ROLE_ALONE },
  'GET /v1/audit/accesses/{decisionId}': { admits: 'anyone', thing: 'access', ...KEPT },
  'GET /v1/audit/search': { admits: 'anyone', thing: 'access', query: '?about={decisionId}', ...UNLISTED },
  'GET /v1/audit/search/export': { admits: 'anyone', thing: 'access', query: '?about={decisionId}', ...UNLISTED },
  'GET /v1/audit/evidence': { admits: 'anyone', thing: 'access', query: '?about={decisionId}', ...KEPT },
  'GET /v1/audit/reports/uses': {
    admits: 'anyone',
    query: '?from=2026-11-01&until=2027-01-01',
    ...openTo('a department is told of its own uses, whose ever the resource is'),
  },
  'POST /v1/audit/erasures': {
    admits: ['PROVINCIAL_AUTHORITY'],
    body: { resourceId: MARRIAGES.id, quarters: ['2021Q1'], ground: 'RETENTION_OVER', document: '〔2026〕1号' },
    ...ROLE_ALONE,
  },
  'GET /v1/audit/erasures': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'POST /v1/audit/erasures/{id}/confirmation': { admits: ['PROVINCIAL_AUTHORITY'], thing: 'logWatch', ...ROLE_ALONE },
  'POST /v1/audit/erasures/{id}/rejection': { admits: ['PROVINCIAL_AUTHORITY'], thing: 'logWatch', ...ROLE_ALONE },
  'GET /v1/audit/archives': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'GET /v1/audit/holds': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'POST /v1/audit/holds': {
    admits: ['PROVINCIAL_AUTHORITY'],
    body: { objectId: 'g-1', ground: 'COURT', document: '〔2026〕1号' },
    ...ROLE_ALONE,
  },
  'POST /v1/audit/holds/{id}/lift': { admits: ['PROVINCIAL_AUTHORITY'], thing: 'logWatch', ...ROLE_ALONE },
  'POST /v1/audit/watches': {
    admits: ['AUDITOR', ...PROVINCE],
    body: { name: '关注', filter: { about: 'g-1' } },
    ...ROLE_ALONE,
  },
  'GET /v1/audit/watches': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'GET /v1/audit/watches/{id}': { admits: ['AUDITOR', ...PROVINCE], thing: 'logWatch', ...ROLE_ALONE },
  'GET /v1/audit/watches/{id}/notices': { admits: ['AUDITOR', ...PROVINCE], thing: 'logWatch', ...ROLE_ALONE },
  'POST /v1/audit/watches/{id}/pause': { admits: ['AUDITOR', ...PROVINCE], thing: 'logWatch', ...ROLE_ALONE },
  'POST /v1/audit/watches/{id}/resumption': { admits: ['AUDITOR', ...PROVINCE], thing: 'logWatch', ...ROLE_ALONE },
  'POST /v1/audit/watches/{id}/end': { admits: ['AUDITOR', ...PROVINCE], thing: 'logWatch', ...ROLE_ALONE },
  'GET /v1/audit/proofs/inclusion': { admits: 'anyone', query: '?index=0', ...HASHES_ALONE },
  'GET /v1/audit/proofs/consistency': { admits: 'anyone', query: '?from=0', ...HASHES_ALONE },
  'GET /v1/audit/gaps': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'GET /v1/audit/alarms': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'GET /v1/audit/log': { admits: ['AUDITOR', ...PROVINCE], ...ROLE_ALONE },
  'POST /v1/traces/records': {
    admits: ['AUDITOR', 'LEADING_GROUP', ...AUTHORITIES, ...UNIT],
    body: { resourceId: MARRIAGES.id, recordKey: 'J460000-0001' },
    by: MARRIAGES.providerId,
    wrongRole: 'audit.trace_not_yours',
    otherDepartment: 'audit.trace_not_yours',
    otherRegion: 'audit.trace_not_yours',
  },
  'POST /v1/traces/samples': {
    admits: ['AUDITOR', 'LEADING_GROUP', ...AUTHORITIES, ...UNIT],
    body: { resourceId: MARRIAGES.id, rows: [{ certNo: 'J460000-0001' }] },
    by: MARRIAGES.providerId,
    wrongRole: 'audit.trace_not_yours',
    otherDepartment: 'audit.trace_not_yours',
    otherRegion: 'audit.trace_not_yours',
  },
  'GET /v1/traces/grants/{grantId}': { admits: LOG_READERS, thing: 'grant', ...KEPT },
  'GET /v1/traces/grants/{grantId}/uses': { admits: LOG_READERS, thing: 'grant', ...KEPT },
  'GET /v1/traces/officers/{officerId}': {
    admits: ['AUDITOR', 'PROVINCIAL_AUTHORITY', 'RESPONSIBLE_OFFICER'],
    thing: 'officer',
    wrongRole: 'access.role_required',
    otherDepartment: 'audit.officer_not_yours',
    otherRegion: 'audit.officer_not_yours',
  },
};
