import { MARRIAGES } from '../province/resources';
import { AUTHORITIES, DESK, EVERY_AUTHORITY, KEPT, openTo, PROVINCE, RESPONSIBLE, REVIEWER, ROLE_ALONE, SUBMITTER, UNIT, UNLISTED, type RouteTable } from './route-case'; // prettier-ignore
import { aRename, anAsk, BASIS } from './things';

const ACT = {};
const REASON = { reason: '理由' };
const PERIOD = { from: '2026-01-01', until: '2027-12-31' };
const PLEDGE = {
  ...{ textVersion: '2026-1', signerName: '李某', signerPost: '局长' },
  ...{ acceptsSharingRules: true, acceptsConfidentiality: true },
};
const MEASURE = { ground: 'MISUSE', narrative: '超范围使用' };
const SOON = '2027-01-01';
/** Whoever calls it makes something of its own department's. */
const OWN = openTo('it begins something of the caller’s own department and names nothing of another’s');
const KNOWN_TO_ALL = openTo('departments look each other up [R15.2]');
const CALENDAR = openTo('every clock is counted by it, and whoever is bound by one may count it again [R12.3]');
const LAW = openTo('whoever is bound by a rule may read it [R1.1]');
const STOPPERS = ['LEADING_GROUP', 'PLATFORM_OPERATOR', 'RESPONSIBLE_OFFICER', 'REVIEWER', ...AUTHORITIES] as const;
const WATCHERS = ['REVIEWER', ...DESK] as const;

export const AUTHORISATION: RouteTable = {
  'GET /v1/organisations': { admits: 'anyone', ...KNOWN_TO_ALL },
  'GET /v1/organisations/{id}': { admits: 'anyone', thing: 'organisation', ...KNOWN_TO_ALL },
  'POST /v1/organisations': {
    admits: AUTHORITIES,
    body: { id: 'new-body', name: '新单位', type: 'ADMINISTRATIVE', level: 'PROVINCE', regionCode: '460000' },
    otherDepartment: 'access.role_required',
    otherRegion: 'organisation.outside_jurisdiction',
  },
  'PATCH /v1/organisations/{id}': {
    admits: EVERY_AUTHORITY,
    thing: 'organisation',
    body: { name: '新名称' },
    ifMatch: true,
    wrongRole: 'organisation.outside_jurisdiction',
    otherDepartment: 'organisation.outside_jurisdiction',
    otherRegion: 'organisation.outside_jurisdiction',
  },
  'PUT /v1/organisations/{id}/duties': {
    admits: EVERY_AUTHORITY,
    thing: 'organisation',
    body: { duties: [{ code: 'tax', title: '税务', basis: '条例', purposes: ['tax.audit'] }] },
    ifMatch: true,
    wrongRole: 'organisation.outside_jurisdiction',
    otherDepartment: 'organisation.outside_jurisdiction',
    otherRegion: 'organisation.outside_jurisdiction',
  },
  'POST /v1/organisations/{id}/responsible-units': {
    admits: DESK,
    thing: 'organisation',
    body: {
      ...{ name: '办公室', head: '主任', contacts: [{ name: '值班室', phone: '0898-65300000' }] },
      ...{ dutyText: '统筹', from: '2026-01-02', appointmentDocument: '1号' },
    },
    wrongRole: 'organisation.outside_jurisdiction',
    otherDepartment: 'organisation.outside_jurisdiction',
    otherRegion: 'organisation.outside_jurisdiction',
  },

  'POST /v1/organisation-changes:preview': { admits: PROVINCE, body: aRename('wjw'), ...ROLE_ALONE },
  'POST /v1/organisation-changes': { admits: PROVINCE, body: aRename('wjw'), ...ROLE_ALONE },
  'GET /v1/organisation-changes': { admits: 'anyone', thing: 'organisationChange', ...UNLISTED },
  'GET /v1/organisation-changes/{id}': { admits: 'anyone', thing: 'organisationChange', ...KEPT },
  'GET /v1/organisation-changes/{id}/preview': { admits: 'anyone', thing: 'organisationChange', ...KEPT },
  'GET /v1/organisation-changes/{id}/effects': { admits: 'anyone', thing: 'organisationChange', ...KEPT },
  'POST /v1/organisation-changes/{id}/cancellation': {
    admits: PROVINCE,
    thing: 'organisationChange',
    body: ACT,
    ...ROLE_ALONE,
  },

  'POST /v1/officers': {
    admits: DESK,
    body: {
      ...{ id: 'new-officer', name: '新人' },
      appointments: [{ organisationId: 'ybj', unit: '处', post: '员', roles: ['SUBMITTER'], from: '2026-01-01' }],
    },
    otherDepartment: 'officer.outside_reach',
    otherRegion: 'officer.outside_reach',
  },
  'GET /v1/officers': { admits: DESK, thing: 'officer', ...UNLISTED },
  'GET /v1/officers/{id}': { admits: 'anyone', thing: 'officer', ...KEPT },
  'PATCH /v1/officers/{id}': {
    admits: DESK,
    thing: 'officer',
    body: { name: '新名' },
    ifMatch: true,
    wrongRole: 'officer.outside_reach',
    ...KEPT,
  },

  'POST /v1/systems': { admits: DESK, body: { id: 'new-system', name: '系统', ownerId: 'ybj' }, ...OWN },
  'GET /v1/systems': { admits: 'anyone', thing: 'system', ...UNLISTED },
  'GET /v1/systems/{id}': { admits: 'anyone', thing: 'system', ...KEPT },
  'PATCH /v1/systems/{id}': { admits: DESK, thing: 'system', body: { name: '新名' }, ifMatch: true, ...KEPT },
  'POST /v1/systems/{id}/attestation': {
    admits: EVERY_AUTHORITY,
    thing: 'system',
    body: { ownerId: 'ybj', evidence: '现场核验' },
    wrongRole: 'system.own_case',
    ...KEPT,
  },

  'POST /v1/pledge-texts': {
    admits: ['PROVINCIAL_AUTHORITY'],
    body: {
      ...{ version: '2027-1', effectiveFrom: '2027-06-01', graceDays: 30 },
      text: {
        zh: { sharingRules: '规则', confidentiality: '保密' },
        en: { sharingRules: 'rules', confidentiality: 'secrecy' },
      },
    },
    ...ROLE_ALONE,
  },
  'GET /v1/pledge-texts': { admits: 'anyone', ...openTo('the text is the same for everybody') },
  'GET /v1/pledge-texts/current': { admits: 'anyone', ...openTo('the text is the same for everybody') },
  'GET /v1/pledge-texts/{version}': {
    admits: 'anyone',
    thing: 'pledgeText',
    ...openTo('the text is the same for everybody'),
  },
  'POST /v1/pledges': { admits: RESPONSIBLE, body: { pledge: PLEDGE }, ...OWN },
  'GET /v1/pledges': { admits: 'anyone', thing: 'organisation', query: '?organisationId={id}', ...KEPT },

  'GET /v1/rule-packs': { admits: 'anyone', ...LAW },
  'GET /v1/rule-packs/{id}': { admits: 'anyone', thing: 'rulePack', ...LAW },
  'GET /v1/rules-in-force': { admits: 'anyone', query: '?organisationType=ADMINISTRATIVE', ...LAW },

  'GET /v1/calendars': { admits: 'anyone', ...CALENDAR },
  'GET /v1/calendars/{year}': { admits: 'anyone', thing: 'calendar', ...CALENDAR },
  'GET /v1/calendars/{year}/versions': { admits: 'anyone', thing: 'calendar', ...CALENDAR },
  'GET /v1/calendars/{year}/versions/{version}': { admits: 'anyone', thing: 'calendarVersion', ...CALENDAR },
  'GET /v1/calendars/{year}/versions/{version}/changes': { admits: 'anyone', thing: 'calendarVersion', ...CALENDAR },
  'POST /v1/calendars/{year}/versions': {
    admits: ['PROVINCIAL_AUTHORITY'],
    thing: 'calendar',
    body: { holidays: ['2026-01-01'], makeUpDays: [], source: '放假通知', reason: '更正' },
    ifMatch: true,
    ...ROLE_ALONE,
  },

  'POST /v1/access-applications': { admits: SUBMITTER, body: { statement: '用途', pledge: PLEDGE }, ...OWN },
  'GET /v1/access-applications': { admits: 'anyone', thing: 'accessApplication', ...UNLISTED },
  'GET /v1/access-applications/{id}': { admits: 'anyone', thing: 'accessApplication', ...KEPT },
  'PATCH /v1/access-applications/{id}': {
    admits: SUBMITTER,
    thing: 'accessApplication',
    body: { statement: '用途' },
    ifMatch: true,
    ...KEPT,
  },
  'POST /v1/access-applications/{id}/submission': {
    admits: SUBMITTER,
    thing: 'accessApplication',
    body: { pledge: PLEDGE },
    ...KEPT,
  },
  'POST /v1/access-applications/{id}/withdrawal': { admits: SUBMITTER, thing: 'accessApplication', body: ACT, ...KEPT },
  'POST /v1/access-applications/{id}/review': {
    admits: PROVINCE,
    thing: 'accessApplication',
    body: ACT,
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'POST /v1/access-applications/{id}/return': {
    admits: PROVINCE,
    thing: 'accessApplication',
    body: { remarks: [{ field: 'statement', what: '补充' }] },
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'POST /v1/access-applications/{id}/approval': {
    admits: PROVINCE,
    thing: 'accessApplication',
    body: ACT,
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'POST /v1/access-applications/{id}/rejection': {
    admits: PROVINCE,
    thing: 'accessApplication',
    body: REASON,
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'GET /v1/admissions': { admits: 'anyone', thing: 'organisation', ...UNLISTED },
  'GET /v1/admissions/{organisationId}': { admits: 'anyone', thing: 'organisation', ...KEPT },
  'POST /v1/admissions/{organisationId}/suspension': {
    admits: PROVINCE,
    thing: 'organisation',
    body: { ground: 'SECURITY_RISK', reason: '泄漏', until: SOON },
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'POST /v1/admissions/{organisationId}/resumption': {
    admits: PROVINCE,
    thing: 'organisation',
    body: ACT,
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'POST /v1/admissions/{organisationId}/revocation': {
    admits: PROVINCE,
    thing: 'organisation',
    body: { ground: 'SECURITY_RISK', reason: '泄漏' },
    wrongRole: 'admission.own_case',
    ...KEPT,
  },
  'POST /v1/admissions/{organisationId}/relinquishment': {
    admits: RESPONSIBLE,
    thing: 'organisation',
    body: REASON,
    ...KEPT,
  },

  'GET /v1/access-reviews': { admits: 'anyone', thing: 'accessReview', ...UNLISTED },
  'GET /v1/access-reviews/{id}': { admits: 'anyone', thing: 'accessReview', ...KEPT },
  'POST /v1/access-reviews/{id}/items/{no}/confirmation': {
    admits: ['LEADING_GROUP', ...DESK],
    thing: 'reviewItem',
    body: { revision: 1 },
    ...KEPT,
  },
  'POST /v1/access-reviews/{id}/items/{no}/end': {
    admits: ['LEADING_GROUP', ...DESK],
    thing: 'reviewItem',
    body: { revision: 1, reason: '不再需要' },
    ...KEPT,
  },

  'POST /v1/sharing-applications': {
    admits: SUBMITTER,
    body: anAsk(),
    otherDepartment: 'application.purpose_not_registered',
    otherRegion: 'access.not_admitted',
  },
  'GET /v1/sharing-applications': {
    admits: 'anyone',
    thing: 'application',
    otherParty: { open: 'its provider answers it' },
    ...UNLISTED,
  },
  'GET /v1/sharing-applications/{id}': {
    admits: 'anyone',
    thing: 'application',
    otherParty: { open: 'its provider answers it' },
    ...KEPT,
  },
  'PATCH /v1/sharing-applications/{id}': {
    admits: SUBMITTER,
    thing: 'application',
    body: { frequency: 'DAILY' },
    ifMatch: true,
    otherParty: 'application.not_applicant',
    ...KEPT,
  },
  'POST /v1/sharing-applications/{id}/submission': {
    admits: SUBMITTER,
    thing: 'application',
    body: ACT,
    otherParty: 'application.not_applicant',
    ...KEPT,
  },
  'POST /v1/sharing-applications/{id}/supplement': {
    admits: SUBMITTER,
    thing: 'application',
    body: { note: '补充' },
    otherParty: 'application.not_applicant',
    ...KEPT,
  },
  'POST /v1/sharing-applications/{id}/offer/acceptance': {
    admits: SUBMITTER,
    thing: 'application',
    body: ACT,
    otherParty: 'application.not_applicant',
    ...KEPT,
  },
  'POST /v1/sharing-applications/{id}/offer/rejection': {
    admits: SUBMITTER,
    thing: 'application',
    body: ACT,
    otherParty: 'application.not_applicant',
    ...KEPT,
  },
  'POST /v1/sharing-applications/{id}/withdrawal': {
    admits: SUBMITTER,
    thing: 'application',
    body: ACT,
    otherParty: 'application.not_applicant',
    ...KEPT,
  },
  ...Object.fromEntries(
    (
      [
        ['review', ACT],
        ['supplement-request', { missing: [{ field: 'dutyBasis', what: '文号' }] }],
        ['consent', { matterNumber: 'optional' }],
        ['offer', { terms: { matterNumber: 'optional', items: ['certNo'] }, reason: '够用' }],
        [
          'partial-consent',
          { terms: { matterNumber: 'optional', items: ['certNo'] }, statutoryBasis: BASIS, narrative: '理由' },
        ],
        ['refusal', { statutoryBasis: BASIS, narrative: '理由' }],
        ['proposal/withdrawal', ACT],
        ['extension', { workingDays: 3, reason: '量大' }],
      ] as const
    ).map(([act, body]) => [
      `POST /v1/sharing-applications/{id}/${act}`,
      { admits: REVIEWER, thing: 'application', body, by: 'mzt', otherParty: 'application.own_case', ...KEPT },
    ]),
  ),
  'POST /v1/sharing-application-batches': {
    admits: SUBMITTER,
    body: () => {
      const { resourceId, items, ...common } = anAsk();
      return { ...common, resources: [{ resourceId, items }] };
    },
    ...OWN,
  },
  'GET /v1/sharing-application-batches/{id}': { admits: 'anyone', thing: 'batchOfApplications', ...KEPT },

  'POST /v1/standing-consents': {
    admits: SUBMITTER,
    by: 'mzt',
    body: {
      ...{ resourceId: MARRIAGES.id, items: ['certNo'], actions: ['verify'], purposes: ['medical-aid.eligibility'] },
      ...{ matterNumber: 'required', applicants: { ids: ['ybj'] }, conditions: '仅限核验', period: PERIOD },
    },
    otherDepartment: 'standing.resource_invalid',
    otherRegion: 'standing.resource_invalid',
  },
  'GET /v1/standing-consents': { admits: 'anyone', thing: 'standingConsent', ...UNLISTED },
  'GET /v1/standing-consents/{id}': { admits: 'anyone', thing: 'standingConsent', ...KEPT },
  'POST /v1/standing-consents/{id}/approval': { admits: REVIEWER, thing: 'standingConsent', body: ACT, ...KEPT },
  'POST /v1/standing-consents/{id}/rejection': { admits: REVIEWER, thing: 'standingConsent', body: REASON, ...KEPT },
  'POST /v1/standing-consents/{id}/withdrawal': { admits: REVIEWER, thing: 'standingConsent', body: REASON, ...KEPT },

  'POST /v1/review-delegations': {
    admits: UNIT,
    by: 'mzt',
    body: { resourceIds: [MARRIAGES.id], delegateId: 'tyt', period: PERIOD, reason: '初审' },
    otherDepartment: 'delegation.resources_invalid',
    otherRegion: 'delegation.resources_invalid',
  },
  'GET /v1/review-delegations': {
    admits: 'anyone',
    thing: 'delegation',
    otherParty: { open: 'the delegate reviews by it' },
    ...UNLISTED,
  },
  'GET /v1/review-delegations/{id}': {
    admits: 'anyone',
    thing: 'delegation',
    otherParty: { open: 'the delegate reviews by it' },
    ...KEPT,
  },
  'POST /v1/review-delegations/{id}/end': {
    admits: UNIT,
    thing: 'delegation',
    body: ACT,
    otherParty: 'application.not_provider',
    ...KEPT,
  },

  'GET /v1/consent-cases': { admits: 'anyone', thing: 'consentCase', otherParty: 'not listed', ...UNLISTED },
  'GET /v1/consent-cases/{id}': { admits: 'anyone', thing: 'consentCase', otherParty: 'as unknown', ...KEPT },
  'POST /v1/consent-cases/{id}/consent': {
    admits: EVERY_AUTHORITY,
    thing: 'consentCase',
    body: ACT,
    otherParty: 'access.role_required',
    otherDepartment: 'access.role_required',
    otherRegion: 'as unknown',
  },
  'POST /v1/consent-cases/{id}/non-consent': {
    admits: EVERY_AUTHORITY,
    thing: 'consentCase',
    body: REASON,
    otherParty: 'access.role_required',
    otherDepartment: 'access.role_required',
    otherRegion: 'as unknown',
  },

  'GET /v1/grants': { admits: 'anyone', thing: 'grant', otherParty: { open: 'the provider gave it' }, ...UNLISTED },
  'GET /v1/grants/{id}': {
    admits: 'anyone',
    thing: 'grant',
    otherParty: { open: 'the provider gave it' },
    ...KEPT,
  },
  'GET /v1/grants/{id}/chain': {
    admits: 'anyone',
    thing: 'grant',
    otherParty: { open: 'the provider sees the whole chain at any time [R13.2]' },
    ...KEPT,
  },
  'POST /v1/grants/{id}/revocation': {
    ...{ admits: REVIEWER, thing: 'grant', by: 'mzt', body: MEASURE },
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/suspension': {
    ...{ admits: REVIEWER, thing: 'grant', by: 'mzt', body: { ...MEASURE, until: SOON } },
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/resumption': {
    ...{ admits: REVIEWER, thing: 'grant', by: 'mzt', body: ACT },
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/amendment': {
    ...{ admits: REVIEWER, thing: 'grant', by: 'mzt', body: { ...MEASURE, change: { items: ['certNo'] } } },
    ifMatch: true,
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/proposals/{caseId}/withdrawal': {
    ...{ admits: REVIEWER, thing: 'proposal', body: ACT },
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/relinquishment': {
    ...{ admits: UNIT, thing: 'grant', body: { narrative: '不再需要' } },
    otherParty: 'grant.not_holder',
    ...KEPT,
  },
  'POST /v1/grants/{id}/renewal-request': {
    ...{ admits: SUBMITTER, thing: 'grant', body: { until: '2028-06-01', reason: '继续' } },
    otherParty: 'grant.not_holder',
    ...KEPT,
  },
  'POST /v1/grants/{id}/renewal': {
    ...{ admits: REVIEWER, thing: 'grant', by: 'mzt', body: ACT },
    ifMatch: true,
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/review': {
    ...{ admits: UNIT, thing: 'grant', by: 'mzt', body: { conclusion: 'KEEP', note: '仍需要' } },
    otherParty: 'grant.not_provider',
    ...KEPT,
  },
  'POST /v1/grants/{id}/disposal-report': {
    ...{ admits: UNIT, thing: 'grant', body: { method: 'DELETED', disposedAt: '2026-01-01', statement: '已删除' } },
    otherParty: 'grant.not_holder',
    ...KEPT,
  },

  'POST /v1/onward-transfers': {
    admits: SUBMITTER,
    thing: 'grant',
    body: ([grantId]) => ({
      ...{ grantId, recipientId: 'tyt', why: '核验', basis: '协议', items: ['certNo'], actions: ['query'] },
      ...{ purposes: ['medical-aid.eligibility'], period: PERIOD },
    }),
    otherParty: 'transfer.not_holder',
    ...KEPT,
  },
  'GET /v1/onward-transfers': {
    admits: 'anyone',
    thing: 'transfer',
    otherParty: { open: 'the provider decides on it' },
    ...UNLISTED,
  },
  'GET /v1/onward-transfers/{id}': {
    admits: 'anyone',
    thing: 'transfer',
    otherParty: { open: 'the provider decides on it' },
    ...KEPT,
  },
  'POST /v1/onward-transfers/{id}/authorisation': {
    ...{ admits: REVIEWER, thing: 'transfer', by: 'mzt', body: ACT },
    otherParty: 'transfer.not_provider',
    ...KEPT,
  },
  'POST /v1/onward-transfers/{id}/rejection': {
    ...{ admits: REVIEWER, thing: 'transfer', by: 'mzt', body: REASON },
    otherParty: 'transfer.not_provider',
    ...KEPT,
  },
  'POST /v1/onward-transfers/{id}/withdrawal': {
    ...{ admits: SUBMITTER, thing: 'transfer', body: ACT },
    otherParty: 'transfer.not_holder',
    ...KEPT,
  },

  'GET /v1/agreements': {
    admits: 'anyone',
    thing: 'agreement',
    otherParty: { open: 'both sides accept it' },
    ...UNLISTED,
  },
  'GET /v1/agreements/{id}': {
    admits: 'anyone',
    thing: 'agreement',
    otherParty: { open: 'both sides accept it' },
    ...KEPT,
  },
  'POST /v1/agreements/{id}/acceptance': {
    admits: UNIT,
    thing: 'agreement',
    body: { digest: '0'.repeat(64) },
    otherParty: { open: 'both sides accept it' },
    ...KEPT,
  },

  'POST /v1/agreements/{id}/amendment': {
    ...{
      admits: ['SUBMITTER', 'REVIEWER'],
      thing: 'agreement',
      body: { change: { items: ['certNo'] }, reason: '够用' },
    },
    otherParty: { open: 'either side proposes, and both accept' },
    ...KEPT,
  },
  'POST /v1/agreements/{id}/withdrawal': {
    ...{ admits: ['SUBMITTER', 'REVIEWER'], thing: 'agreement', body: ACT },
    otherParty: { open: 'who proposed takes it back, whichever side that was' },
    ...KEPT,
  },

  'POST /v1/publication-requests': {
    admits: SUBMITTER,
    thing: 'grant',
    body: ([grantId]) => ({
      ...{ grantId, title: '统计', purpose: '公开', forms: ['JSON'], items: ['status'], period: PERIOD },
    }),
    otherParty: 'publication.holder_only',
    ...KEPT,
  },
  'GET /v1/publication-requests': {
    admits: 'anyone',
    thing: 'publicationRequest',
    otherParty: { open: 'the provider decides on it' },
    ...UNLISTED,
  },
  'GET /v1/publication-requests/{id}': {
    admits: 'anyone',
    thing: 'publicationRequest',
    otherParty: { open: 'the provider decides on it' },
    ...KEPT,
  },
  'POST /v1/publication-requests/{id}/consent': {
    ...{ admits: REVIEWER, thing: 'publicationRequest', by: 'mzt', body: ACT },
    otherParty: 'publication.not_asked',
    ...KEPT,
  },
  'POST /v1/publication-requests/{id}/rejection': {
    ...{ admits: REVIEWER, thing: 'publicationRequest', by: 'mzt', body: REASON },
    otherParty: 'publication.not_asked',
    ...KEPT,
  },
  'POST /v1/publication-requests/{id}/withdrawal': {
    ...{ admits: SUBMITTER, thing: 'publicationRequest', body: ACT },
    otherParty: 'publication.not_requester',
    ...KEPT,
  },
  'GET /v1/publication-permits': {
    admits: 'anyone',
    thing: 'permit',
    otherParty: { open: 'the provider permitted it' },
    ...UNLISTED,
  },
  'GET /v1/publication-permits/{id}': {
    admits: 'anyone',
    thing: 'permit',
    otherParty: { open: 'the provider permitted it' },
    ...KEPT,
  },
  'POST /v1/publication-permits/{id}/withdrawal': {
    ...{ admits: REVIEWER, thing: 'permit', by: 'mzt', body: REASON },
    otherParty: { open: 'whoever publishes may cease at any time' },
    ...KEPT,
  },

  'POST /v1/stops': {
    admits: STOPPERS,
    thing: 'system',
    body: ([targetId]) => ({ target: 'system', targetId, reason: '异常', until: SOON }),
    ...KEPT,
  },
  'GET /v1/stops': { admits: 'anyone', thing: 'stop', ...UNLISTED },
  'GET /v1/stops/{id}': { admits: 'anyone', thing: 'stop', ...KEPT },
  'POST /v1/stops/{id}/confirmation': {
    admits: EVERY_AUTHORITY,
    thing: 'stop',
    body: REASON,
    otherDepartment: 'access.role_required',
    otherRegion: 'as unknown',
  },
  'POST /v1/stops/{id}/lift': { admits: STOPPERS, thing: 'stop', body: REASON, ...KEPT },

  'GET /v1/misuse-alerts': { admits: 'anyone', thing: 'alert', ...UNLISTED },
  'GET /v1/misuse-alerts/{id}': { admits: 'anyone', thing: 'alert', ...KEPT },
  'POST /v1/misuse-alerts/{id}/acknowledgement': { admits: WATCHERS, thing: 'alert', body: REASON, ...KEPT },
  'POST /v1/misuse-alerts/{id}/dismissal': { admits: WATCHERS, thing: 'alert', body: REASON, ...KEPT },
  'POST /v1/misuse-alerts/{id}/confirmation': { admits: WATCHERS, thing: 'alert', body: REASON, ...KEPT },
};
