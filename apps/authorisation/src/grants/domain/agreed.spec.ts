import type { GrantScope } from '@qiongtong/regulation';
import { amendAsAgreed, checkAmendable } from './agreed';
import { grantState, issue, scopeOf, type Grant } from './grant';
import { changed } from './narrowing';

const now = new Date('2026-03-02T01:00:00Z');
const scope: GrantScope = {
  resourceId: '203000-000001',
  providerId: 'mzt',
  holderId: 'ybj',
  recipientOwnerId: null,
  items: ['aidNo', 'status'],
  rowFilter: { item: 'status', op: 'eq', value: '1' },
  mask: { status: 'full' },
  actions: ['query', 'batch'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'required',
  scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
  limits: { rowsPerDay: 100 },
};
const origin = { kind: 'sharing-application', id: 's1' } as const;
const aGrant = (over: Partial<Grant> = {}): Grant => ({
  ...issue(scope, { id: 'g1', parent: null, origin, rulePack: 'HN-2014-176@1', by: 'chen' }, now).state,
  ...over,
});
const derived = (id: string, parent: Grant, over: Partial<Grant> = {}): Grant => ({
  ...issue(
    { ...scope, holderId: 'wjw' },
    { id, parent, origin: { kind: 'onward-transfer', id: 't1' }, rulePack: 'HN-2014-176@1', by: 'chen' },
    now,
  ).state,
  ...over,
});
const agreed = (to: Partial<GrantScope>, from: GrantScope = scope) => ({
  agreementId: 'v2',
  version: 2,
  digest: 'd',
  from,
  to: { ...scope, ...to },
  reason: '业务调整',
  by: 'wang',
});
const code = (c: string) => expect.objectContaining({ code: c });

describe('what an amendment would change', () => {
  it.each<[string, Partial<GrantScope>, string[], string[]]>([
    ['more items', { items: ['aidNo', 'status', 'persons'] }, [], ['items']],
    ['fewer items', { items: ['aidNo'], mask: {} }, ['items'], []],
    ['no row filter', { rowFilter: null }, [], ['rowFilter']],
    ['no mask', { mask: {} }, [], ['mask']],
    ['another action', { actions: ['query', 'verify'] }, ['actions'], ['actions']],
    ['another purpose', { purposes: ['medical-aid.audit'] }, ['purposes'], ['purposes']],
    ['no matter number', { matterNumber: 'optional' }, [], ['matterNumber']],
    ['everybody', { scopeOfKnowledge: { units: [], posts: [], officers: [] } }, [], ['scopeOfKnowledge']],
    ['one system', { systems: ['s1'] }, ['systems'], []],
    ['a longer period', { period: { ...scope.period, until: '2028-03-01T00:00:00.000Z' } }, [], ['period']],
    ['no limit', { limits: {} }, [], ['limits']],
  ])('[R12.6] [R10.4] is said of %s', (_what, to, narrowed, widened) => {
    expect(checkAmendable(aGrant(), changed(scopeOf(aGrant()), to), now)).toEqual({ narrowed, widened });
  });

  it.each([
    ['nothing changes', aGrant(), {}, 'agreement.nothing_amended'],
    ['nothing would be left', aGrant(), { items: [] }, 'grant.nothing_left'],
    ['it would be over', aGrant(), { period: { ...scope.period, until: now.toISOString() } }, 'grant.nothing_left'],
    ['it has ended', aGrant({ status: 'REVOKED' }), { items: ['aidNo'] }, 'grant.already_ended'],
    ['its period is over', aGrant({ status: 'EXPIRED' }), { items: ['aidNo'] }, 'grant.already_ended'],
  ])('[R12.6] is refused when %s', (_when, grant, to, refused) => {
    expect(() => checkAmendable(grant, { ...scope, ...to }, now)).toThrow(code(refused));
  });
});

describe('an amendment that both sides have accepted', () => {
  it('[R12.6] [R12.7] makes the grant what the agreement says, and names it', () => {
    const to = { items: ['aidNo', 'persons'], mask: {}, matterNumber: 'optional' as const };
    const [{ state, event }] = amendAsAgreed(aGrant(), [aGrant()], agreed(to), now) as [
      ReturnType<typeof amendAsAgreed>[0],
    ];
    expect(grantState(state)).toMatchObject({ ...to, status: 'ACTIVE', ground: 'AGREED', version: 2 });
    expect(state.amendment).toMatchObject({ ground: 'AGREED', agreementId: 'v2', by: 'wang', narrowed: ['items'] });
    expect(event).toMatchObject({
      type: 'authorisation.grant-amended-by-agreement.v1',
      key: 'g1',
      data: {
        agreementId: 'v2',
        agreementVersion: 2,
        digest: 'd',
        narrowed: ['items'],
        widened: ['items', 'matterNumber'],
        revision: 2,
      },
    });
    expect(JSON.stringify(event)).not.toContain('业务调整');
  });

  it('[R13.5] leaves a suspension as it is', () => {
    const suspension = {
      ground: 'MISUSE',
      statutoryBasis: [],
      narrative: '',
      by: 'chen',
      at: '',
      until: '2026-04-01T00:00:00.000Z',
      caseId: null,
    } as const;
    const suspended = aGrant({ status: 'SUSPENDED', suspension });
    expect(amendAsAgreed(suspended, [suspended], agreed({ rowFilter: null }), now)[0]!.state).toMatchObject({
      status: 'SUSPENDED',
      suspension,
    });
  });

  it.each([
    ['narrowed', aGrant({ items: ['aidNo'], mask: {} })],
    ['renewed', aGrant({ period: { ...scope.period, until: '2029-01-01T00:00:00.000Z' } })],
  ])('[R10.4] does not take effect on a grant that was %s meanwhile', (_what, grant) => {
    expect(() => amendAsAgreed(grant, [grant], agreed({ rowFilter: null }), now)).toThrow(
      code('agreement.grant_changed'),
    );
  });

  it.each(['REVOKED', 'EXPIRED'] as const)('[R12.6] does not take effect on a grant that is %s', (status) => {
    const grant = aGrant({ status });
    expect(() => amendAsAgreed(grant, [grant], agreed({ rowFilter: null }), now)).toThrow(code('grant.already_ended'));
  });

  it('[R12.6] does not take effect when its period has passed before', () => {
    const to = { period: { ...scope.period, until: '2026-03-05T00:00:00.000Z' } };
    const later = new Date('2026-03-06T00:00:00Z');
    expect(() => amendAsAgreed(aGrant(), [aGrant()], agreed(to), later)).toThrow(code('grant.nothing_left'));
  });

  it('[R13.2] narrows what was derived, ends what has nothing left, and widens nothing below', () => {
    const root = aGrant();
    const inside = derived('g2', root, { items: ['aidNo'], mask: {} });
    const partly = derived('g3', root);
    const none = derived('g4', partly, { items: ['status'] });
    const outcome = amendAsAgreed(
      root,
      [root, inside, partly, none],
      agreed({ items: ['aidNo', 'persons'], mask: {} }),
      now,
    );
    expect(outcome.map(({ state }) => [state.id, state.status, state.items])).toEqual([
      ['g1', 'ACTIVE', ['aidNo', 'persons']],
      ['g3', 'ACTIVE', ['aidNo']],
      ['g4', 'REVOKED', ['status']],
    ]);
    expect(outcome[1]!.event).toMatchObject({
      type: 'authorisation.grant-amended.v1',
      data: { ground: 'AGREED', becauseOf: 'g1' },
    });
    expect(outcome[2]!.event).toMatchObject({
      type: 'authorisation.grant-revoked.v1',
      data: { ground: 'RELINQUISHED', becauseOf: 'g1' },
    });
  });

  it('a renewal that was asked for is kept only while it would be longer', () => {
    const renewal = { until: '2027-06-01T00:00:00.000Z', reason: '', by: 'wang', at: '' };
    const asked = aGrant({ renewal });
    const until = (end: string) => agreed({ period: { ...scope.period, until: end } });
    const after = (end: string) => amendAsAgreed(asked, [asked], until(end), now)[0]!.state.renewal;
    expect([after('2027-05-01T00:00:00.000Z'), after('2027-06-01T00:00:00.000Z')]).toEqual([renewal, null]);
  });
});
