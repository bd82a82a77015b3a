import { aPrincipal } from '@qiongtong/testing';
import { calendars, corrected } from '../../../test/applications';
import {
  authorityClock,
  countAgain,
  decide,
  escalate,
  isKnownTo,
  lapse,
  moved,
  propose,
  withdraw,
  type Competence,
  type ConsentCase,
  type NewConsentCase,
} from './consent-case';

const now = new Date('2026-03-02T01:00:00Z');
const dueAt = '2026-03-09T15:59:59.999Z';
const by = aPrincipal;
const authority = by({ officerId: 'li', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
const province: Competence = { organisationId: 'gxt', role: 'PROVINCIAL_AUTHORITY' };
const successor: Competence = { organisationId: 'sjj', role: 'PROVINCIAL_AUTHORITY' };
const basis = {
  law: '中华人民共和国个人信息保护法',
  article: '第六条',
  quotation: '处理个人信息应当具有明确、合理的目的',
};
const aProposal = (over: Partial<NewConsentCase> = {}): NewConsentCase => ({
  kind: 'GRANT_REVOCATION',
  subject: { kind: 'grant', id: 'g1' },
  providerId: 'mzt',
  otherPartyId: 'ybj',
  statutoryBasis: [basis],
  narrative: '法律修订',
  emergency: false,
  ...over,
});
const proposed = (over: Partial<NewConsentCase> = {}, who = by(), competent: Competence | null = province) =>
  propose(
    { ...aProposal(over), id: 'c1', clock: authorityClock(5, calendars, now), rulePack: 'p' },
    competent,
    who,
    now,
  );
const aCase = (over: Partial<ConsentCase> = {}): ConsentCase => ({ ...proposed().state, ...over });
const emergency = (over: Partial<ConsentCase> = {}) =>
  aCase({ kind: 'GRANT_SUSPENSION', emergency: true, workingDays: null, ...over });
const code = (c: string) => expect.objectContaining({ code: c });
/** One day off within the authority's five. */
const holiday = corrected({ holidays: ['2026-03-05'] });
const later = new Date(new Date(dueAt).getTime() + 1);

describe('proposing to give less', () => {
  it.each([
    ['[R12.5] the other party', {}, by({ departmentId: 'ybj' }), 'consent.not_provider'],
    ['a submitter', {}, by({ roles: ['SUBMITTER'] }), 'access.role_required'],
    ['a system', {}, by({ officerId: null, systemId: 's', roles: ['SYSTEM'] }), 'access.role_required'],
  ])('is refused to %s', (_who, over, who, refused) => {
    expect(() => proposed(over, who)).toThrow(code(refused));
  });

  it.each([
    ['nothing', [], 'consent.statutory_basis_missing'],
    ['no law', [{ ...basis, law: '—' }], 'consent.statutory_basis_invalid'],
    ['an article without a number', [{ ...basis, article: '有关条款' }], 'consent.statutory_basis_invalid'],
    ['no words of it', [{ ...basis, quotation: '略' }], 'consent.statutory_basis_invalid'],
    ['its own name as its words', [{ ...basis, quotation: basis.law }], 'consent.statutory_basis_invalid'],
    ['one that is good and one that is not', [basis, { ...basis, article: '…' }], 'consent.statutory_basis_invalid'],
  ])('[R10.2] is refused with a statutory basis that names %s', (_what, statutoryBasis, refused) => {
    expect(() => proposed({ statutoryBasis })).toThrow(code(refused));
  });

  it('[R12.5] needs no statutory basis where only the answer comes later', () => {
    expect(proposed({ kind: 'REPLY_EXTENSION', statutoryBasis: [] }).state.status).toBe('PROPOSED');
  });

  it('[R10.4] is an emergency only where it can be undone', () => {
    expect(() => proposed({ emergency: true })).toThrow(code('consent.emergency_not_possible'));
    expect(proposed({ kind: 'GRANT_SUSPENSION', emergency: true }).state.emergency).toBe(true);
  });

  it('[R14.10] is refused while nobody could answer', () => {
    expect(() => proposed({}, by(), null)).toThrow(code('consent.no_authority'));
  });

  it('[R12.8] starts the authority’s own clock, and tells no free text', () => {
    const { state, event } = proposed({ narrative: '涉及张三' });
    expect(state).toMatchObject({ status: 'PROPOSED', authorityId: 'gxt', proposedBy: 'chen', dueAt, revision: 1 });
    expect(event.data).toMatchObject({ dueAt, statutoryBasis: [{ law: basis.law, article: basis.article }] });
    expect(JSON.stringify(event)).not.toMatch(/张三|明确、合理/);
  });
});

describe('answering', () => {
  const consent = (opened: ConsentCase, who = authority, competent: Competence | null = province, at = now) =>
    decide(opened, { to: 'CONSENTED', reason: '' }, competent, who, at);

  it.each([
    ['[R14.10] the provider', by({ roles: ['PROVINCIAL_AUTHORITY'] }), province, 'consent.own_case'],
    ['[R14.10] the other party', { ...authority, departmentId: 'ybj' }, province, 'consent.own_case'],
    ['[R14.10] the proposer in a new post', { ...authority, officerId: 'chen' }, province, 'consent.own_submission'],
    ['[R12.5] another authority', { ...authority, departmentId: 'hk-gxj' }, province, 'consent.not_competent'],
    ['[R4.5] the authority that was', authority, successor, 'consent.not_competent'],
    ['a reviewer of the authority', { ...authority, roles: ['REVIEWER'] as const }, province, 'access.role_required'],
    ['[R14.10] nobody’s officer, as nobody is competent', authority, null, 'consent.not_competent'],
  ])('is refused to %s', (_who, who, competent, refused) => {
    expect(() => consent(aCase(), who, competent)).toThrow(code(refused));
  });

  it.each(['CONSENTED', 'NOT_CONSENTED', 'WITHDRAWN', 'LAPSED'] as const)(
    '[R12.5] is refused when it is %s',
    (status) => {
      expect(() => consent(aCase({ status }))).toThrow(code('consent.already_decided'));
      expect(() => withdraw(aCase({ status }), by(), now)).toThrow(code('consent.already_decided'));
    },
  );

  it('[R10.4] comes too late for an emergency that has lapsed, and never too late otherwise', () => {
    expect(() => consent(emergency(), authority, province, later)).toThrow(code('consent.already_decided'));
    expect(consent(aCase(), authority, province, later).state.status).toBe('CONSENTED');
  });

  it('[R12.5] is kept with who, for whom, when and why', () => {
    const { state, event } = decide(aCase(), { to: 'NOT_CONSENTED', reason: '依据不足' }, province, authority, now);
    expect(state).toMatchObject({
      status: 'NOT_CONSENTED',
      decision: { by: 'li', organisationId: 'gxt', at: now.toISOString(), reason: '依据不足' },
      revision: 2,
    });
    expect([event.type, JSON.stringify(event).includes('依据不足')]).toEqual([
      'authorisation.consent-withheld.v1',
      false,
    ]);
  });

  it('[R4.5] by the body the role has gone to keeps the trail', () => {
    const { state } = consent(aCase(), { ...authority, departmentId: 'sjj' }, successor);
    expect(state).toMatchObject({
      authorityId: 'sjj',
      formerAuthorities: [{ authorityId: 'gxt', until: now.toISOString() }],
      revision: 2,
    });
  });
});

describe('time', () => {
  it('[R10.4] ends an emergency that was not confirmed, at its hour and not before', () => {
    const before = new Date(new Date(dueAt).getTime() - 1);
    expect(lapse(emergency(), before)).toBeNull();
    expect(lapse(emergency(), new Date(dueAt))?.state.status).toBe('LAPSED');
    expect(lapse(aCase(), later)).toBeNull();
    expect(lapse(emergency({ status: 'CONSENTED' }), later)).toBeNull();
  });

  it('[R12.8] is told to the next level when the authority is silent, once, and decides nothing', () => {
    const group: Competence = { organisationId: 'ldxz', role: 'LEADING_GROUP' };
    expect(escalate(aCase(), group, new Date(dueAt))).toBeNull();
    const { state, event } = escalate(aCase(), group, later)!;
    expect(state).toMatchObject({ status: 'PROPOSED', overdueAt: later.toISOString(), escalatedTo: 'ldxz' });
    expect(event.data).toMatchObject({ escalatedTo: 'ldxz', by: 'platform' });
    expect(escalate(state, group, later)).toBeNull();
    expect(escalate(emergency(), group, later)).toBeNull();
    expect(escalate(aCase({ status: 'CONSENTED' }), group, later)).toBeNull();
  });

  it('[R12.3] counts again when a calendar changes, for what is open', () => {
    const clock = { dueAt: '2026-03-10T15:59:59.999Z', provisional: false };
    const told = { ...clock, formerDueAt: dueAt, calendars: [{ year: 2026, version: 2 }] };
    expect(countAgain(aCase(), holiday, now)).toMatchObject({
      state: { ...clock, revision: 2, moves: [told] },
      event: { data: { ...told, providerId: 'mzt', authorityId: 'gxt', overdue: false } },
    });
    expect(countAgain(aCase(), calendars, now)).toBeNull();
    expect(countAgain(aCase(), corrected({ holidays: ['2026-06-01'] }), now)).toMatchObject({
      state: { dueAt, calendarEdition: 3, revision: 1 },
      event: null,
    });
    expect(countAgain(emergency(), holiday, now)).toBeNull();
    expect(countAgain(aCase({ status: 'WITHDRAWN' }), holiday, now)).toBeNull();
  });

  it('[R12.8] is no longer silent when a corrected calendar gives it more time, and may become so again', () => {
    const group: Competence = { organisationId: 'ldxz', role: 'LEADING_GROUP' };
    const silent = escalate(aCase(), group, later)!.state;
    const counted = countAgain(silent, holiday, later)!;
    expect(counted).toMatchObject({
      state: { overdueAt: null, escalatedTo: null },
      event: { data: { overdue: false, formerlyOverdue: true } },
    });
    expect(escalate(counted.state, group, later)).toBeNull();
    expect(escalate(counted.state, group, new Date('2026-03-10T16:00:00.000Z'))).not.toBeNull();
    expect(countAgain(silent, holiday, new Date('2026-03-11T01:00:00Z'))!.state.overdueAt).toBe(silent.overdueAt);
  });

  it('[R4.5] moves an open case with the role', () => {
    expect(moved(aCase(), province, now)).toBeNull();
    expect(moved(aCase(), null, now)).toBeNull();
    expect(moved(aCase({ status: 'CONSENTED' }), successor, now)).toBeNull();
    expect(moved(aCase(), successor, now)).toMatchObject({
      state: { authorityId: 'sjj', formerAuthorities: [{ authorityId: 'gxt' }] },
      event: { data: { authorityId: 'sjj', formerAuthorityId: 'gxt' } },
    });
  });
});

describe('knowing of it', () => {
  const other = by({ departmentId: 'ybj' });
  it.each([
    ['the provider', by({ roles: ['SUBMITTER'] }), 'PROPOSED', true],
    ['the authority', authority, 'PROPOSED', true],
    ['the body that is competent now', { ...authority, departmentId: 'sjj', roles: ['REVIEWER'] }, 'PROPOSED', true],
    ['the other party before the answer', other, 'PROPOSED', false],
    ['the other party before the answer, though it oversees', { ...authority, departmentId: 'ybj' }, 'PROPOSED', false],
    ['the other party of what was taken back', other, 'WITHDRAWN', false],
    ['the other party of a consent', other, 'CONSENTED', true],
    ['the other party of a non-consent', other, 'NOT_CONSENTED', true],
    ['the auditor', by({ departmentId: 'sjt', roles: ['AUDITOR'] }), 'PROPOSED', true],
    ['the operator', by({ departmentId: 'dsj', roles: ['PLATFORM_OPERATOR'] }), 'PROPOSED', false],
    ['another department', by({ departmentId: 'wjw' }), 'CONSENTED', false],
  ] as const)('[R12.5] %s', (_who, who, status, known) => {
    expect(isKnownTo(aCase({ status }), ['460000', '460000'], successor, who)).toBe(known);
  });
});
