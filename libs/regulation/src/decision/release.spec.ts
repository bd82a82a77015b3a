import type { PermitState } from '@qiongtong/contracts';
import { aGrant, anOrganisation, aPermit, aResource, aStop } from '@qiongtong/testing';
import { answer, now, policyOf, worldOf, type World } from '../../test/world';
import { decideRelease, releaseUse, type Freshness } from '..';

/** Asks for the release of one permit in a world. */
function ask(permit: Partial<PermitState>, world: Partial<World> = {}, freshness?: Freshness, at = now) {
  const policy = policyOf(worldOf(world));
  policy.apply('policy.permits', 'p1', aPermit(permit));
  return decideRelease(policy, 'p1', at, freshness);
}
const RESOURCE = '203000-000001';
const held: Partial<PermitState> = { publisherId: 'mzj', grantId: 'g1' };
const grants = (over = {}) => ({ grants: [aGrant(over)] });
const resources = (over = {}) => ({ resources: [aResource(over)] });

describe('a release to society', () => {
  it('[R13.3] is permitted with exactly the items of the permit, in the order of the entry', () => {
    expect(ask({ items: ['registeredOn', 'certNo'], mask: { certNo: 'full' } })).toEqual({
      effect: 'permit',
      basis: 'permit',
      grantId: null,
      permitId: 'p1',
      requirement: 'R13.3',
      obligations: { items: ['certNo', 'registeredOn'], rowFilter: null, mask: { certNo: 'full' }, limits: {} },
    });
  });

  it('[R13.3] keeps the rows of the permit', () => {
    const rowFilter = { item: 'regionCode', op: 'eq', value: '460100' } as const;
    expect(ask({ rowFilter })).toMatchObject({ obligations: { rowFilter } });
  });

  it.each<[string, Partial<PermitState>, string[]]>([
    ['is withdrawn', { status: 'REVOKED' }, ['publication.ended']],
    ['has expired', { status: 'EXPIRED' }, ['publication.ended']],
    ['is over', { period: { from: '2026-01-01', until: '2026-03-02' } }, ['publication.ended']],
    ['has not begun', { period: { from: '2026-03-03', until: '2027-01-01' } }, ['publication.not_begun']],
    ['has a period that cannot be read', { period: { from: 'soon', until: 'later' } }, ['publication.not_begun']],
    ['names an item that the entry has not', { items: ['certNo', 'gone'] }, ['items_unknown']],
    ['names no item', { items: [] }, ['items_unknown']],
    ['is for an unknown resource', { resourceId: 'none' }, ['resource_unknown']],
    ['is of an unknown publisher', { publisherId: 'nobody' }, ['caller_unknown', 'no_grant']],
  ])('[R13.3] is denied when the permit %s', (_when, permit, codes) => {
    expect(answer(ask(permit))).toEqual(codes);
  });

  it('[R13.3] is denied without a permit', () => {
    expect(answer(decideRelease(policyOf(worldOf()), 'p1', now))).toEqual(['publication.not_found']);
  });

  it('[R13.3] ends with the last moment of its period, not after it', () => {
    const period = { from: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z' };
    expect(ask({ period }, {}, 'fresh', new Date('2026-03-01T00:00:00Z')).effect).toBe('permit');
    expect(ask({ period }, {}, 'fresh', new Date('2026-03-01T23:59:59.999Z')).effect).toBe('permit');
    expect(ask({ period }, {}, 'fresh', new Date('2026-03-02T00:00:00Z')).effect).toBe('deny');
  });

  it.each<[string, Partial<World>, string[]]>([
    ['stopped', { stops: [aStop({ target: 'resource', targetId: RESOURCE })] }, ['stopped']],
    ['suspended', resources({ status: 'SUSPENDED' }), ['resource_suspended']],
    ['withdrawn', resources({ status: 'WITHDRAWN' }), ['resource_not_published']],
    ['not shared', resources({ sharingType: 'NOT_SHARED' }), ['not_shared']],
    ['geographic information', resources({ specialRegime: 'GEOGRAPHIC_INFORMATION' }), ['special_regime']],
    ['public-security video', resources({ specialRegime: 'PUBLIC_SECURITY_VIDEO' }), ['special_regime']],
    ['not hosted', resources({ deliveryMode: 'EXCHANGE_CHANNEL' }), ['delivery_elsewhere']],
  ])('[R13.3] [R22.2] is denied when the resource is %s', (_what, world, codes) => {
    expect(answer(ask({}, world))).toEqual(codes);
  });

  it('[R13.3] needs the permit for an unconditional resource as well', () => {
    expect(answer(ask({ resourceId: 'free' }))).toBe('permit');
    expect(answer(ask({ resourceId: 'free', status: 'REVOKED' }))).toEqual(['publication.ended']);
    expect(answer(ask({ resourceId: 'free', publisherId: 'mzj' }))).toBe('permit');
  });

  it.each<[string, Partial<World>, string[]]>([
    ['stopped', { stops: [aStop({ target: 'organisation', targetId: 'mzt' })] }, ['stopped']],
    ['abolished', { organisations: [anOrganisation({ id: 'mzt', status: 'ABOLISHED' })] }, ['organisation_inactive']],
  ])('[R13.3] is denied when its publisher is %s', (_what, world, codes) => {
    expect(answer(ask({}, world))).toEqual(codes);
  });

  it('[R11.5] a provider publishes its own whether it is admitted or not', () => {
    const organisations = [anOrganisation({ id: 'mzt', admission: 'NONE', pledgeVersion: null })];
    expect(answer(ask({}, { organisations }))).toBe('permit');
  });
});

describe('a release by a department that obtained the data', () => {
  it('[R13.3] stands while its grant stands', () => {
    expect(answer(ask(held, grants()))).toBe('permit');
    expect(ask(held, grants())).toMatchObject({ grantId: 'g1', permitId: 'p1' });
  });

  it.each<[string, Partial<PermitState>, Partial<World>, string[]]>([
    ['names no grant', { publisherId: 'mzj' }, grants(), ['no_grant']],
    ['names an unknown grant', { ...held, grantId: 'none' }, grants(), ['grant_not_active']],
    ['rests on a revoked grant', held, grants({ status: 'REVOKED' }), ['grant_not_active']],
    ['rests on a suspended grant', held, grants({ status: 'SUSPENDED' }), ['grant_not_active']],
    ['rests on the grant of another', held, grants({ holderId: 'zgt' }), ['grant_not_active']],
    ['rests on the grant of a third party', held, grants({ recipientOwnerId: 'vendor' }), ['grant_not_active']],
    ['rests on a grant for something else', held, grants({ resourceId: 'free' }), ['grant_not_active']],
    ['names items beyond the grant', { ...held, items: ['personName'] }, grants(), ['publication.wider_than_grant']],
    ['shows what the grant masks', held, grants({ mask: { certNo: 'full' } }), ['publication.wider_than_grant']],
    [
      'shows rows beyond the grant',
      held,
      grants({ rowFilter: { item: 'regionCode', op: 'eq', value: '460100' } }),
      ['publication.wider_than_grant'],
    ],
    [
      'rests on a stopped grant',
      held,
      { ...grants(), stops: [aStop({ target: 'grant', targetId: 'g1' })] },
      ['stopped'],
    ],
    [
      'rests on a grant that is over',
      { ...held, period: { from: '2026-01-01', until: '2026-12-01' } },
      grants({ period: { from: '2026-01-01', until: '2026-03-01' } }),
      ['grant_outside_period', 'publication.wider_than_grant'],
    ],
    [
      'is of a department that may not use',
      held,
      { ...grants(), organisations: [anOrganisation({ admission: 'SUSPENDED' })] },
      ['admission_suspended'],
    ],
  ])('[R13.3] is denied when the permit %s', (_when, permit, world, codes) => {
    expect(answer(ask(permit, world))).toEqual(codes);
  });

  it('[R13.2] [R13.3] falls with a grant further up the chain', () => {
    const above = (status: 'ACTIVE' | 'REVOKED') => ({
      organisations: [anOrganisation({ id: 'zgt' })],
      grants: [aGrant({ id: 'g0', holderId: 'zgt', status }), aGrant({ parentId: 'g0' })],
    });
    expect(answer(ask(held, above('ACTIVE')))).toBe('permit');
    expect(answer(ask(held, above('REVOKED')))).toEqual(['transfer_chain_broken']);
  });
});

describe('a release of derived data', () => {
  const derived = (over = {}): Partial<World> => ({
    resources: [
      aResource({ derivedFrom: ['near'] }),
      aResource({ id: 'near', providerId: 'zgt', derivedFrom: ['far', RESOURCE], ...over }),
      aResource({ id: 'far', providerId: 'jyt' }),
    ],
  });

  it('[R13.6] needs the consent of the provider of every origin, near and far', () => {
    expect(answer(ask({ origins: ['near', 'far'] }, derived()))).toBe('permit');
    expect(ask({ origins: ['near'] }, derived())).toMatchObject({
      reasons: [{ code: 'publication.origin_not_consented', requirement: 'R13.6', about: ['far'] }],
    });
    expect(answer(ask({}, derived()))).toEqual(['publication.origin_not_consented']);
  });

  it.each([
    ['withdrawn', { status: 'WITHDRAWN' }],
    ['no longer shared', { sharingType: 'NOT_SHARED' }],
    ['put under a special regime', { specialRegime: 'GEOGRAPHIC_INFORMATION' }],
  ])('[R13.6] is denied when an origin is %s', (_what, over) => {
    expect(answer(ask({ origins: ['near', 'far'] }, derived(over)))).toEqual(['publication.origin_not_consented']);
  });

  it('[R13.6] is denied when an origin is stopped or not known, or there are too many', () => {
    const origins = ['near', 'far'];
    const stops = [aStop({ target: 'resource', targetId: 'far' })];
    expect(answer(ask({ origins }, { ...derived(), stops }))).toEqual(['publication.origin_not_consented']);
    expect(answer(ask({ origins }, { resources: [aResource({ derivedFrom: ['near'] })] }))).toEqual([
      'publication.origin_not_consented',
    ]);
    const many = Array.from({ length: 70 }, (_, i) => `o${i}`);
    const resources = [aResource({ derivedFrom: many }), ...many.map((id) => aResource({ id }))];
    expect(answer(ask({ origins: many }, { resources }))).toEqual(['publication.origin_not_consented']);
    const fewer = many.slice(0, 60);
    expect(
      answer(ask({ origins: fewer }, { resources: [aResource({ derivedFrom: fewer }), ...resources.slice(1)] })),
    ).toBe('permit');
  });
});

describe('a reason for no release', () => {
  const stopped = (target: 'grant' | 'organisation', targetId: string) => ({ stops: [aStop({ target, targetId })] });
  const past = { from: '2026-01-01', until: '2026-03-02T10:00:00+08:00' };
  const ahead = { from: '2026-03-03', until: '2026-04-01' };
  it.each<[string, Partial<PermitState>, Partial<World>, string, string]>([
    ['the permit that is over at this instant', { period: past }, {}, 'publication.ended', 'p1'],
    ['the permit that has not begun', { period: ahead }, {}, 'publication.not_begun', 'p1'],
    ['the resource nobody knows', { resourceId: 'x' }, {}, 'access.resource_unknown', 'x'],
    [
      'what is delivered elsewhere',
      {},
      resources({ deliveryMode: 'EXCHANGE_CHANNEL' }),
      'access.delivery_elsewhere',
      RESOURCE,
    ],
    ['the publisher nobody knows', { publisherId: 'x' }, {}, 'access.caller_unknown', 'x'],
    ['the publisher under a stop', {}, stopped('organisation', 'mzt'), 'access.stopped', 'organisation:mzt'],
    [
      'the publisher that is gone',
      {},
      { organisations: [anOrganisation({ id: 'mzt', status: 'ABOLISHED' })] },
      'access.organisation_inactive',
      'mzt',
    ],
    ['the resource without grant', { publisherId: 'mzj' }, {}, 'access.no_grant', RESOURCE],
    ['the grant that is none', held, {}, 'access.grant_not_active', 'g1'],
    ['the grant under a stop', held, { ...grants(), ...stopped('grant', 'g1') }, 'access.stopped', 'grant:g1'],
    ['the grant that is over', held, grants({ period: past }), 'access.grant_outside_period', 'g1'],
  ])('names %s', (_what, permit, world, code, about) => {
    const decision = ask(permit, world);
    expect(decision.effect === 'deny' && decision.reasons[0]).toMatchObject({ code, about: [about] });
  });

  it('names a permit that nobody knows', () => {
    expect(decideRelease(policyOf(worldOf()), 'p9', now)).toMatchObject({ reasons: [{ about: ['p9'] }] });
  });

  it('names origins in order, and no more than are looked at', () => {
    const many = Array.from({ length: 70 }, (_, i) => `o${99 - i}`);
    const decision = ask({}, { resources: [aResource({ derivedFrom: many })] });
    const about = decision.effect === 'deny' ? decision.reasons[0]!.about! : [];
    expect(about).toHaveLength(64);
    expect(about).toEqual([...about].sort());
    const two = ask({}, { resources: [aResource({ derivedFrom: ['a', 'b'] })] });
    expect(two).toMatchObject({ reasons: [{ about: ['a', 'b'] }] });
  });
});

describe('what cannot be decided', () => {
  it.each(['stale', 'future'] as const)('[R14.7] is not released while the policy is %s', (freshness) => {
    expect(ask({}, {}, freshness)).toMatchObject({
      effect: 'indeterminate',
      reasons: [{ code: 'access.policy_stale', about: [freshness] }],
    });
  });

  it('[R14.7] is not released under a permit of another shape', () => {
    expect(ask({ items: undefined as never })).toMatchObject({
      effect: 'indeterminate',
      reasons: [{ code: 'access.policy_unreadable' }],
    });
  });
});

describe('a release as a use', () => {
  it('[R13.4] is named as one of the publisher, by nobody in particular', () => {
    expect(releaseUse(aPermit({ publisherId: 'mzj' }))).toMatchObject({
      departmentId: 'mzj',
      systemId: null,
      officerId: null,
      officerAsserted: false,
      address: null,
      action: 'batch',
      items: ['certNo', 'registeredOn'],
    });
  });
});
