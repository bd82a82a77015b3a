import type { Role } from '@qiongtong/contracts';
import type { GrantScope } from '@qiongtong/regulation';
import { aPrincipal } from '@qiongtong/testing';
import { accept, draft, end, proposerOf, takeBack, type Agreement } from './agreement';
import { CURRENT_TEMPLATE } from './agreement-template';

const now = new Date('2026-03-02T01:00:00Z');
const scope = {
  resourceId: '203000-000001',
  providerId: 'mzt',
  holderId: 'ybj',
  recipientOwnerId: null,
  items: ['aidNo'],
  rowFilter: null,
  mask: {},
  actions: ['query'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'required',
  scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
  limits: {},
} as const satisfies GrantScope;
const application = {
  id: 's1',
  applicantId: 'ybj',
  providerId: 'mzt',
  rulePack: 'HN-2014-176@1',
  asked: { dutyBasis: '条例', securityMeasures: '专网', method: 'API', frequency: 'ON_DEMAND' },
};
const names = { provider: '民政厅', applicant: '医保局', resource: '低保对象', items: { aidNo: '编号' } };
const amendment = {
  grantId: 'g1',
  from: scope,
  narrowed: [],
  widened: ['items'],
  reason: '业务调整',
  by: 'sun',
  organisationId: 'ybj',
  at: now.toISOString(),
};
const drafted = (
  versions: readonly Agreement[] = [],
  over: Partial<Agreement> = {},
  id = `v${versions.length + 1}`,
): Agreement => ({
  ...draft({ id, template: CURRENT_TEMPLATE, application, scope, amendment: null }, names, versions, now).state,
  ...over,
});
const inForce = drafted([], { status: 'ACCEPTED' });
const amending = drafted([inForce], { amendment });

const by = (departmentId: string, officerId: string, ...roles: Role[]) =>
  aPrincipal({ departmentId, officerId, roles });
const providers = by('mzt', 'chen', 'REVIEWER');
const holders = by('ybj', 'wang', 'REVIEWER');
const asking = by('ybj', 'sun', 'SUBMITTER');
const code = (c: string) => expect.objectContaining({ code: c });

describe('the next version of an agreement', () => {
  it('[R12.6] takes the place of the one in force, whatever came to nothing in between', () => {
    const nothing = drafted([inForce], { status: 'VOIDED' });
    const next = drafted([nothing, inForce]);
    expect(next).toMatchObject({ version: 3, supersedes: 'v1', status: 'PENDING' });
    expect(next.text.zh).toContain('v1');
    expect([drafted().version, drafted().supersedes]).toEqual([1, null]);
  });

  it('[R12.6] says which grant it amends and who asked for it', () => {
    const given = { id: 'v2', template: CURRENT_TEMPLATE, application, scope, amendment };
    const { state, event } = draft(given, names, [inForce], now);
    expect(state.amendment).toEqual(amendment);
    expect(event.data).toMatchObject({ amends: 'g1', by: 'sun', version: 2 });
    expect(draft({ ...given, amendment: null }, names, [], now).event.data).toMatchObject({
      amends: null,
      by: 'platform',
    });
  });

  it.each([
    ['the provider’s reviewer', inForce, providers, null],
    ['the user’s submitter', inForce, asking, null],
    ['the provider’s submitter', inForce, by('mzt', 'li', 'SUBMITTER'), 'access.role_required'],
    ['the user’s reviewer', inForce, holders, 'access.role_required'],
    ['a third department', inForce, by('wjw', 'zhou', 'REVIEWER', 'SUBMITTER'), 'agreement.not_party'],
    [
      'a system',
      inForce,
      aPrincipal({ departmentId: 'ybj', officerId: null, systemId: 's', roles: ['SYSTEM'] }),
      'access.role_required',
    ],
    ['on one that waits itself', amending, providers, 'agreement.not_in_force'],
    ['on one that was superseded', drafted([], { status: 'SUPERSEDED' }), asking, 'agreement.not_in_force'],
  ])('[R12.6] is proposed by: %s', (_who, agreement, who, refused) => {
    if (refused === null) expect(proposerOf(agreement, who)).toBe(who.officerId);
    else expect(() => proposerOf(agreement, who)).toThrow(code(refused));
  });
});

describe('accepting an amendment', () => {
  it.each([
    ['a responsible officer', by('mzt', 'li', 'RESPONSIBLE_OFFICER'), 'access.role_required'],
    ['whoever proposed it for the other side', by('mzt', 'sun', 'REVIEWER'), 'agreement.same_person'],
    ['a third department', by('wjw', 'zhou', 'REVIEWER'), 'agreement.not_party'],
  ])('[R10.4] [R14.10] is not for %s', (_who, who, refused) => {
    expect(() => accept(amending, amending.digest, who, now)).toThrow(code(refused));
  });

  it('[R12.6] takes a reviewer of each side, and the proposing side accepts like the other', () => {
    const first = accept(amending, amending.digest, by('ybj', 'sun', 'REVIEWER'), now).state;
    expect(first).toMatchObject({ status: 'PENDING', acceptances: [{ by: 'sun' }] });
    expect(accept(first, first.digest, providers, now).state.status).toBe('ACCEPTED');
  });

  it('a first version is accepted by a responsible officer as well', () => {
    expect(
      accept(drafted(), drafted().digest, by('mzt', 'li', 'RESPONSIBLE_OFFICER'), now).state.acceptances,
    ).toHaveLength(1);
  });
});

describe('taking an amendment back', () => {
  it('[R12.6] voids it, by the side that proposed it', () => {
    const { state, event } = takeBack(amending, asking, now);
    expect(state.status).toBe('VOIDED');
    expect(event.data).toMatchObject({ status: 'VOIDED', by: 'sun' });
    expect(takeBack(amending, by('ybj', 'other', 'SUBMITTER'), now).state.status).toBe('VOIDED');
  });

  it.each([
    ['by the other side', amending, providers, 'agreement.not_proposer'],
    ['by a third department', amending, by('wjw', 'zhou', 'SUBMITTER'), 'agreement.not_party'],
    ['by a reviewer of the user', amending, holders, 'access.role_required'],
    ['when it is a first version', drafted(), asking, 'agreement.not_amendment'],
    ['when both have accepted it', { ...amending, status: 'ACCEPTED' as const }, asking, 'agreement.not_pending'],
    ['twice', end(amending, 'VOIDED', 'sun', now).state, asking, 'agreement.not_pending'],
  ])('[R12.6] is refused %s', (_when, agreement, who, refused) => {
    expect(() => takeBack(agreement, who, now)).toThrow(code(refused));
  });
});
