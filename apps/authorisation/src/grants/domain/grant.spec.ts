import type { ResourceState } from '@qiongtong/contracts';
import type { GrantScope } from '@qiongtong/regulation';
import { aPrincipal } from '@qiongtong/testing';
import { relinquish, revoke, revokeWithConsent } from './ending';
import { ancestors, descendants, grantState, issue, seenBy, type Cause, type Grant } from './grant';
import { checkedScope, checkPeriod, checkSystems, type AskedScope } from './scope';

const now = new Date('2026-03-02T01:00:00Z');
const by = aPrincipal;
const scope: GrantScope = {
  resourceId: '203000-000001',
  providerId: 'mzt',
  holderId: 'ybj',
  recipientOwnerId: null,
  items: ['aidNo', 'monthlyAmount'],
  rowFilter: { item: 'headIdNo', op: 'eq', value: '460100199001011234' },
  mask: {},
  actions: ['query'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'required',
  scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
  limits: {},
};
const aGrant = (id: string, parent: Grant | null = null, over: Partial<Grant> = {}): Grant => ({
  ...issue(
    scope,
    { id, parent, origin: { kind: 'sharing-application', id: 's1' }, rulePack: 'HN-2014-176@1', by: 'chen' },
    now,
  ).state,
  ...over,
});
const misuse: Cause = { ground: 'MISUSE', statutoryBasis: [], narrative: '超范围使用' };

describe('issuing a grant', () => {
  it('[R12.7] takes the scope that was decided and tells no value of its row filter', () => {
    const { state, event } = issue(
      scope,
      {
        id: 'g1',
        parent: null,
        origin: { kind: 'sharing-application', id: 's1' },
        rulePack: 'HN-2014-176@1',
        by: 'chen',
      },
      now,
    );
    expect(grantState(state)).toEqual({
      ...scope,
      id: 'g1',
      version: 1,
      parentId: null,
      status: 'ACTIVE',
      rulePack: 'HN-2014-176@1',
      ground: null,
    });
    expect(event.data).toMatchObject({ grantId: 'g1', rowsRestricted: true });
    expect(JSON.stringify(event)).not.toContain('460100199001011234');
  });

  it('[R13.2] keeps its place in the chain', () => {
    const root = aGrant('g1');
    const child = aGrant('g2', root);
    expect([root.rootId, root.depth, child.parentId, child.rootId, child.depth]).toEqual(['g1', 0, 'g1', 'g1', 1]);
  });
});

describe('revoking a grant', () => {
  const root = aGrant('g1');
  const [child, other] = [aGrant('g2', root), aGrant('g3', root)];
  const grandchild = aGrant('g4', child);
  const chain = [grandchild, other, child, root];

  it.each([
    ['[R13.2] the holder asks', root, misuse, by({ departmentId: 'ybj' }), 'grant.not_provider'],
    ['a submitter of the provider asks', root, misuse, by({ roles: ['SUBMITTER'] }), 'access.role_required'],
    ['it was revoked before', { ...root, status: 'REVOKED' as const }, misuse, by(), 'grant.already_ended'],
    ['it has expired', { ...root, status: 'EXPIRED' as const }, misuse, by(), 'grant.already_ended'],
    [
      '[R10.4] the ground is statutory',
      root,
      { ...misuse, ground: 'STATUTORY' as const },
      by(),
      'grant.consent_needed',
    ],
  ])('is refused when %s', (_when, grant, revocation, who, code) => {
    expect(() => revoke(grant, [grant], revocation, who, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R13.2] takes everything derived with it, and says because of what', () => {
    const ended = revoke(root, chain, misuse, by(), now);
    expect(
      ended.map(({ state, event }) => [
        state.id,
        state.status,
        state.revision,
        (event!.data as { becauseOf: unknown }).becauseOf,
      ]),
    ).toEqual([
      ['g1', 'REVOKED', 2, null],
      ['g3', 'REVOKED', 2, 'g1'],
      ['g2', 'REVOKED', 2, 'g1'],
      ['g4', 'REVOKED', 2, 'g1'],
    ]);
    expect(grantState(ended[0]!.state).ground).toBe('MISUSE');
  });

  it('[R13.2] of a link leaves what is above and beside it', () => {
    expect(revoke(child, chain, misuse, by(), now).map(({ state }) => state.id)).toEqual(['g2', 'g4']);
  });

  it('does not end again what has ended', () => {
    const ended = chain.map((g) => (g.id === 'g2' ? { ...g, status: 'REVOKED' as const } : g));
    expect(revoke(root, ended, misuse, by(), now).map(({ state }) => state.id)).toEqual(['g1', 'g3', 'g4']);
  });

  it('[R10.4] on a statutory ground is what the authority consented to', () => {
    const statutoryBasis = [{ law: '个人信息保护法', article: '第六条', quotation: '最小范围' }];
    const consented = { caseId: 'c1', statutoryBasis, narrative: '法律修订', proposedBy: 'chen' };
    const [{ state, event }] = revokeWithConsent(root, chain, consented, now) as [{ state: Grant; event: object }];
    expect(state.revocation).toMatchObject({ ground: 'STATUTORY', statutoryBasis, by: 'chen' });
    expect(JSON.stringify(event)).not.toMatch(/最小范围|法律修订/);
  });

  it('[R13.1] is the holder’s way to give it back, with what it passed on', () => {
    const holder = by({ departmentId: 'ybj' });
    expect(() => relinquish(root, chain, '不再需要', by(), now)).toThrow(
      expect.objectContaining({ code: 'grant.not_holder' }),
    );
    const given = relinquish(root, chain, '不再需要', holder, now);
    expect(given.map(({ state, event }) => [state.revocation!.ground, event!.type.split('.')[1]])).toEqual([
      ['RELINQUISHED', 'grant-relinquished'],
      ['RELINQUISHED', 'grant-revoked'],
      ['RELINQUISHED', 'grant-revoked'],
      ['RELINQUISHED', 'grant-revoked'],
    ]);
    expect(() => relinquish(given[0]!.state, chain, '…', holder, now)).toThrow(
      expect.objectContaining({ code: 'grant.already_ended' }),
    );
  });

  it('[R12.5] shows the holder nothing of what is put before the authority', () => {
    const asked = aGrant('g1', null, { proposals: [{ caseId: 'c1', kind: 'GRANT_REVOCATION' }] });
    expect(seenBy(asked, by({ departmentId: 'ybj' })).proposals).toEqual([]);
    expect(seenBy(asked, by()).proposals).toHaveLength(1);
  });

  it('finds its way up and down', () => {
    expect(ancestors(grandchild, chain).map((g) => g.id)).toEqual(['g2', 'g1']);
    expect(
      descendants(root, chain)
        .map((g) => g.id)
        .sort(),
    ).toEqual(['g2', 'g3', 'g4']);
  });
});

describe('a scope', () => {
  const item = (code: string, type: 'C' | 'I') => ({
    code,
    name: code,
    type,
    key: false,
    required: false,
    sensitive: false,
    queryable: true,
  });
  const resource = {
    id: '203000-000001',
    items: [item('aidNo', 'C'), item('persons', 'I')],
  } as unknown as ResourceState;
  const asked = (over: Partial<AskedScope>): AskedScope => ({
    ...scope,
    items: ['aidNo', 'persons'],
    rowFilter: null,
    ...over,
  });

  it.each([
    ['an item the resource does not have', { items: ['salary'] }, 'application.items_unknown'],
    ['a mask on an item not asked for', { items: ['aidNo'], mask: { persons: 'full' } }, 'application.mask_invalid'],
    [
      'a row filter on an unknown item',
      { rowFilter: { item: 'salary', op: 'eq', value: '1' } },
      'application.row_filter_invalid',
    ],
    [
      'a row filter of the wrong type',
      { rowFilter: { item: 'persons', op: 'gt', value: 'many' } },
      'application.row_filter_invalid',
    ],
  ] as const)('[R12.2] is refused with %s', (_with, over, code) => {
    expect(() => checkedScope(asked(over), resource)).toThrow(expect.objectContaining({ code }));
  });

  it('[R12.2] says where in the filter it is wrong', () => {
    const rowFilter = { all: [{ item: 'persons', op: 'gt', value: 'many' }] } as const;
    expect(() => checkedScope(asked({ rowFilter }), resource)).toThrow(
      expect.objectContaining({
        details: { errors: [expect.objectContaining({ pointer: '/rowFilter/all/0/value' })] },
      }),
    );
  });

  it('keeps the values of its filter in the items’ own form', () => {
    expect(checkedScope(asked({ rowFilter: { item: 'persons', op: 'gt', value: '3' } }), resource).rowFilter).toEqual({
      item: 'persons',
      op: 'gt',
      value: 3,
    });
  });

  it.each([
    ['ends before it begins', '2026-04-01T00:00:00.000Z', '2026-03-31T00:00:00.000Z'],
    ['is over', '2025-03-01T00:00:00.000Z', '2026-03-02T01:00:00.000Z'],
    ['is longer than five years', '2026-03-01T00:00:00.000Z', '2031-03-01T00:00:00.001Z'],
  ])('[R12.2] is refused when its period %s', (_when, from, until) => {
    expect(() => checkPeriod({ from, until }, now)).toThrow(
      expect.objectContaining({ code: 'application.period_invalid' }),
    );
  });

  it.each([
    ['is unknown', []],
    ['acts for another department', [{ id: 's', departmentId: 'wjw', ownerId: 'ybj', status: 'ACTIVE' }]],
    ['is run by somebody else', [{ id: 's', departmentId: 'ybj', ownerId: 'yunfan', status: 'ACTIVE' }]],
    ['is retired', [{ id: 's', departmentId: 'ybj', ownerId: 'ybj', status: 'RETIRED' }]],
  ])('[R13.1] is refused when a system it names %s', (_when, known) => {
    expect(() => checkSystems(['s'], known, { departmentId: 'ybj', ownerId: 'ybj' })).toThrow(
      expect.objectContaining({ code: 'application.system_invalid', details: { about: ['s'] } }),
    );
  });
});
