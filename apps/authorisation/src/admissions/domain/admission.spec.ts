import {
  aDepartmentOf,
  anAdmission,
  aPledgeOn,
  aText,
  authority,
  by,
  group,
  inDays,
  now,
  signature,
  theHead,
} from '../../../test/admissions';
import { admit, pledgeAnew, relinquish, resume, resumeInTime, revoke, suspend } from './admission';

const refusal = (code: string) => expect.objectContaining({ code });
const cause = { ground: 'MISUSE', reason: '超范围使用' } as const;
const until = inDays(30).toISOString();
const given = { applicationId: 'a1', pledge: aPledgeOn('2026-1'), by: 'admin' };
const suspended = suspend(anAdmission(), { ...cause, until }, authority, now).state;

describe('an admission', () => {
  it('[R11.3] [R15.1] waits for a responsible unit', () => {
    const department = aDepartmentOf({ hasResponsibleUnit: false });
    expect(() => admit(anAdmission({ department, status: 'NONE' }), given, now)).toThrow(
      refusal('admission.unit_missing'),
    );
  });

  it.each(['NONE', 'REVOKED'] as const)('[R11.1] is given to a department whose admission is %s', (status) => {
    const ending = { how: 'REVOKED', ...cause, by: 'admin', organisationId: 'gxt', at: now.toISOString() } as const;
    const { state, event } = admit(anAdmission({ status, ending, pledgeVersion: null }), given, now);
    expect(state).toMatchObject({
      status: 'ACTIVE',
      pledgeVersion: '2026-1',
      applicationId: 'a1',
      ending: null,
      revision: 4,
    });
    expect(event.data).toMatchObject({ admission: 'ACTIVE', applicationId: 'a1', by: 'admin' });
  });

  it.each(['ACTIVE', 'SUSPENDED'] as const)('[R11.1] is not given by an application while it is %s', (status) => {
    expect(() => admit(anAdmission({ status }), given, now)).toThrow(refusal('admission.already_active'));
  });

  const measures: readonly (readonly [
    string,
    (a: ReturnType<typeof anAdmission>, who: typeof authority) => unknown,
  ])[] = [
    ['suspended', (a, who) => suspend(a, { ...cause, until }, who, now)],
    ['resumed', (a, who) => resume({ ...a, status: 'SUSPENDED' }, who, now)],
    ['revoked', (a, who) => revoke(a, cause, who, now)],
  ];
  const own = anAdmission({ department: aDepartmentOf({ id: 'gxt', isProvincialAuthority: true }) });
  const theirs = anAdmission({ department: aDepartmentOf({ isProvincialAuthority: true }) });

  describe.each(measures)('%s', (_what, measure) => {
    it.each([
      [
        'the department itself',
        anAdmission(),
        by({ roles: ['PROVINCIAL_AUTHORITY', 'RESPONSIBLE_OFFICER'] }),
        'admission.own_case',
      ],
      ['the authority on itself', own, authority, 'admission.own_case'],
      ['the authority on one that holds its role', theirs, authority, 'access.role_required'],
      ['the leading group on a department', anAdmission(), group, 'access.role_required'],
      [
        'a local authority',
        anAdmission(),
        by({ departmentId: 'x', roles: ['LOCAL_AUTHORITY'] }),
        'access.role_required',
      ],
      ['an operator', anAdmission(), by({ departmentId: 'op', roles: ['PLATFORM_OPERATOR'] }), 'request.not_found'],
      ['a system', anAdmission(), { ...authority, officerId: null, systemId: 's' }, 'request.not_found'],
    ])('[R14.10] is not by %s', (_who, admission, who, code) => {
      expect(() => measure(admission, who)).toThrow(refusal(code));
    });

    it('[R14.10] is by the leading group for the authority itself', () => {
      expect(measure(theirs, group)).toMatchObject({ event: { data: { authorityId: 'ldxz' } } });
    });
  });

  it('[R11.5] is suspended with ground, reason and end, and told without the reason', () => {
    const { state, event } = suspend(anAdmission(), { ...cause, until }, authority, now);
    expect(state).toMatchObject({
      status: 'SUSPENDED',
      suspendedUntil: until,
      suspension: { ...cause, until, by: 'admin', organisationId: 'gxt', at: now.toISOString() },
      pledgeVersion: '2026-1',
    });
    expect(event).toMatchObject({
      type: 'authorisation.admission-suspended.v1',
      key: 'ybj',
      data: { organisationId: 'ybj', ground: 'MISUSE', until, authorityId: 'gxt', revision: 4, by: 'admin' },
    });
    expect(JSON.stringify(event)).not.toContain(cause.reason);
  });

  it.each([
    ['now', now.toISOString()],
    ['before now', inDays(-1).toISOString()],
    ['more than a year ahead', inDays(366.01).toISOString()],
  ])('[R13.5] is not suspended until %s', (_when, end) => {
    expect(() => suspend(anAdmission(), { ...cause, until: end }, authority, now)).toThrow(
      refusal('admission.suspension_period_invalid'),
    );
  });

  it('[R13.5] may be suspended for a year, leap years included', () => {
    const longest = inDays(366).toISOString();
    expect(suspend(anAdmission(), { ...cause, until: longest }, authority, now).state.suspendedUntil).toBe(longest);
  });

  it('[R13.5] suspended already gets another end', () => {
    const longer = inDays(60).toISOString();
    expect(suspend(suspended, { ...cause, until: longer }, authority, now).state).toMatchObject({
      status: 'SUSPENDED',
      suspendedUntil: longer,
    });
  });

  it('[R13.5] resumes by an act or by its end, as it was', () => {
    const byAct = resume(suspended, authority, now);
    expect(byAct.event.data).toMatchObject({ because: 'AUTHORITY', authorityId: 'gxt', by: 'admin' });
    const inTime = resumeInTime(suspended, inDays(30));
    expect(inTime.event.data).toMatchObject({ because: 'PERIOD_OVER', authorityId: null, by: 'platform' });
    for (const { state } of [byAct, inTime])
      expect(state).toMatchObject({
        status: 'ACTIVE',
        suspension: null,
        suspendedUntil: null,
        pledgeVersion: '2026-1',
      });
  });

  it.each(['NONE', 'ACTIVE', 'REVOKED'] as const)('[R11.1] does not resume when it is %s', (status) => {
    expect(() => resume(anAdmission({ status }), authority, now)).toThrow(refusal('admission.not_suspended'));
  });

  it.each([anAdmission(), suspended])(
    '[R11.1] is revoked for a reason, and waits for nothing any more: %#',
    (admission) => {
      const renewal = { newVersion: '2027-1', validUntil: until, reminders: [], lapsedAt: null };
      const { state, event } = revoke({ ...admission, renewal, pledgeValidUntil: until }, cause, authority, now);
      expect(state).toMatchObject({
        status: 'REVOKED',
        ending: { how: 'REVOKED', ...cause, by: 'admin' },
        suspension: null,
        suspendedUntil: null,
        renewal: null,
        pledgeValidUntil: null,
      });
      expect(event.data).toMatchObject({ ground: 'MISUSE', authorityId: 'gxt' });
    },
  );

  it.each(['NONE', 'REVOKED'] as const)('[R11.1] that is %s is neither suspended nor revoked', (status) => {
    expect(() => suspend(anAdmission({ status }), { ...cause, until }, authority, now)).toThrow(
      refusal('admission.not_admitted'),
    );
    expect(() => revoke(anAdmission({ status }), cause, authority, now)).toThrow(refusal('admission.not_admitted'));
  });

  it('[R8.5] is given up by the department’s responsible officer, never to escape a suspension', () => {
    const { state, event } = relinquish(anAdmission(), '职责划转', theHead, now);
    expect(state).toMatchObject({ status: 'NONE', ending: { how: 'RELINQUISHED', ground: null, by: 'li' } });
    expect(event.type).toBe('authorisation.admission-relinquished.v1');
    expect(() => relinquish(suspended, 'x', theHead, now)).toThrow(refusal('admission.suspended'));
    expect(() => relinquish(anAdmission(), 'x', by(), now)).toThrow(refusal('access.role_required'));
    expect(() => relinquish(anAdmission(), 'x', { ...theHead, departmentId: 'wjw' }, now)).toThrow(
      refusal('request.not_found'),
    );
  });
});

describe('pledging anew', () => {
  const next = aText({ version: '2027-1', effectiveFrom: '2026-03-01T00:00:00.000Z' });
  const signed = { ...signature, textVersion: '2027-1' };
  const renewal = { newVersion: '2027-1', validUntil: until, reminders: [until], lapsedAt: null };
  const asked = anAdmission({ renewal, pledgeValidUntil: until });

  it('[R11.2] ends the grace period, also when it was over', () => {
    for (const admission of [asked, { ...asked, renewal: { ...renewal, lapsedAt: until } }]) {
      const { state, event, pledge } = pledgeAnew(admission, signed, next, theHead, now);
      expect(state).toMatchObject({ status: 'ACTIVE', pledgeVersion: '2027-1', pledgeValidUntil: null, renewal: null });
      expect(event.data).toMatchObject({
        pledgeVersion: '2027-1',
        pledgeDigest: next.digest,
        formerVersion: '2026-1',
        by: 'li',
      });
      expect(pledge).toMatchObject({ signedBy: 'li', digest: next.digest, signature: null });
    }
  });

  it('[R11.2] leaves a suspension as it is', () => {
    const { state } = pledgeAnew({ ...suspended, renewal }, signed, next, theHead, now);
    expect(state).toMatchObject({ status: 'SUSPENDED', suspendedUntil: until, pledgeVersion: '2027-1' });
  });

  it.each([
    ['on the former text', asked, signature, theHead, 'admission.pledge_outdated'],
    ['on what it has pledged on', { ...asked, pledgeVersion: '2027-1' }, signed, theHead, 'pledge.already_current'],
    ['without an admission', { ...asked, status: 'NONE' as const }, signed, theHead, 'admission.not_admitted'],
    ['after a revocation', { ...asked, status: 'REVOKED' as const }, signed, theHead, 'admission.not_admitted'],
    ['by whom nobody authorised', asked, signed, by(), 'access.role_required'],
    ['by a system', asked, signed, { ...theHead, officerId: null, systemId: 's' }, 'access.role_required'],
    ['for another department', asked, signed, { ...theHead, departmentId: 'wjw' }, 'request.not_found'],
  ])('[R11.2] is refused %s', (_when, admission, signedOn, who, code) => {
    expect(() => pledgeAnew(admission, signedOn, next, who, now)).toThrow(refusal(code));
  });
});
