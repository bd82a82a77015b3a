import type { PolicyStates, PolicyTopic, Principal } from '@qiongtong/contracts';
import { PolicyIndex } from '@qiongtong/regulation';
import { aGrant, anOfficer, anOrganisation, aResource, aSystem } from '@qiongtong/testing';
import { mayRead } from './may-read';

const now = new Date('2026-06-01T02:00:00Z');
const li: Principal = { kind: 'officer', officerId: 'li', systemId: null, departmentId: 'mzj', regionCode: '460100', roles: ['SUBMITTER'], tokenId: 't' }; // prettier-ignore
const RESOURCE = aResource().id;
type State = { [T in PolicyTopic]: readonly [T, PolicyStates[T]] }[PolicyTopic];

const ask = (states: readonly State[], by = li, freshness: 'fresh' | 'stale' = 'fresh') => {
  const policy = new PolicyIndex();
  const world: State[] = [
    ['policy.organisations', anOrganisation()],
    ['policy.organisations', anOrganisation({ id: 'mzt' })],
    ['policy.officers', anOfficer()],
    ['policy.systems', aSystem({ addresses: ['10.0.0.1/32'], certificates: ['thumb'] })],
    ['policy.resources', aResource()],
  ];
  for (const [topic, state] of [...world, ...states])
    policy.apply(topic, state.id, { ...state, version: state.version });
  const { answer, basis, reasons } = mayRead(policy, RESOURCE, by, now, freshness);
  return [answer, basis ?? reasons.map(({ code }) => code).join(' ')];
};
const instead = <T extends { version: number }>(state: T): T => ({ ...state, version: 2 });
const shared = (over: Parameters<typeof aResource>[0]): State => ['policy.resources', instead(aResource(over))];
const department = (over: Parameters<typeof anOrganisation>[0]): State => ['policy.organisations', instead(anOrganisation(over))]; // prettier-ignore
const grant = (over: Parameters<typeof aGrant>[0] = {}): State => ['policy.grants', aGrant(over)];

describe('may the caller’s department read it', () => {
  it.each<[string, readonly State[], string, string]>([
    ['shared without condition, for a duty it has', [shared({ sharingType: 'UNCONDITIONAL' })], 'READ_NOW', 'unconditional'],
    ['under a grant', [grant()], 'READ_NOW', 'grant'],
    ['under a grant to a system of the department', [grant({ systems: ['mzj-system'] })], 'READ_NOW', 'grant'],
    ['under a grant for files', [grant({ actions: ['batch'] })], 'READ_NOW', 'grant'],
    ['under a grant of a matter', [grant({ matterNumber: 'required' })], 'READ_NOW', 'grant'],
    ['its own', [shared({ providerId: 'mzj' })], 'READ_NOW', 'own'],
    ['no grant', [], 'MUST_APPLY', 'access.no_grant'],
    ['a grant that has ended', [grant({ status: 'REVOKED' })], 'MUST_APPLY', 'access.grant_not_active'],
    ['a grant for another office', [grant({ scopeOfKnowledge: { units: ['别科'], posts: [], officers: [] } })], 'MUST_APPLY', 'access.officer_beyond_scope'],
    ['not admitted', [department({ admission: 'NONE' }), shared({ sharingType: 'UNCONDITIONAL' })], 'MUST_APPLY', 'access.not_admitted'],
    ['no pledge', [department({ pledgeVersion: null }), grant()], 'MUST_APPLY', 'access.pledge_missing'],
    ['no duty', [department({ duties: [] }), shared({ sharingType: 'UNCONDITIONAL' })], 'MUST_APPLY', 'access.purpose_missing'],
    ['not shared', [shared({ sharingType: 'NOT_SHARED', deliveryMode: 'NONE' })], 'CANNOT', 'access.not_shared access.delivery_elsewhere'],
    ['a special regime', [shared({ specialRegime: 'GEOGRAPHIC_INFORMATION' })], 'CANNOT', 'access.special_regime'],
    ['suspended', [shared({ status: 'SUSPENDED' }), grant()], 'CANNOT', 'access.resource_suspended'],
    ['a department that is suspended', [department({ status: 'SUSPENDED' }), grant()], 'CANNOT', 'access.organisation_inactive'],
  ])('[R12.7] %s', (_what, states, answer, why) => {
    expect(ask(states)).toEqual([answer, why]);
  }); // prettier-ignore

  it('[R14.7] a system is told the same as its department, from wherever it asks', () =>
    expect(ask([grant()], { ...li, kind: 'system', officerId: null, systemId: 'mzj-system' })).toEqual(['READ_NOW', 'grant'])); // prettier-ignore
  it('[R12.7] on old news it is not known', () => expect(ask([grant()], li, 'stale')).toEqual(['UNKNOWN', 'access.policy_stale'])); // prettier-ignore
  it('[R12.7] each reason has its article', () => {
    const policy = new PolicyIndex();
    policy.apply('policy.organisations', 'mzj', anOrganisation());
    policy.apply('policy.officers', 'li', anOfficer());
    policy.apply('policy.resources', RESOURCE, aResource({ sharingType: 'NOT_SHARED', deliveryMode: 'NONE' }));
    const { reasons } = mayRead(policy, RESOURCE, li, now, 'fresh');
    expect(reasons[0]).toMatchObject({ code: 'access.not_shared', article: expect.any(Number), zh: expect.any(String) });
  }); // prettier-ignore
  it('[R12.7] what was published a moment ago is not known yet', () => {
    const policy = new PolicyIndex();
    policy.apply('policy.organisations', 'mzj', anOrganisation());
    policy.apply('policy.officers', 'li', anOfficer());
    expect(mayRead(policy, RESOURCE, li, now, 'fresh').answer).toBe('UNKNOWN');
  });
});
