import { scopeWithin, type GrantScope } from '@qiongtong/regulation';
import { aPrincipal } from '@qiongtong/testing';
import { grantState, issue, type Cause, type ChangedGrant, type Consented, type Grant, type Narrowing } from './grant';
import { checkMayBeNarrowed, narrow, narrowedInto, narrowWithConsent } from './narrowing';
import { resume, resumeInTime, suspend, suspendInEmergency, suspendWithConsent, withoutConsent } from './suspension';

const now = new Date('2026-03-02T01:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
const until = days(10).toISOString();
const by = aPrincipal;
const holder = by({ officerId: 'wang', departmentId: 'ybj' });
const scope: GrantScope = {
  resourceId: '203000-000001',
  providerId: 'mzt',
  holderId: 'ybj',
  recipientOwnerId: null,
  items: ['aidNo', 'amount', 'status'],
  rowFilter: null,
  mask: { amount: 'full' },
  actions: ['query', 'batch'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'optional',
  scopeOfKnowledge: { units: ['待遇处', '基金处'], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
  limits: { rowsPerDay: 100 },
};
const aGrant = (over: Partial<Grant> = {}, parent: Grant | null = null): Grant => ({
  ...issue(
    scope,
    { id: 'g1', parent, origin: { kind: 'sharing-application', id: 's1' }, rulePack: 'HN-2014-176@1', by: 'chen' },
    now,
  ).state,
  ...over,
});
const misuse: Cause = { ground: 'MISUSE', statutoryBasis: [], narrative: '批量下载' };
const statutoryCause: Cause = { ...misuse, ground: 'STATUTORY' };
const consented: Consented = {
  caseId: 'c1',
  statutoryBasis: [{ law: '个人信息保护法', article: '第六条', quotation: '最小范围' }],
  narrative: '…',
  proposedBy: 'chen',
};
const code = (c: string) => expect.objectContaining({ code: c });

describe('suspending a grant', () => {
  it.each([
    ['[R13.1] the holder', misuse, {}, holder, until, 'grant.not_provider'],
    ['a submitter', misuse, {}, by({ roles: ['SUBMITTER'] }), until, 'access.role_required'],
    ['[R10.4] the provider on a statutory ground', statutoryCause, {}, by(), until, 'grant.consent_needed'],
    ['the provider once it has ended', misuse, { status: 'REVOKED' }, by(), until, 'grant.already_ended'],
    ['the provider twice', misuse, { status: 'SUSPENDED' }, by(), until, 'grant.already_suspended'],
    ['[R13.5] the provider without an end', misuse, {}, by(), now.toISOString(), 'grant.suspension_period_invalid'],
  ] as const)('is refused to %s', (_who, cause, over, who, end, refused) => {
    expect(() => suspend(aGrant(over), cause, end, who, now)).toThrow(code(refused));
  });

  it('[R13.5] on misuse is a reasoned act with an end, at once', () => {
    const { state, event } = suspend(aGrant(), misuse, until, by(), now);
    expect(grantState(state)).toMatchObject({ status: 'SUSPENDED', ground: 'MISUSE', version: 2 });
    expect(event!.data).toMatchObject({ ground: 'MISUSE', until, emergency: false, by: 'chen' });
    const resumed = resumeInTime(state, days(10)).state;
    expect(grantState(resumed)).toMatchObject({ status: 'ACTIVE', ground: null, version: 3 });
  });

  it('is ended by the provider alone, and only where there is one', () => {
    const { state } = suspend(aGrant(), misuse, until, by(), now);
    expect(() => resume(state, holder, now)).toThrow(code('grant.not_provider'));
    expect(resume(state, by(), now).state).toMatchObject({ status: 'ACTIVE', suspension: null, unconfirmedAt: null });
    expect(() => resume(aGrant(), by(), now)).toThrow(code('grant.not_suspended'));
  });

  describe('in an emergency', () => {
    const emergency = () => suspendInEmergency(aGrant(), consented, until, now).state;

    it('[R10.4] takes effect before the authority has answered', () => {
      expect(emergency()).toMatchObject({
        status: 'SUSPENDED',
        suspension: { ground: 'STATUTORY', caseId: 'c1' },
        proposals: [{ caseId: 'c1', kind: 'GRANT_SUSPENSION' }],
      });
    });

    it('[R10.4] stays until its end once it is confirmed', () => {
      const { state } = suspendWithConsent(emergency(), consented, until, now);
      expect(state).toMatchObject({ status: 'SUSPENDED', suspension: { caseId: null, until }, proposals: [] });
      expect(resumeInTime(state, days(10)).state.unconfirmedAt).toBeNull();
    });

    it.each(['NOT_CONSENTED', 'LAPSED', 'WITHDRAWN'] as const)('[R10.4] resumes by itself when it is %s', (because) => {
      const { state, event } = withoutConsent(emergency(), 'c1', because, 'platform', now);
      expect(state).toMatchObject({ status: 'ACTIVE', suspension: null, proposals: [] });
      expect(event!.data).toMatchObject({ because });
    });

    it('[R10.4] that nobody confirmed is not taken again and again', () => {
      const { state } = withoutConsent(emergency(), 'c1', 'WITHDRAWN', 'chen', now);
      expect(() => suspendInEmergency(state, consented, until, days(1))).toThrow(code('grant.emergency_repeated'));
      const later = days(30);
      expect(suspendInEmergency(state, consented, days(40).toISOString(), later).state.status).toBe('SUSPENDED');
    });

    it('leaves nothing to confirm when the provider ends it first', () => {
      expect(resume(emergency(), by(), now).state).toMatchObject({
        proposals: [],
        unconfirmedAt: now.toISOString(),
      });
    });
  });

  describe('with the authority’s consent', () => {
    const waiting = (over: Partial<Grant> = {}) =>
      aGrant({ proposals: [{ caseId: 'c1', kind: 'GRANT_SUSPENSION', until }], ...over });

    it('[R10.4] begins with it', () => {
      const { state, event } = suspendWithConsent(waiting(), consented, until, now);
      expect(state).toMatchObject({ status: 'SUSPENDED', suspension: { ground: 'STATUTORY' }, proposals: [] });
      expect(event!.data).toMatchObject({ emergency: false, statutoryBasis: [{ article: '第六条' }] });
    });

    it('comes to nothing when its time is over, and shortens no other suspension', () => {
      expect(suspendWithConsent(waiting(), consented, until, days(11)).state).toMatchObject({
        status: 'ACTIVE',
        proposals: [],
      });
      const longer = suspend(waiting(), misuse, days(20).toISOString(), by(), now).state;
      expect(suspendWithConsent(longer, consented, until, now).state.suspension).toMatchObject({ ground: 'MISUSE' });
    });

    it('[R10.4] without it changes nothing', () => {
      const { state, event } = withoutConsent(waiting(), 'c1', 'NOT_CONSENTED', 'li', now);
      expect([state.status, state.proposals, state.unconfirmedAt, event]).toEqual(['ACTIVE', [], null, null]);
    });
  });
});

describe('narrowing a grant', () => {
  const less: Narrowing = { items: ['aidNo'] };

  it.each([
    ['items', { items: ['aidNo', 'amount', 'headIdNo'] }, ['items']],
    ['mask', { mask: {} }, ['mask']],
    ['actions', { actions: ['query', 'download'] }, ['actions']],
    ['purposes', { purposes: ['medical-aid.audit'] }, ['purposes']],
    ['scopeOfKnowledge', { scopeOfKnowledge: { units: [], posts: [], officers: [] } }, ['scopeOfKnowledge']],
    ['period', { period: { from: scope.period.from, until: '2028-01-01T00:00:00.000Z' } }, ['period']],
    ['limits', { limits: {} }, ['limits']],
  ] as const)('[R12.7] never widens it: %s', (_dimension, change, about) => {
    expect(() => narrow(aGrant(), [aGrant()], change as unknown as Narrowing, misuse, by(), now)).toThrow(
      expect.objectContaining({ code: 'grant.wider_than_granted', details: { about } }),
    );
  });

  it.each([
    ['[R10.4] it is on a statutory ground', less, statutoryCause, by(), 'grant.consent_needed'],
    ['[R13.1] the holder names misuse', less, misuse, holder, 'grant.not_provider'],
    [
      '[R13.1] the provider says that the holder asked',
      less,
      { ...misuse, ground: 'HOLDER_ASKED' as const },
      by(),
      'grant.not_holder',
    ],
    ['nothing becomes less', { items: scope.items }, misuse, by(), 'grant.nothing_narrowed'],
    ['nothing is left', { items: [] }, misuse, by(), 'grant.nothing_left'],
    [
      'its period would be over',
      { period: { ...scope.period, until: now.toISOString() } },
      misuse,
      by(),
      'grant.nothing_left',
    ],
  ] as const)('is refused when %s', (_when, change, cause, who, refused) => {
    expect(() => narrow(aGrant(), [aGrant()], change as Narrowing, cause, who, now)).toThrow(code(refused));
  });

  it('is refused once it has ended', () => {
    const ended = aGrant({ status: 'EXPIRED' });
    expect(() => checkMayBeNarrowed(ended, less, now)).toThrow(code('grant.already_ended'));
    expect(() => narrowWithConsent(ended, [ended], less, consented, now)).toThrow(code('grant.already_ended'));
  });

  it('[R10.4] keeps why, and drops masks of what is given no more', () => {
    const [{ state, event }] = narrow(aGrant(), [aGrant()], less, misuse, by(), now) as [ChangedGrant];
    expect(state).toMatchObject({ items: ['aidNo'], mask: {}, amendment: { ground: 'MISUSE', narrowed: ['items'] } });
    expect(grantState(state).ground).toBe('MISUSE');
    expect(event!.data).toMatchObject({ ground: 'MISUSE', narrowed: ['items'], becauseOf: null });
  });

  it('is what the holder may ask of itself at once', () => {
    const cause = { ...misuse, ground: 'HOLDER_ASKED' as const };
    expect(narrow(aGrant(), [aGrant()], less, cause, holder, now)[0]!.state.items).toEqual(['aidNo']);
  });

  it('[R13.2] narrows what was derived from it as far as it must, and ends what has nothing left', () => {
    const root = aGrant();
    const at = (id: string, parent: Grant, over: Partial<Grant>) => aGrant({ id, holderId: 'hk-mzj', ...over }, parent);
    const inside = at('g2', root, { items: ['aidNo'], mask: {} });
    const beyond = at('g3', root, {});
    const below = { ...at('g4', beyond, { items: ['aidNo', 'status'], mask: {} }), parentId: 'g3' };
    const lost = at('g5', root, { items: ['status'], mask: {} });
    const underLost = { ...at('g6', lost, { items: ['status'], mask: {} }), parentId: 'g5' };
    const chain = [underLost, lost, below, beyond, inside, root];
    const results = narrow(root, chain, less, misuse, by(), now);
    expect(Object.fromEntries(results.map(({ state }) => [state.id, [state.status, state.items]]))).toEqual({
      g1: ['ACTIVE', ['aidNo']],
      g3: ['ACTIVE', ['aidNo']],
      g4: ['ACTIVE', ['aidNo']],
      g5: ['REVOKED', ['status']],
      g6: ['REVOKED', ['status']],
    });
    expect(results.slice(1).map(({ event }) => (event!.data as { becauseOf: string }).becauseOf)).toEqual(
      Array(4).fill('g1'),
    );
  });

  it('[R13.1] narrows a third party’s grant as any other', () => {
    const vendors = aGrant({ recipientOwnerId: 'yunfan', systems: ['yunfan-aid'] });
    expect(narrow(vendors, [vendors], less, misuse, by(), now)[0]!.state.items).toEqual(['aidNo']);
  });

  it('[R10.4] with consent stays inside what the grant has become meanwhile', () => {
    const asked = aGrant({
      items: ['aidNo', 'status'],
      proposals: [{ caseId: 'c1', kind: 'GRANT_NARROWING', change: { items: ['aidNo', 'amount'] } }],
    });
    const [{ state }] = narrowWithConsent(asked, [asked], { items: ['aidNo', 'amount'] }, consented, now) as [
      ChangedGrant,
    ];
    expect(state).toMatchObject({ items: ['aidNo'], proposals: [], amendment: { ground: 'STATUTORY' } });
  });
});

describe('the common part of two scopes', () => {
  const inside = (over: Partial<GrantScope>, outer: Partial<GrantScope>) =>
    narrowedInto({ ...scope, ...over }, { ...scope, ...outer });
  const row = (value: number) => ({ item: 'amount', op: 'ge', value }) as const;
  const status = { item: 'status', op: 'eq', value: '1' } as const;

  it.each([
    ['rows of both', { rowFilter: status }, { rowFilter: row(1) }, { rowFilter: { all: [status, row(1)] } }],
    ['rows that are inside already', { rowFilter: row(5) }, { rowFilter: row(1) }, { rowFilter: row(5) }],
    ['rows of the outer', { rowFilter: null }, { rowFilter: row(1) }, { rowFilter: row(1) }],
    ['the same mask', { mask: {} }, { mask: { aidNo: 'phone' } }, { mask: { aidNo: 'phone' } }],
    ['another mask wholly', { mask: { aidNo: 'name' } }, { mask: { aidNo: 'phone' } }, { mask: { aidNo: 'full' } }],
    ['the matter number', {}, { matterNumber: 'required' }, { matterNumber: 'required' }],
    ['systems of one recipient', { systems: [] }, { systems: ['s1'] }, { systems: ['s1'] }],
    ['systems of another recipient', { systems: ['h1'], holderId: 'hk-mzj' }, { systems: ['s1'] }, { systems: ['h1'] }],
    ['the tighter limit', { limits: {} }, { limits: { rowsPerDay: 10 } }, { limits: { rowsPerDay: 10 } }],
  ] as const)('[R13.2] is %s', (_what, over, outer, expected) => {
    expect(inside(over as Partial<GrantScope>, outer as Partial<GrantScope>)).toMatchObject(expected);
    const to = inside(over as Partial<GrantScope>, outer as Partial<GrantScope>)!;
    expect(scopeWithin(to, { ...scope, ...(outer as Partial<GrantScope>) })).toEqual([]);
  });

  it.each([
    ['no item', { items: ['aidNo'] }, { items: ['status'] }],
    ['no purpose', {}, { purposes: ['x.y'] }],
    ['no action', { actions: ['query'] }, { actions: ['batch'] }],
    ['nobody', {}, { scopeOfKnowledge: { units: ['办公室'], posts: [], officers: [] } }],
    ['no system', { systems: ['s1'] }, { systems: ['s2'] }],
    ['no system that could be named', { systems: [], holderId: 'hk-mzj' }, { systems: ['s1'] }],
    ['no day', {}, { period: { from: scope.period.until, until: '2028-01-01T00:00:00.000Z' } }],
    ['another resource', {}, { resourceId: 'x' }],
  ] as const)('[R13.2] is nothing with %s in common', (_what, over, outer) => {
    expect(inside(over as Partial<GrantScope>, outer as Partial<GrantScope>)).toBeNull();
  });
});
