import type { Principal, ResourceState, StatutoryBasis } from '@qiongtong/contracts';
import { rulePackFor, type Calendars, type PublishedCalendar } from '@qiongtong/regulation';
import { aPrincipal } from '@qiongtong/testing';
import type { Asked, SharingApplication } from '../src/applications/domain/sharing-application';
import { prepare, submit, type Applicant } from '../src/applications/domain/submission';

/** Monday 2 March 2026, 09:00 in Hainan. */
export const now = new Date('2026-03-02T01:00:00Z');
/** Nine in the morning of a day in Hainan. */
export const on = (day: string): Date => new Date(`${day}T09:00:00+08:00`);

export const by = (over: Partial<Principal> = {}): Principal =>
  aPrincipal({ officerId: 'wang', departmentId: 'ybj', roles: ['SUBMITTER'], ...over });
export const theReviewer = by({ officerId: 'chen', departmentId: 'mzt', roles: ['REVIEWER'] });
export const reviewing = { by: theReviewer, delegated: false };

export const theResource = {
  id: '203000-000001',
  providerId: 'mzt',
  sharingType: 'CONDITIONAL',
  specialRegime: null,
} as ResourceState;
export const anApplicant = (over: Partial<Applicant> = {}): Applicant => ({
  id: 'ybj',
  admission: 'ACTIVE',
  pledgeVersion: '2026-1',
  pledgeValidUntil: null,
  hasResponsibleUnit: true,
  duties: [{ code: 'medical-aid', title: '', basis: '', purposes: ['medical-aid.eligibility', 'medical-aid.audit'] }],
  ...over,
});
export const anAsk = (over: Partial<Asked> = {}): Asked => ({
  items: ['aidNo', 'persons', 'status'],
  rowFilter: null,
  mask: {},
  actions: ['query', 'verify'],
  purposes: ['medical-aid.eligibility'],
  scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
  limits: {},
  dutyBasis: '社会救助暂行办法第二十七条',
  securityMeasures: '专网、脱敏',
  method: 'API',
  frequency: 'ON_DEMAND',
  ...over,
});

export const aCalendar = (over: Partial<PublishedCalendar> = {}): PublishedCalendar => ({
  year: 2026,
  version: 1,
  holidays: [],
  makeUpDays: [],
  source: 's',
  ...over,
});
/** No holidays but weekends. */
export const calendars: Calendars = [aCalendar(), aCalendar({ year: 2027 })];
/** The year corrected. */
export const corrected = (over: Partial<PublishedCalendar>): Calendars => [
  aCalendar({ version: 2, ...over }),
  calendars[1]!,
];
export const rules = { pack: rulePackFor(now, 'ADMINISTRATIVE'), calendars };
/** A court: Order 809 does not bind it. */
export const rulesOf2014 = { pack: rulePackFor(now, 'JUDICIAL'), calendars };

export const prepared = (asked: Asked = anAsk(), who = by()): SharingApplication =>
  prepare({ id: 's1', asked, batchId: null }, theResource, who);
export const submitted = (
  asked: Asked = anAsk(),
  given: Partial<{ rules: typeof rules; by: Principal; at: Date }> = {},
) =>
  submit(
    prepared(asked, given.by ?? by()),
    { resource: theResource, applicant: anApplicant(), rules: given.rules ?? rules },
    given.by ?? by(),
    given.at ?? now,
  );
export const anApplication = (over: Partial<SharingApplication> = {}): SharingApplication => ({
  ...submitted().state,
  ...over,
});

export const aBasis = (over: Partial<StatutoryBasis> = {}): StatutoryBasis => ({
  law: '中华人民共和国个人信息保护法',
  article: '第六条',
  quotation: '处理个人信息应当具有明确、合理的目的',
  ...over,
});
export const reasons = { statutoryBasis: [aBasis()], narrative: '超出最小必要范围' };
export const aCase = { id: 'c1', dueAt: '2026-03-20T15:59:59.999Z' };

export const code = (c: string) => expect.objectContaining({ code: c });
