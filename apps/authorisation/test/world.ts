import type { Item, Principal, ResourceState, Role } from '@qiongtong/contracts';
import { CalendarRecount } from '../src/calendar/calendar-recount';
import type { RunningAuthorisation } from './authorisation';

const regions: Readonly<Record<string, string>> = { 'hk-mzj': '460100' };

/** An officer of a body as the gateway would resolve them. */
export const officer = (departmentId: string, officerId: string, ...roles: Role[]): Principal => ({
  kind: 'officer',
  officerId,
  systemId: null,
  departmentId,
  regionCode: regions[departmentId] ?? '460000',
  roles,
  tokenId: 'test',
});

export const admin = officer('gxt', 'gxt-admin', 'PROVINCIAL_AUTHORITY');
export const submitter = (id: string) => officer(id, `${id}-submitter`, 'SUBMITTER');
export const reviewer = (id: string) => officer(id, `${id}-reviewer`, 'REVIEWER');
export const responsible = (id: string) => officer(id, `${id}-responsible`, 'RESPONSIBLE_OFFICER');
export const system = (departmentId: string, systemId: string): Principal => ({
  ...officer(departmentId, 'nobody'),
  kind: 'system',
  officerId: null,
  systemId,
  roles: ['SYSTEM'],
});

export const anOrganisation = (id: string, over: object = {}) => ({
  id,
  name: `机构${id}`,
  type: 'ADMINISTRATIVE',
  level: id in regions ? 'CITY' : 'PROVINCE',
  regionCode: regions[id] ?? '460000',
  ...over,
});
export const aUnit = (over: object = {}) => ({
  name: '信息中心',
  head: '陈某',
  contacts: [{ name: '陈某', phone: '0898-65300000' }],
  dutyText: '统筹本部门共享工作',
  from: '2026-01-01',
  appointmentDocument: '琼民函〔2026〕1号',
  ...over,
});
export const aPledge = {
  textVersion: '2026-1',
  signerName: '李某',
  signerPost: '局长',
  acceptsSharingRules: true,
  acceptsConfidentiality: true,
};

export const PURPOSES: Readonly<Record<string, string>> = {
  ybj: 'medical-aid.eligibility',
  'hk-mzj': 'medical-aid.eligibility',
  wjw: 'health.register',
};

/** A registered department with its people known by their principals, duties and a responsible unit. */
export async function aDepartment(service: RunningAuthorisation, id: string, over: object = {}): Promise<void> {
  await service.done('POST', '/v1/organisations', admin, { body: anOrganisation(id, over) });
  const purpose = PURPOSES[id];
  if (purpose !== undefined) {
    const duties = [{ code: purpose.split('.')[0], title: '职责', basis: '条例', purposes: [purpose] }];
    await service.done('PUT', `/v1/organisations/${id}/duties`, admin, { body: { duties }, ifMatch: 1 });
  }
  await service.done('POST', `/v1/organisations/${id}/responsible-units`, admin, { body: aUnit() });
}

export async function admit(service: RunningAuthorisation, id: string): Promise<void> {
  const { id: application } = await service.done('POST', '/v1/access-applications', submitter(id), {
    body: { pledge: aPledge },
  });
  await service.done('POST', `/v1/access-applications/${String(application)}/approval`, admin, { body: {} });
}

const item = (code: string, type: Item['type'] = 'C'): Item => ({
  code,
  name: code,
  type,
  key: code === 'aidNo',
  required: false,
  sensitive: false,
  queryable: true,
});
export const aResource = (over: Partial<ResourceState> = {}): ResourceState => ({
  id: '203000-000001',
  version: 1,
  name: '最低生活保障对象信息',
  providerId: 'mzt',
  sharingType: 'CONDITIONAL',
  deliveryMode: 'HOSTED',
  status: 'PUBLISHED',
  specialRegime: null,
  items: [item('aidNo'), item('headIdNo'), item('persons', 'I'), item('status')],
  matterNumberPerSubject: false,
  derivedFrom: [],
  ...over,
});

export const aSharingAsk = (over: object = {}) => ({
  resourceId: '203000-000001',
  items: ['aidNo', 'persons', 'status'],
  rowFilter: { item: 'persons', op: 'ge', value: '1' },
  actions: ['query', 'verify'],
  purposes: ['medical-aid.eligibility'],
  dutyBasis: '社会救助暂行办法第二十七条',
  scopeOfKnowledge: { units: ['待遇处'] },
  securityMeasures: '专网访问、专人负责',
  method: 'API',
  frequency: 'ON_DEMAND',
  period: { from: '2026-01-01', until: '2028-01-01' },
  ...over,
});

/** Asked for and consented to in full. */
export async function aGrant(service: RunningAuthorisation, over: object = {}, provider = 'mzt'): Promise<string> {
  const { id } = await service.done('POST', '/v1/sharing-applications', submitter('ybj'), { body: aSharingAsk(over) });
  const answer = await service.done('POST', `/v1/sharing-applications/${String(id)}/consent`, reviewer(provider), {
    body: { matterNumber: 'required' },
  });
  return (answer['decision'] as { grantId: string }).grantId;
}

/** A further version of a year's calendar, as the province publishes it. */
export async function publishCalendar(
  service: RunningAuthorisation,
  year: number,
  over: Readonly<{ holidays?: readonly string[]; makeUpDays?: readonly string[]; source?: string }>,
): Promise<Record<string, unknown>> {
  const { status, body } = await service.call('GET', `/v1/calendars/${year}`, admin);
  const { holidays, makeUpDays, revision } = status === 200 ? body : { holidays: [], makeUpDays: [], revision: 0 };
  return service.done('POST', `/v1/calendars/${year}/versions`, admin, {
    body: { holidays, makeUpDays, source: `国务院办公厅通知(${year})`, reason: '更正', ...over },
    ifMatch: Number(revision),
  });
}

/** What the scheduler does after a calendar was published. */
export const recountAll = (service: RunningAuthorisation, now: Date): Promise<void> =>
  service.app.get(CalendarRecount).runDue(now);
