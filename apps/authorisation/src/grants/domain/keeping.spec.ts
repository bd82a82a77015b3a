import type { GrantScope } from '@qiongtong/regulation';
import { aPrincipal } from '@qiongtong/testing';
import { expire, revoke } from './ending';
import { grantState, issue, type Grant } from './grant';
import { fallDue, nextDueAt, renew, reportDisposal, requestRenewal, review } from './keeping';

const now = new Date('2026-03-02T01:00:00Z');
const by = aPrincipal;
const applicant = by({ officerId: 'wang', departmentId: 'ybj', roles: ['SUBMITTER'] });
const holder = by({ officerId: 'zhou', departmentId: 'ybj' });
const scope: GrantScope = {
  resourceId: '203000-000001',
  providerId: 'mzt',
  holderId: 'ybj',
  recipientOwnerId: null,
  items: ['aidNo'],
  rowFilter: null,
  mask: {},
  actions: ['query'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'optional',
  scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
  systems: [],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2028-03-01T00:00:00.000Z' },
  limits: {},
};
const aGrant = (over: Partial<Grant> = {}, parent: Grant | null = null): Grant => ({
  ...issue(
    scope,
    { id: 'g1', parent, origin: { kind: 'sharing-application', id: 's1' }, rulePack: 'HN-2014-176@1', by: 'chen' },
    now,
  ).state,
  ...over,
});
const misuse = { ground: 'MISUSE', statutoryBasis: [], narrative: '…' } as const;
const code = (c: string) => expect.objectContaining({ code: c });

describe('renewing a grant', () => {
  const asked = { until: '2030-03-01T00:00:00.000Z', reason: '继续开展' };
  const requested = (over: Partial<Grant> = {}) => ({
    ...requestRenewal(aGrant(), asked, applicant, now).state,
    ...over,
  });

  it.each([
    ['the provider asks', {}, asked, by({ roles: ['SUBMITTER'] }), 'grant.not_holder'],
    ['it has ended', { status: 'EXPIRED' }, asked, applicant, 'grant.not_active'],
    ['it is suspended', { status: 'SUSPENDED' }, asked, applicant, 'grant.not_active'],
    [
      'its period is over, seen or not',
      { period: { ...scope.period, until: now.toISOString() } },
      asked,
      applicant,
      'grant.not_active',
    ],
    ['it would end no later', {}, { ...asked, until: scope.period.until }, applicant, 'grant.renewal_not_longer'],
    [
      '[R12.2] it would last longer than the longest period',
      {},
      { ...asked, until: '2031-03-02T01:00:00.001Z' },
      applicant,
      'application.period_invalid',
    ],
  ] as const)('cannot be asked for when %s', (_when, over, what, who, refused) => {
    expect(() => requestRenewal(aGrant(over), what, who, now)).toThrow(code(refused));
  });

  it.each([
    ['[R12.7] nobody asked for it', aGrant(), by(), 'grant.renewal_not_requested'],
    ['the holder decides', requested(), holder, 'grant.not_provider'],
    ['[R14.10] whoever asked decides in another post', requested(), by({ officerId: 'wang' }), 'grant.own_submission'],
    ['it was suspended meanwhile', requested({ status: 'SUSPENDED' }), by(), 'grant.not_active'],
  ])('is refused when %s', (_when, grant, who, refused) => {
    expect(() => renew(grant, null, who, now)).toThrow(code(refused));
  });

  it('[R12.7] gives the period that was asked for', () => {
    const { state, event } = renew(requested(), null, by(), now);
    expect(grantState(state)).toMatchObject({ period: { ...scope.period, until: asked.until }, version: 3 });
    expect([state.renewal, event!.data]).toEqual([null, expect.objectContaining({ period: state.period })]);
  });

  it('[R13.2] of a derived grant stays inside the one above it', () => {
    const derived = requested({ id: 'g2', parentId: 'g1', holderId: 'ybj' });
    expect(() => renew(derived, aGrant(), by(), now)).toThrow(
      expect.objectContaining({ code: 'grant.wider_than_above', details: { about: ['period'] } }),
    );
    const above = aGrant({ period: { ...scope.period, until: asked.until } });
    expect(renew(derived, above, by(), now).state.period.until).toBe(asked.until);
  });
});

describe('reviewing a grant', () => {
  const made = { conclusion: 'KEEP', note: '仍需使用' } as const;

  it('[R8.5] is the provider’s, and due again in a year', () => {
    expect(() => review(aGrant(), made, holder, now)).toThrow(code('grant.not_provider'));
    expect(() => review(aGrant({ status: 'REVOKED' }), made, by(), now)).toThrow(code('grant.already_ended'));
    const later = new Date('2027-04-02T01:00:00Z');
    expect(review(aGrant(), made, by(), later).state.review).toMatchObject({
      dueAt: '2028-04-02T01:00:00.000Z',
      overdueAt: null,
      last: { conclusion: 'KEEP', by: 'chen' },
    });
  });

  it('[R8.5] that is not made is told once, and ends nothing', () => {
    const due = new Date('2027-03-02T01:00:00Z');
    expect(fallDue(aGrant(), new Date(due.getTime() - 1))).toBeNull();
    const { state, event } = fallDue(aGrant(), due)!;
    expect([event!.type, state.status, state.review.overdueAt]).toEqual([
      'authorisation.grant-review-due.v1',
      'ACTIVE',
      due.toISOString(),
    ]);
    expect(fallDue(state, due)).toBeNull();
  });
});

describe('the end of a grant', () => {
  const over = new Date(scope.period.until);
  const report = { method: 'DELETED', disposedAt: over.toISOString(), statement: '已删除并覆写' } as const;

  it('[R12.7] comes with its period, and not before', () => {
    expect(() => expire(aGrant(), new Date(over.getTime() - 1))).toThrow(code('grant.already_ended'));
    const { state, event } = fallDue(aGrant(), over)!;
    expect([state.status, event!.type]).toEqual(['EXPIRED', 'authorisation.grant-expired.v1']);
    expect(state.disposal).toEqual({ dueAt: '2028-03-31T00:00:00.000Z', overdueAt: null, report: null });
    expect(() => expire(state, over)).toThrow(code('grant.already_ended'));
  });

  it('comes for a suspended one as well, with nothing to resume', () => {
    const suspension = { ...misuse, by: 'chen', at: now.toISOString(), until: over.toISOString(), caseId: null };
    const { state } = fallDue(aGrant({ status: 'SUSPENDED', suspension }), over)!;
    expect([state.status, state.suspension]).toEqual(['EXPIRED', null]);
  });

  it.each([
    ['before the end', aGrant(), holder, report, 'grant.not_ended'],
    ['by the provider', expire(aGrant(), over).state, by(), report, 'grant.not_holder'],
    [
      'of a time to come',
      expire(aGrant(), over).state,
      holder,
      { ...report, disposedAt: '2028-03-02T00:00:00.000Z' },
      'grant.disposal_date_invalid',
    ],
    [
      'of a time before the grant',
      expire(aGrant(), over).state,
      holder,
      { ...report, disposedAt: '2026-03-01T00:00:00.000Z' },
      'grant.disposal_date_invalid',
    ],
  ])('is reported on by the holder, and not %s', (_how, grant, who, what, refused) => {
    expect(() => reportDisposal(grant, what, who, over)).toThrow(code(refused));
  });

  it('is reported on once, late or not, and told when nobody does', () => {
    const ended = expire(aGrant(), over).state;
    const late = new Date('2028-04-15T00:00:00Z');
    const overdue = fallDue(ended, late)!;
    expect(overdue.event!.type).toBe('authorisation.grant-disposal-overdue.v1');
    expect(fallDue(overdue.state, late)).toBeNull();
    const { state, event } = reportDisposal(overdue.state, report, holder, late);
    expect(event!.data).toMatchObject({ method: 'DELETED', late: true });
    expect(JSON.stringify(event)).not.toContain('覆写');
    expect(() => reportDisposal(state, report, holder, late)).toThrow(code('grant.disposal_reported'));
    expect(reportDisposal(ended, report, holder, over).event!.data).toMatchObject({ late: false });
    expect(fallDue(reportDisposal(ended, report, holder, over).state, late)).toBeNull();
  });
});

describe('when time has something to do to a grant', () => {
  const reported = { method: 'DELETED', disposedAt: now.toISOString(), statement: '…' } as const;
  const ended = revoke(aGrant(), [aGrant()], misuse, by(), now)[0]!.state;
  const suspension = { ...misuse, by: 'chen', at: now.toISOString(), until: '2026-03-05T00:00:00.000Z', caseId: null };

  it.each([
    ['its review', aGrant(), '2027-03-02T01:00:00.000Z'],
    ['its end', aGrant({ period: { ...scope.period, until: '2026-04-01T00:00:00.000Z' } }), '2026-04-01T00:00:00.000Z'],
    ['the end of its suspension', aGrant({ status: 'SUSPENDED', suspension }), suspension.until],
    ['the report of its holder', ended, '2026-04-01T01:00:00.000Z'],
    ['nothing', reportDisposal(ended, reported, holder, now).state, null],
  ])('is at %s', (_what, grant, at) => {
    expect(nextDueAt(grant)).toBe(at);
  });

  it('is over with what it did: no grant stays due', () => {
    let grant: Grant = aGrant({ status: 'SUSPENDED', suspension });
    for (const at of ['2026-03-06', '2027-06-01', '2028-06-01', '2029-01-01'].map((day) => new Date(day))) {
      for (let due = fallDue(grant, at); due; due = fallDue(grant, at)) grant = due.state;
      const next = nextDueAt(grant);
      expect(next === null || next > at.toISOString()).toBe(true);
    }
    expect(grant.status).toBe('EXPIRED');
  });
});
