import type { Principal } from '@qiongtong/contracts';
import { PolicyIndex } from '@qiongtong/regulation';
import { aGrant, anOfficer, anOrganisation, aResource, aStop } from '@qiongtong/testing';
import type { LivePolicy } from '../policy/live-policy';
import { Readings } from './readings';

const RESOURCE = aResource().id;
const li: Principal = { kind: 'officer', officerId: 'li', systemId: null, departmentId: 'mzj', regionCode: '460100', roles: ['SUBMITTER'], tokenId: 't' }; // prettier-ignore

function aWorld() {
  const index = new PolicyIndex();
  const listeners: (() => void)[] = [];
  let now = new Date('2026-06-01T02:00:00Z');
  let freshness: 'fresh' | 'stale' = 'fresh';
  const policy = { index, freshness: () => freshness, onChange: (told: () => void) => listeners.push(told) };
  const readings = new Readings(policy as unknown as LivePolicy, { now: () => now });
  const apply = (...[topic, id, state]: Parameters<PolicyIndex['apply']>) => {
    if (index.apply(topic, id, state)) for (const told of listeners) told();
  };
  apply('policy.organisations', 'mzj', anOrganisation());
  apply('policy.organisations', 'mzt', anOrganisation({ id: 'mzt' }));
  apply('policy.officers', 'li', anOfficer());
  apply('policy.resources', RESOURCE, aResource());
  const answer = (by = li) => (JSON.parse(readings.of(by)(RESOURCE).toString()) as { answer: string }).answer;
  return { apply, answer, setNow: (to: string) => (now = new Date(to)), age: () => (freshness = 'stale') };
}

describe('[R12.7] whether one may read it, as it is kept', () => {
  it('is another as soon as the policy is', () => {
    const { apply, answer } = aWorld();
    expect(answer()).toBe('MUST_APPLY');
    apply('policy.grants', aGrant().id, aGrant());
    expect(answer()).toBe('READ_NOW');
    apply('policy.grants', aGrant().id, aGrant({ version: 2, status: 'REVOKED' }));
    expect(answer()).toBe('MUST_APPLY');
  });

  it('ends with the second in which a grant does', () => {
    const { apply, answer, setNow } = aWorld();
    apply('policy.grants', 'g', aGrant({ id: 'g', period: { from: '2026-01-01T00:00:00Z', until: '2026-06-01T02:00:01Z' } }));
    expect(answer()).toBe('READ_NOW');
    setNow('2026-06-01T02:00:00.999Z');
    expect(answer()).toBe('READ_NOW');
    setNow('2026-06-01T02:00:01.000Z');
    expect(answer()).toBe('MUST_APPLY');
  }); // prettier-ignore

  it('is not known any more when the news is old', () => {
    const { apply, answer, age } = aWorld();
    apply('policy.grants', aGrant().id, aGrant());
    expect(answer()).toBe('READ_NOW');
    age();
    expect(answer()).toBe('UNKNOWN');
  });

  it('is nobody else’s, nor that of a token that was stopped', () => {
    const { apply, answer } = aWorld();
    apply('policy.grants', aGrant().id, aGrant());
    expect(answer()).toBe('READ_NOW');
    expect(answer({ ...li, departmentId: 'mzt' })).not.toBe('READ_NOW');
    expect(answer({ ...li, officerId: 'nobody' })).not.toBe('READ_NOW');
    apply('policy.stops', 's', aStop({ id: 's', target: 'token', targetId: 't2', departmentId: null }));
    expect([answer(), answer({ ...li, tokenId: 't2' })]).toEqual(['READ_NOW', 'CANNOT']);
  });
});
