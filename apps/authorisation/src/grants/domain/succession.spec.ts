import type { Succession } from '@qiongtong/regulation';
import { now } from '../../../test/applications';
import { aBody, aDuty, aSuccession, bodies } from '../../../test/successions';
import { issue, type Grant } from './grant';
import { succeedChain } from './succession';

const EVERYBODY = { units: [], posts: [], officers: [] };
/** `ybj` holds what `mzt` provides. */
const aGrant = (over: Partial<Grant> = {}, parent: Grant | null = null): Grant => {
  const scope = {
    ...{ resourceId: 'r1', providerId: 'mzt', holderId: 'ybj', recipientOwnerId: null },
    ...{ items: ['aidNo'], rowFilter: null, mask: {}, actions: ['query'], purposes: ['aid.check'] },
    ...{ matterNumber: 'optional', scopeOfKnowledge: EVERYBODY, systems: [], limits: {} },
    period: { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
    ...over,
  } as Grant;
  const origin = { kind: 'sharing-application', id: 's1' } as const;
  const { state } = issue(scope, { id: over.id ?? 'g1', parent, origin, rulePack: 'HN-2014-176@1', by: 'chen' }, now);
  return { ...state, status: over.status ?? 'ACTIVE' };
};
const all = (over: Partial<Record<'ybj' | 'hz' | 'mzt', object>> = {}) =>
  bodies(
    aBody({ id: 'ybj', duties: [aDuty('aid', 'check', 'audit')], ...over.ybj }),
    aBody({ id: 'hz', duties: [aDuty('aid', 'check')], ...over.hz }),
    aBody({ id: 'mzt', ...over.mzt }),
  );
const ofHolder = (over: Partial<Succession> = {}) => aSuccession({ from: ['ybj'], ...over });
const after = (chain: readonly Grant[], s = ofHolder(), who = all()) => succeedChain(chain, s, who, now);

describe('[R10.4] a grant whose holder gives way', () => {
  it('goes to who has the duty and is admitted, is looked at by its provider, and says who held it', () => {
    const [only] = after([aGrant()]);
    expect(only!.changed.state).toMatchObject({
      holderId: 'hz',
      status: 'ACTIVE',
      review: { dueAt: now.toISOString() },
    });
    expect(only!.changed.event).toMatchObject({
      data: { former: { holderId: 'ybj' }, narrowed: [], suspended: false },
    });
    expect(only!.effect).toMatchObject({ outcome: 'PASSED', fromId: 'ybj', toId: 'hz' });
  });

  it('is narrowed to the purposes that its new holder has', () => {
    const [only] = after([aGrant({ purposes: ['aid.check', 'aid.audit'] })]);
    expect(only!.changed.state.purposes).toEqual(['aid.check']);
    expect(only!.effect).toMatchObject({ outcome: 'NARROWED', because: 'DUTY_ENDED' });
  });

  it.each([
    ['the successor was not admitted', all({ hz: { admission: 'NONE' } })],
    ['the successor has no unit', all({ hz: { hasResponsibleUnit: false } })],
    ['the one before had lost its admission', all({ ybj: { admission: 'SUSPENDED' } })],
    ['the one before had not pledged', all({ ybj: { pledgeVersion: null } })],
  ])('waits for its provider where %s', (_why, who) => {
    const [only] = after([aGrant()], ofHolder(), who);
    expect(only!.changed.state).toMatchObject({
      holderId: 'hz',
      status: 'SUSPENDED',
      suspension: { until: '2027-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    ['nobody has the duty', aGrant({ purposes: ['aid.audit'] }), ofHolder(), 'DUTY_ENDED'],
    ['its body is abolished', aGrant(), ofHolder({ kind: 'ABOLITION' }), 'BODY_ENDED'],
    [
      'none of its named systems goes along',
      aGrant({ systems: ['s1'] }),
      ofHolder({ listed: { ...aSuccession().listed, systems: { s1: null } } }),
      'SYSTEMS_ENDED',
    ],
    [
      'the decision ends it',
      aGrant(),
      ofHolder({ listed: { ...aSuccession().listed, grants: { g1: null } } }),
      'DUTY_ENDED',
    ],
  ])('ends where %s, and its successor reports on the data', (_why, grant, s, because) => {
    const [only] = after([grant], s);
    expect(only!.changed.state).toMatchObject({
      status: 'REVOKED',
      holderId: 'ybj',
      disposal: { reporterId: 'hz', report: null },
    });
    expect(only!.effect).toMatchObject({ outcome: 'ENDED', because });
  });

  it('keeps of its named systems those that go along, never all of them', () => {
    const s = ofHolder({ listed: { ...aSuccession().listed, systems: { s1: null } } });
    expect(after([aGrant({ systems: ['s1', 's2'] })], s)[0]!.changed.state.systems).toEqual(['s2']);
  });

  it('takes what stands on it along: a third party acts for the new holder, another department as before', () => {
    const root = aGrant();
    const vendor = aGrant({ id: 'v', recipientOwnerId: 'firm', systems: ['s1'] }, root);
    const other = aGrant({ id: 'o', holderId: 'wjw' }, root);
    expect(after([root, vendor, other]).map(({ changed }) => [changed.state.id, changed.state.holderId])).toEqual([
      ['g1', 'hz'],
      ['v', 'hz'],
    ]);
  });

  it('takes down with it what stands on it where it ends', () => {
    const root = aGrant();
    const other = aGrant({ id: 'o', holderId: 'wjw' }, root);
    const ended = after([root, other], ofHolder({ kind: 'ABOLITION' }));
    expect(ended.map(({ changed, effect }) => [changed.state.status, effect.because])).toEqual([
      ['REVOKED', 'BODY_ENDED'],
      ['REVOKED', 'ABOVE_ENDED'],
    ]);
  });
});

describe('[R13.2] a grant whose provider gives way', () => {
  const ofProvider = aSuccession({ from: ['mzt'] });
  it('is its successor’s with the whole chain, and not looked at anew', () => {
    const root = aGrant();
    const below = aGrant({ id: 'o', holderId: 'wjw' }, root);
    const [one, two] = after([root, below], ofProvider);
    expect([one!.changed.state, two!.changed.state]).toMatchObject([
      { providerId: 'hz', holderId: 'ybj', review: root.review },
      { providerId: 'hz', holderId: 'wjw' },
    ]);
  });

  it('has become its successor’s own: it ends with nothing to dispose of, unless others stand on it', () => {
    const own = aGrant({ holderId: 'hz' });
    expect(after([own], ofProvider)[0]!.changed.state).toMatchObject({ status: 'REVOKED', disposal: null });
    const below = aGrant({ id: 'o', holderId: 'wjw' }, own);
    expect(after([own, below], ofProvider).map(({ changed }) => changed.state.status)).toEqual(['ACTIVE', 'ACTIVE']);
  });

  it('ends on the law where its resource is withdrawn', () => {
    const law = [{ law: '某法', article: '第六条', quotation: '不得提供' }];
    const s = aSuccession({ kind: 'ABOLITION', from: ['mzt'], heirs: [], withdrawals: { r1: law } });
    expect(after([aGrant()], s)[0]!.changed.state).toMatchObject({
      status: 'REVOKED',
      revocation: { ground: 'STATUTORY', statutoryBasis: law },
    });
  });

  it('that had ended before still has somebody to report to', () => {
    const ended = {
      ...aGrant({ status: 'EXPIRED' }),
      disposal: { dueAt: now.toISOString(), overdueAt: null, report: null },
    };
    const [only] = after([ended], ofProvider);
    expect(only).toMatchObject({
      changed: { state: { status: 'EXPIRED', providerId: 'hz' } },
      effect: { thing: 'disposal-report' },
    });
    expect(after([only!.changed.state], ofProvider)).toEqual([]);
  });
});
