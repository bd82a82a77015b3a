import type { Principal, ResourceState } from '@qiongtong/contracts';
import { rulePackFor } from '@qiongtong/regulation';
import {
  checkMayApply,
  consent,
  isKnownTo,
  submit,
  withdraw,
  type Applicant,
  type Asked,
  type SharingApplication,
  type Terms,
} from './sharing-application';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'wang',
  systemId: null,
  departmentId: 'ybj',
  regionCode: '460000',
  roles: ['SUBMITTER'],
  tokenId: 't',
  ...over,
});
const reviewer = by({ officerId: 'chen', departmentId: 'mzt', roles: ['REVIEWER'] });
const resource = {
  id: '203000-000001',
  providerId: 'mzt',
  sharingType: 'CONDITIONAL',
  specialRegime: null,
} as ResourceState;
const anApplicant = (over: Partial<Applicant> = {}): Applicant => ({
  id: 'ybj',
  admission: 'ACTIVE',
  pledgeVersion: '2026-1',
  pledgeValidUntil: null,
  hasResponsibleUnit: true,
  duties: [{ code: 'medical-aid', title: '', basis: '', purposes: ['medical-aid.eligibility', 'medical-aid.audit'] }],
  ...over,
});
const anAsk = (over: Partial<Asked> = {}): Asked => ({
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
const rules = {
  pack: rulePackFor(now, 'ADMINISTRATIVE'),
  calendars: [{ year: 2026, holidays: [], makeUpDays: [], source: 's' }],
};
const submitted = (asked = anAsk(), who = by()) =>
  submit({ id: 's1', asked }, resource, anApplicant(), rules, who, now);
const anApplication = (over: Partial<SharingApplication> = {}): SharingApplication => ({
  ...submitted().state,
  ...over,
});
const code = (c: string) => expect.objectContaining({ code: c });

describe('whether there is anything to apply for', () => {
  it.each([
    ['[R11.3] the department was never admitted', {}, { admission: 'NONE' }, 'access.not_admitted'],
    ['[R11.3] its admission is suspended', {}, { admission: 'SUSPENDED' }, 'access.admission_suspended'],
    ['[R11.2] it has not pledged', {}, { pledgeVersion: null }, 'access.pledge_missing'],
    ['[R11.2] the grace of a new text is over', {}, { pledgeValidUntil: now.toISOString() }, 'access.pledge_outdated'],
    ['[R15.1] it has no responsible unit', {}, { hasResponsibleUnit: false }, 'access.no_responsible_unit'],
    ['[R11.4] the resource is unconditional', { sharingType: 'UNCONDITIONAL' }, {}, 'application.direct_use'],
    ['[R3.2] the resource is not shared', { sharingType: 'NOT_SHARED' }, {}, 'access.not_shared'],
    ['[R22.2] another regime governs it', { specialRegime: 'GEOGRAPHIC_INFORMATION' }, {}, 'access.special_regime'],
    ['[R10.1] it is the department’s own', { providerId: 'ybj' }, {}, 'application.own_resource'],
  ] as const)('is no when %s', (_when, of, who, refused) => {
    expect(() => checkMayApply({ ...resource, ...of } as ResourceState, anApplicant(who), now)).toThrow(code(refused));
  });

  it('[R12.1] is yes for an admitted department and a conditional resource', () => {
    expect(() => checkMayApply(resource, anApplicant(), now)).not.toThrow();
  });
});

describe('applying', () => {
  it.each([
    [
      '[R10.1] the purpose is not of a registered duty',
      anAsk({ purposes: ['tax.audit'] }),
      by(),
      'application.purpose_not_registered',
    ],
    [
      '[R12.2] nobody is named who is to know',
      anAsk({ scopeOfKnowledge: { units: [], posts: [], officers: [] } }),
      by(),
      'application.scope_missing',
    ],
    ['a reviewer submits', anAsk(), by({ roles: ['REVIEWER'] }), 'access.role_required'],
  ])('is refused when %s', (_when, asked, who, refused) => {
    expect(() => submitted(asked, who)).toThrow(code(refused));
  });

  it('[R12.3] starts the provider’s clock: ten working days, the day of receipt not counted', () => {
    // Received on Monday 2 March; the tenth working day after it is Monday 16 March, until its end in Hainan.
    expect(submitted().state).toMatchObject({
      receivedAt: now.toISOString(),
      clock: { workingDays: 10, dueAt: '2026-03-16T15:59:59.999Z', provisional: false },
      rulePack: rules.pack.reference,
    });
  });

  it('[R12.3] says that the due date may move when the year has no calendar', () => {
    const { state, event } = submit(
      { id: 's1', asked: anAsk() },
      resource,
      anApplicant(),
      { ...rules, calendars: [] },
      by(),
      now,
    );
    expect([state.clock.provisional, event.data.provisional]).toEqual([true, true]);
  });
});

describe('consenting', () => {
  const terms = (over: Partial<Terms> = {}): Terms => ({ matterNumber: 'required', statutoryBasis: null, ...over });

  it.each([
    ['[R14.10] the applicant decides', {}, by({ roles: ['REVIEWER'] }), terms(), 'application.own_case'],
    [
      '[R14.10] the officer submitted it in another post',
      { submittedBy: 'chen' },
      reviewer,
      terms(),
      'application.own_submission',
    ],
    [
      '[R12.1] the authority decides in the provider’s place',
      {},
      by({ departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'] }),
      terms(),
      'application.not_provider',
    ],
    [
      'a submitter of the provider decides',
      {},
      { ...reviewer, roles: ['SUBMITTER'] as const },
      terms(),
      'access.role_required',
    ],
    ['[R12.1] it was decided before', { status: 'CONSENTED' }, reviewer, terms(), 'application.already_decided'],
    ['[R12.1] it was withdrawn', { status: 'WITHDRAWN' }, reviewer, terms(), 'application.already_decided'],
    [
      '[R12.2] the period asked for is over',
      { asked: anAsk({ period: { from: '2025-01-01T00:00:00.000Z', until: now.toISOString() } }) },
      reviewer,
      terms(),
      'application.period_invalid',
    ],
  ] as const)('is refused when %s', (_when, over, who, what, refused) => {
    expect(() => consent(anApplication(over), what, 'g1', who, now)).toThrow(code(refused));
  });

  it.each([
    ['items', { items: ['aidNo', 'monthlyAmount'] }],
    ['actions', { actions: ['download'] }],
    ['purposes', { purposes: ['medical-aid.audit'] }],
    ['scopeOfKnowledge', { scopeOfKnowledge: { units: [], posts: ['科员'], officers: [] } }],
    ['period', { period: { from: '2026-03-01T00:00:00.000Z', until: '2028-03-01T00:00:00.000Z' } }],
  ] as const)('[R12.7] gives no more than was asked: %s', (dimension, over) => {
    expect(() => consent(anApplication(), terms({ ...over, statutoryBasis: '法' }), 'g1', reviewer, now)).toThrow(
      expect.objectContaining({ code: 'application.wider_than_asked', details: { about: [dimension] } }),
    );
  });

  it.each([
    ['items', { items: ['aidNo'] }],
    ['rowFilter', { rowFilter: { item: 'status', op: 'eq', value: '01' } }],
    ['mask', { mask: { aidNo: 'full' } }],
    ['actions', { actions: ['verify'] }],
    ['systems', { systems: ['ybj-system'] }],
    ['period', { period: { from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' } }],
    ['limits', { limits: { rowsPerDay: 1 } }],
  ] as const)('[R10.4] is no back door to refusal: less %s needs a statutory basis', (dimension, over) => {
    expect(() => consent(anApplication(), terms(over), 'g1', reviewer, now)).toThrow(
      expect.objectContaining({ code: 'application.statutory_basis_missing', details: { about: [dimension] } }),
    );
    const { scope, event } = consent(
      anApplication(),
      terms({ ...over, statutoryBasis: '个保法第六条' }),
      'g1',
      reviewer,
      now,
    );
    expect(scope).toMatchObject(over);
    expect(event.data).toMatchObject({ narrowed: [dimension], statutoryBasis: '个保法第六条' });
  });

  it('[R12.7] to all of it makes a scope of exactly what was asked, with the provider’s matter-number rule', () => {
    const { state, scope } = consent(anApplication(), terms(), 'g1', reviewer, now);
    const { dutyBasis: _d, securityMeasures: _s, method: _m, frequency: _f, ...asked } = anAsk();
    expect(scope).toEqual({
      ...asked,
      resourceId: resource.id,
      providerId: 'mzt',
      holderId: 'ybj',
      recipientOwnerId: null,
      matterNumber: 'required',
    });
    expect(state).toMatchObject({ status: 'CONSENTED', decision: { grantId: 'g1', narrowed: [] }, revision: 2 });
    expect(state.receivedAt).toBe(now.toISOString());
  });
});

describe('withdrawing', () => {
  it.each([
    ['the provider does', {}, by({ departmentId: 'mzt' }), 'application.not_applicant'],
    ['it was decided before', { status: 'CONSENTED' }, by(), 'application.already_decided'],
  ] as const)('[R12.1] is refused when %s', (_when, over, who, refused) => {
    expect(() => withdraw(anApplication(over), who, now)).toThrow(code(refused));
  });

  it('[R12.1] ends an application before its decision', () => {
    expect(withdraw(anApplication(), by(), now).state).toMatchObject({ status: 'WITHDRAWN', withdrawnBy: 'wang' });
  });
});

describe('knowing of an application', () => {
  it.each([
    ['the applicant', by(), true],
    ['the provider', reviewer, true],
    ['the authority of a party’s region', by({ departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] }), true],
    ['the operator', by({ departmentId: 'dsj', roles: ['PLATFORM_OPERATOR'] }), false],
    ['another department', by({ departmentId: 'wjw' }), false],
  ])('[R14.7] %s: %#', (_who, who, known) => {
    expect(isKnownTo(anApplication(), ['460000', '460000'], who)).toBe(known);
  });
});
