import type { Role } from '@qiongtong/contracts';
import {
  EVERY_AUTHORITY,
  KEPT,
  openTo,
  PROVINCE,
  RESPONSIBLE,
  ROLE_ALONE,
  SUBMITTER,
  type RouteTable,
  UNLISTED,
} from './route-case';

const ACT = {};
const PUBLISHED = 'what is published in the catalogue is there for every department';
const OF_A_WAIVER = { admits: EVERY_AUTHORITY, thing: 'collectionWaiver', ...KEPT } as const;
const PROVINCIAL = ['PROVINCIAL_AUTHORITY'] as const satisfies readonly Role[];
const STANDARDS = 'standards are there for everybody to follow';
const COLLECTED = { elementId: 'insured-number', regionCode: '460000', duties: '采集并更新' };
const DECIDED = { documentNumber: '琼工信〔2026〕1号', reason: '职责所在' };
const OF_AN_ASSIGNMENT = { admits: PROVINCE, thing: 'proposedAssignment', ...KEPT } as const;
const SYSTEM = 'by what is in force every department compiles its entries';
/** Whoever knows the published entry is told that it is not theirs. */
const OF_ITS_PROVIDER = { otherDepartment: 'catalogue.not_provider', otherRegion: 'catalogue.not_provider' } as const;
/** The authority's own acts. */
const OF_THE_PROVINCE = { admits: PROVINCE, thing: 'draft', ...KEPT } as const;

export const CATALOGUE: RouteTable = {
  'GET /v1/catalogue/entries': {
    admits: 'anyone',
    thing: 'draft',
    query: '?providerId=mzt&status=DRAFT',
    otherDepartment: 'not listed',
    otherRegion: 'not listed',
  },
  'GET /v1/catalogue/search': {
    admits: 'anyone',
    query: '?q=xx',
    ...openTo('everybody finds what they may see of the catalogue'),
  },
  'GET /v1/catalogue/entries/{id}': { admits: 'anyone', thing: 'draft', ...KEPT },
  'POST /v1/catalogue/entries': {
    admits: SUBMITTER,
    by: 'mzt',
    body: { resourceCode: '203000/000010', classification: '2-03', name: '新条目' },
    ...openTo('every department drafts entries of its own'),
  },
  'PATCH /v1/catalogue/entries/{id}': { admits: SUBMITTER, thing: 'draft', body: { name: '新名' }, ifMatch: true, ...KEPT }, // prettier-ignore
  'PUT /v1/catalogue/entries/{id}/secrecy-review': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'draft',
    body: { reviewer: '保密审查员', unit: '办公室', date: '2026-01-05', conclusion: 'NON_SECRET' },
    ifMatch: true,
    ...KEPT,
  },
  'POST /v1/catalogue/entries/{id}/internal-review': { admits: RESPONSIBLE, thing: 'draft', body: ACT, ...KEPT },
  'POST /v1/catalogue/entries/{id}/submission': { admits: SUBMITTER, thing: 'draft', body: ACT, ...KEPT },
  'POST /v1/catalogue/entries/{id}/review': { ...OF_THE_PROVINCE, body: ACT },
  'POST /v1/catalogue/entries/{id}/approval': { ...OF_THE_PROVINCE, body: ACT },
  'POST /v1/catalogue/entries/{id}/return': { ...OF_THE_PROVINCE, body: { remarks: '补充摘要' } },
  'POST /v1/catalogue/entries/{id}/publication': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'draft',
    body: ACT,
    ...KEPT,
  },
  'POST /v1/catalogue/entries/{id}/revision': {
    admits: SUBMITTER,
    thing: 'entry',
    body: ACT,
    otherDepartment: 'catalogue.not_provider',
    otherRegion: 'catalogue.not_provider',
  },
  'GET /v1/catalogue/entries/{id}/revision': { admits: 'anyone', thing: 'revised', ...KEPT },
  'GET /v1/catalogue/entries/{id}/revision/effects': { admits: 'anyone', thing: 'revised', ...KEPT },
  'POST /v1/catalogue/entries/{id}/revision/abandonment': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'revised',
    body: ACT,
    otherDepartment: 'catalogue.not_provider',
    otherRegion: 'catalogue.not_provider',
  },
  'GET /v1/catalogue/entries/{id}/reviews': { admits: 'anyone', thing: 'draft', ...KEPT },
  'GET /v1/catalogue/entries/{id}/versions': { admits: 'anyone', thing: 'entry', ...openTo(PUBLISHED) },
  'GET /v1/catalogue/entries/{id}/versions/{version}': { admits: 'anyone', thing: 'version', ...openTo(PUBLISHED) },
  'GET /v1/catalogue/entries/{id}/versions/{version}/difference': {
    admits: 'anyone',
    thing: 'version',
    query: '?from=1',
    ...openTo(PUBLISHED),
  },
  'GET /v1/catalogue/entry-clocks': { admits: 'anyone', thing: 'entry', ...UNLISTED },
  'GET /v1/catalogue/entries/{id}/clocks': { admits: 'anyone', thing: 'entry', ...KEPT },
  'POST /v1/catalogue/entries/{id}/noticed-changes': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'entry',
    body: { noticedOn: '2026-03-01', what: '字段已调整' },
    ...OF_ITS_PROVIDER,
  },
  'POST /v1/catalogue/entries/{id}/update-extension': {
    admits: RESPONSIBLE,
    thing: 'entry',
    body: { workingDays: 5, reason: '系统改造中' },
    ...OF_ITS_PROVIDER,
  },
  'POST /v1/catalogue/entries/{id}/update-extension/consent': { ...OF_THE_PROVINCE, body: { reason: '同意延长' } },
  'POST /v1/catalogue/entries/{id}/update-extension/rejection': { ...OF_THE_PROVINCE, body: { reason: '理由不足' } },
  'POST /v1/catalogue/entries/{id}/confirmation': { admits: RESPONSIBLE, thing: 'entry', body: { version: 1 }, ...OF_ITS_PROVIDER }, // prettier-ignore
  'POST /v1/catalogue/entries/{id}/withdrawal': {
    admits: RESPONSIBLE,
    thing: 'entry',
    body: { ground: 'DUTY_ENDED', narrative: '职责调整' },
    otherDepartment: 'catalogue.not_provider',
    otherRegion: 'catalogue.not_provider',
  },
  'POST /v1/catalogue/entries/{id}/withdrawal/consent': { ...OF_THE_PROVINCE, body: { reason: '同意撤销' } },
  'POST /v1/catalogue/entries/{id}/withdrawal/rejection': { ...OF_THE_PROVINCE, body: { reason: '理由不足' } },
  'POST /v1/catalogue/entries/{id}/withdrawal/retraction': {
    admits: RESPONSIBLE,
    thing: 'entry',
    body: ACT,
    otherDepartment: 'catalogue.not_provider',
    otherRegion: 'catalogue.not_provider',
  },
  'GET /v1/catalogue/changes': {
    admits: 'anyone',
    ...openTo('everybody is told the changes of what they may see of the catalogue'),
  },
  'GET /v1/catalogue/data-elements': { admits: 'anyone', ...openTo(STANDARDS) },
  'POST /v1/catalogue/data-elements': {
    admits: PROVINCIAL,
    body: { id: 'another-element', name: '名称', definition: '定义', type: 'D' },
    ...ROLE_ALONE,
  },
  'GET /v1/catalogue/data-elements/{id}': { admits: 'anyone', thing: 'dataElement', ...openTo(STANDARDS) },
  'PATCH /v1/catalogue/data-elements/{id}': {
    admits: PROVINCIAL,
    thing: 'dataElement',
    body: { format: 'YYYY' },
    ifMatch: true,
    ...ROLE_ALONE,
  },
  'GET /v1/catalogue/data-elements/{id}/versions': { admits: 'anyone', thing: 'dataElement', ...openTo(STANDARDS) },
  'POST /v1/catalogue/data-elements/{id}/retirement': {
    admits: PROVINCIAL,
    thing: 'dataElement',
    body: ACT,
    ...ROLE_ALONE,
  },
  'GET /v1/catalogue/data-element-proposals': { admits: 'anyone', thing: 'elementProposal', ...UNLISTED },
  'POST /v1/catalogue/data-element-proposals': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    by: 'mzt',
    body: { elementId: 'proposed-by-route', name: '名称', definition: '定义', type: 'D', reason: '多部门使用' },
    ...openTo('every department proposes what it needs'),
  },
  'GET /v1/catalogue/data-element-proposals/{id}': { admits: 'anyone', thing: 'elementProposal', ...KEPT },
  'POST /v1/catalogue/data-element-proposals/{id}/acceptance': {
    admits: PROVINCIAL,
    thing: 'elementProposal',
    body: { remarks: '同意' },
    ...KEPT,
  },
  'POST /v1/catalogue/data-element-proposals/{id}/return': {
    admits: PROVINCIAL,
    thing: 'elementProposal',
    body: { remarks: '请补充定义' },
    ...KEPT,
  },
  'GET /v1/catalogue/collection-assignments': {
    admits: 'anyone',
    thing: 'proposedAssignment',
    query: '?status=PROPOSED',
    ...UNLISTED,
  },
  'POST /v1/catalogue/collection-assignments': {
    admits: PROVINCE,
    body: { ...COLLECTED, departmentId: 'mzt', documentNumber: '琼工信〔2026〕1号', reason: '职责所在' },
    ...ROLE_ALONE,
  },
  'POST /v1/catalogue/collection-assignments/proposals': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    by: 'mzt',
    body: { ...COLLECTED, reason: '职责所在' },
    ...openTo('every department proposes itself'),
  },
  'GET /v1/catalogue/collection-assignments/{id}': { admits: 'anyone', thing: 'proposedAssignment', ...KEPT },
  'POST /v1/catalogue/collection-assignments/{id}/acceptance': { ...OF_AN_ASSIGNMENT, body: DECIDED },
  'POST /v1/catalogue/collection-assignments/{id}/rejection': { ...OF_AN_ASSIGNMENT, body: { reason: '另有部门采集' } },
  'PUT /v1/catalogue/collection-assignments/{id}/collector': {
    ...OF_AN_ASSIGNMENT,
    body: { ...DECIDED, departmentId: 'ybj' },
    ifMatch: true,
  },
  'PUT /v1/catalogue/collection-assignments/{id}/end': { ...OF_AN_ASSIGNMENT, body: DECIDED, ifMatch: true },
  'GET /v1/catalogue/system': { admits: 'anyone', ...openTo(SYSTEM) },
  'GET /v1/catalogue/system/editions': { admits: 'anyone', ...openTo(SYSTEM) },
  'GET /v1/catalogue/system/editions/{number}': { admits: 'anyone', thing: 'edition', ...openTo(SYSTEM) },
  'GET /v1/catalogue/system/editions/{number}/classes': { admits: 'anyone', thing: 'edition', ...openTo(SYSTEM) },
  'GET /v1/catalogue/entries/{id}/statistics': { admits: 'anyone', thing: 'draft', ...KEPT },
  'GET /v1/catalogue/entries/{id}/sample': { admits: 'anyone', thing: 'draft', ...KEPT },
  'GET /v1/catalogue/dcat': {
    admits: 'anyone',
    ...openTo('everybody is given what they may see of the catalogue'),
  },
  'GET /v1/catalogue/dcat/{id}': { admits: 'anyone', thing: 'entry', ...openTo(PUBLISHED) },
  'GET /v1/catalogue/entries/{id}/sources': { admits: 'anyone', thing: 'draft', ...KEPT },
  'GET /v1/catalogue/entries/{id}/near-duplicates': { admits: 'anyone', thing: 'draft', ...KEPT },
  'GET /v1/catalogue/entries/{id}/related': { admits: 'anyone', thing: 'draft', ...KEPT },
  'POST /v1/catalogue/collection-waivers': {
    admits: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
    thing: 'draft',
    body: ([entryId]) => ({ entryId, elementId: 'insured-number', reason: '字段不足', until: '2026-12-31' }),
    ...KEPT,
  },
  'GET /v1/catalogue/collection-waivers': { admits: 'anyone', thing: 'collectionWaiver', ...UNLISTED },
  'GET /v1/catalogue/collection-waivers/{id}': { admits: 'anyone', thing: 'collectionWaiver', ...KEPT },
  'POST /v1/catalogue/collection-waivers/{id}/grant': { ...OF_A_WAIVER, body: DECIDED },
  'POST /v1/catalogue/collection-waivers/{id}/rejection': { ...OF_A_WAIVER, body: { reason: '请复用' } },
  'POST /v1/catalogue/system/editions': {
    admits: ['PROVINCIAL_AUTHORITY'],
    body: { title: '海南省政务信息资源目录体系', documentNumber: '琼工信〔2026〕9号' },
    ...ROLE_ALONE,
  },
  'PATCH /v1/catalogue/system/editions/{number}': {
    ...{
      admits: ['PROVINCIAL_AUTHORITY'],
      thing: 'edition',
      body: { title: '另一名称' },
      ifMatch: true,
      ...ROLE_ALONE,
    },
  },
  'POST /v1/catalogue/system/editions/{number}/announcement': {
    ...{ admits: ['PROVINCIAL_AUTHORITY'], thing: 'edition', body: { effectiveOn: '2026-06-01' }, ifMatch: true },
    ...ROLE_ALONE,
  },
  'POST /v1/catalogue/system/editions/{number}/withdrawal': {
    ...{
      admits: ['PROVINCIAL_AUTHORITY'],
      thing: 'edition',
      body: { reason: '暂缓实施' },
      ifMatch: true,
      ...ROLE_ALONE,
    },
  },
  'GET /v1/catalogue/system/editions/{number}/report': {
    ...{ admits: 'anyone', thing: 'edition', ...openTo('each department is told of its own entries alone') },
  },
  'GET /v1/catalogue-template': { admits: 'anyone', query: '?format=csv', ...openTo('it is empty') },
  'GET /v1/catalogue-export': {
    admits: 'anyone',
    query: '?format=csv',
    ...openTo('everybody is given what they may see of the catalogue'),
  },
  'POST /v1/catalogue-imports': {
    admits: ['SUBMITTER', 'PROVINCIAL_AUTHORITY'],
    by: 'mzt',
    body: {},
    ...openTo('every department imports entries of its own'),
  },
  'GET /v1/catalogue-imports': { admits: 'anyone', thing: 'catalogueImport', ...UNLISTED },
  'GET /v1/catalogue-imports/{id}': { admits: 'anyone', thing: 'catalogueImport', ...KEPT },
  'GET /v1/catalogue-imports/{id}/faults': { admits: 'anyone', thing: 'catalogueImport', ...KEPT },
  'GET /v1/catalogue-imports/{id}/report': { admits: 'anyone', thing: 'catalogueImport', ...KEPT },
};
