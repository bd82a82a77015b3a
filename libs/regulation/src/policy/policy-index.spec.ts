import type { Appointment, OfficerState } from '@qiongtong/contracts';
import { aGrant, anAppointment, anOfficer, anOrganisation, aStop, aSystem } from '@qiongtong/testing';
import { now } from '../../test/world';
import { PolicyIndex } from './policy-index';
import { stopsOn } from './stops';

describe('the policy in memory', () => {
  it('ignores a state with the same or a lower version', () => {
    const policy = new PolicyIndex();
    expect(policy.apply('policy.grants', 'g1', aGrant({ version: 2, status: 'REVOKED' }))).toBe(true);
    expect(policy.apply('policy.grants', 'g1', aGrant({ version: 2 }))).toBe(false);
    expect(policy.apply('policy.grants', 'g1', aGrant({ version: 1 }))).toBe(false);
    expect(policy.grant('g1')?.status).toBe('REVOKED');
  });

  it('keeps a revoked grant in sight until its tombstone', () => {
    const policy = new PolicyIndex();
    policy.apply('policy.grants', 'g1', aGrant());
    policy.apply('policy.grants', 'g1', aGrant({ version: 2, status: 'REVOKED' }));
    expect(policy.grantsFor('mzj', '203000-000001', 'query')).toMatchObject([{ status: 'REVOKED' }]);
    expect(policy.apply('policy.grants', 'g1', null)).toBe(true);
    expect(policy.grantsFor('mzj', '203000-000001', 'query')).toEqual([]);
    expect(policy.apply('policy.grants', 'g1', null)).toBe(false);
  });

  it('finds a grant where its newest version puts it, and nowhere else', () => {
    const policy = new PolicyIndex();
    policy.apply('policy.grants', 'g1', aGrant());
    policy.apply('policy.grants', 'g1', aGrant({ version: 2, holderId: 'zgt', actions: ['verify'] }));
    expect(policy.grantsOf('mzj', '203000-000001')).toEqual([]);
    expect(policy.grantsFor('zgt', '203000-000001', 'query')).toEqual([]);
    expect(policy.grantsFor('zgt', '203000-000001', 'verify')).toHaveLength(1);
  });

  it('gives grants by id, however they came', () => {
    const policy = new PolicyIndex();
    for (const id of ['g3', 'g1', 'g2']) policy.apply('policy.grants', id, aGrant({ id }));
    expect(policy.grantsFor('mzj', '203000-000001', 'query').map(({ id }) => id)).toEqual(['g1', 'g2', 'g3']);
  });

  it.each([
    ['without a version', { ...aGrant(), version: undefined }],
    ['whose version is no number', { ...aGrant(), version: NaN }],
    ['of another id than its key', aGrant({ id: 'g2' })],
  ])('takes no state %s', (_what, state) => {
    expect(new PolicyIndex().apply('policy.grants', 'g1', state as ReturnType<typeof aGrant>)).toBe(false);
  });

  it('takes nothing of a topic it does not know', () => {
    expect(new PolicyIndex().apply('policy.weather' as 'policy.grants', 'g1', aGrant())).toBe(false);
  });

  it('moves a stop with its target', () => {
    const policy = new PolicyIndex();
    policy.apply('policy.stops', 'stop-1', aStop());
    policy.apply('policy.stops', 'stop-2', aStop({ id: 'stop-2' }));
    policy.apply('policy.stops', 'stop-1', aStop({ version: 2, targetId: 'other' }));
    expect(policy.stops('system', 'mzj-system').map(({ id }) => id)).toEqual(['stop-2']);
    policy.apply('policy.stops', 'stop-2', aStop({ id: 'stop-2', version: 2, status: 'LIFTED' }));
    expect(policy.stops('system', 'mzj-system')).toEqual([]);
    policy.apply('policy.stops', 'stop-1', null);
    expect(policy.stops('system', 'other')).toEqual([]);
  });
});

describe('[R14.6] who the subject of a token is', () => {
  const policyWith = (states: {
    organisation?: ReturnType<typeof anOrganisation>;
    officer?: ReturnType<typeof anOfficer>;
    system?: ReturnType<typeof aSystem>;
  }) => {
    const policy = new PolicyIndex();
    const organisation = states.organisation ?? anOrganisation();
    policy.apply('policy.organisations', organisation.id, organisation);
    if (states.officer) policy.apply('policy.officers', states.officer.id, states.officer);
    if (states.system) policy.apply('policy.systems', states.system.id, states.system);
    return policy;
  };
  const officer = { sub: 'li', clientId: 'console', jti: 'j1', sid: 's1' };
  const system = { sub: 'mzj-system', clientId: 'mzj-system', jti: 'j2' };

  it('is a system by its registration, for the one department it acts for', () => {
    expect(policyWith({ system: aSystem() }).principalOf(system, now)).toEqual({
      kind: 'system',
      officerId: null,
      systemId: 'mzj-system',
      departmentId: 'mzj',
      regionCode: '460100',
      roles: ['SYSTEM'],
      tokenId: 'j2',
      clientId: 'mzj-system',
      sessionId: null,
    });
  });

  it('is an officer by the appointments in force', () => {
    const appointments = [
      anAppointment({ roles: ['REVIEWER'], until: '2026-01-01' }),
      anAppointment({ roles: ['SUBMITTER'] }),
      anAppointment({ roles: ['RESPONSIBLE_OFFICER'] }),
      anAppointment({ organisationId: 'zgt', roles: ['AUDITOR'] }),
    ];
    expect(policyWith({ officer: anOfficer({ appointments }) }).principalOf(officer, now)).toEqual({
      kind: 'officer',
      officerId: 'li',
      systemId: null,
      departmentId: 'mzj',
      regionCode: '460100',
      roles: ['SUBMITTER', 'RESPONSIBLE_OFFICER'],
      tokenId: 'j1',
      clientId: 'console',
      sessionId: 's1',
    });
  });

  it("[R4.5] has the roles of the body in their time, unless it is the body's system", () => {
    const organisation = anOrganisation({
      roles: [
        { role: 'LOCAL_AUTHORITY', from: '2026-01-01', until: null },
        { role: 'PROVINCIAL_AUTHORITY', from: '2026-04-01', until: null },
        { role: 'AUDITOR', from: '2025-01-01', until: '2026-03-02' },
      ],
    });
    const policy = policyWith({ organisation, officer: anOfficer(), system: aSystem() });
    expect(policy.principalOf(officer, now)?.roles).toEqual(['LOCAL_AUTHORITY', 'SUBMITTER']);
    expect(policy.principalOf(system, now)?.roles).toEqual(['SYSTEM']);
  });

  it('[R4.5] loses by the end of a role of the body what an appointment still says', () => {
    const officerOf = anOfficer({ appointments: [anAppointment({ roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'] })] });
    const rolesWhile = (until: string | null) =>
      policyWith({
        organisation: anOrganisation({ roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2025-01-01', until }] }),
        officer: officerOf,
      }).principalOf(officer, now)?.roles;
    expect(rolesWhile(null)).toEqual(['PROVINCIAL_AUTHORITY', 'REVIEWER']);
    expect(rolesWhile('2026-01-01')).toEqual(['REVIEWER']);
  });

  describe('[R15.1] as a deputy', () => {
    const deputises = {
      roles: ['RESPONSIBLE_OFFICER'] as const,
      deputyFor: 'zhou',
      from: '2026-03-01',
      until: '2026-03-10',
    };
    const rolesOf = (zhou: Partial<OfficerState>, over: Partial<Appointment> = {}, at = now) => {
      const policy = policyWith({
        officer: anOfficer({ appointments: [anAppointment(), anAppointment({ ...deputises, ...over })] }),
      });
      policy.apply(
        'policy.officers',
        'zhou',
        anOfficer({
          id: 'zhou',
          appointments: [anAppointment({ roles: ['RESPONSIBLE_OFFICER', 'REVIEWER'] })],
          ...zhou,
        }),
      );
      return policy.principalOf(officer, at)?.roles;
    };
    it.each<[string, Partial<OfficerState>, Partial<Appointment>, Date, readonly string[]]>([
      ['acts while the holder is absent', {}, {}, now, ['SUBMITTER', 'RESPONSIBLE_OFFICER']],
      ['not before', {}, {}, new Date('2026-02-28T10:00:00+08:00'), ['SUBMITTER']],
      ['not after', {}, {}, new Date('2026-03-10T00:00:00+08:00'), ['SUBMITTER']],
      ['not for somebody who left', { status: 'DEPARTED' }, {}, now, ['SUBMITTER']],
      [
        'not for somebody out of office',
        { appointments: [anAppointment({ roles: ['RESPONSIBLE_OFFICER'], until: '2026-03-01' })] },
        {},
        now,
        ['SUBMITTER'],
      ],
      [
        'not for somebody in office elsewhere',
        { appointments: [anAppointment({ roles: ['RESPONSIBLE_OFFICER'], organisationId: 'zgt' })] },
        {},
        now,
        ['SUBMITTER'],
      ],
      [
        'not for a deputy',
        { appointments: [anAppointment({ roles: ['RESPONSIBLE_OFFICER'], deputyFor: 'li' })] },
        {},
        now,
        ['SUBMITTER'],
      ],
      ['not with more than the holder has', {}, { roles: ['RESPONSIBLE_OFFICER', 'SUBMITTER'] }, now, ['SUBMITTER']],
      ['not for somebody nobody knows', {}, { deputyFor: 'nobody' }, now, ['SUBMITTER']],
    ])('%s', (_what, zhou, over, at, roles) => expect(rolesOf(zhou, over, at)).toEqual(roles));
  });

  it('[R14.7] acts for the new department after a change of posts, and no longer for the former', () => {
    const moved = anOfficer({
      appointments: [
        anAppointment({ until: '2026-03-02' }),
        anAppointment({ organisationId: 'zgt', roles: ['REVIEWER'], from: '2026-03-02' }),
      ],
    });
    const policy = policyWith({ officer: moved });
    policy.apply('policy.organisations', 'zgt', anOrganisation({ id: 'zgt' }));
    const at = (day: string) => policy.principalOf(officer, new Date(`${day}T10:00:00+08:00`));
    expect([at('2026-03-01'), at('2026-03-02')]).toMatchObject([
      { departmentId: 'mzj', roles: ['SUBMITTER'] },
      { departmentId: 'zgt', roles: ['REVIEWER'] },
    ]);
  });

  it('has no role as a suspended system', () => {
    expect(policyWith({ system: aSystem({ status: 'SUSPENDED' }) }).principalOf(system, now)?.roles).toEqual([]);
  });

  it.each([
    ['an unknown officer', {}, officer],
    ['a departed officer', { officer: anOfficer({ status: 'DEPARTED' }) }, officer],
    ['an officer out of office', { officer: anOfficer({ appointments: [] }) }, officer],
    ['an unknown system', {}, system],
    ['a retired system', { system: aSystem({ status: 'RETIRED' }) }, system],
    ['a system of a body nobody knows', { system: aSystem({ departmentId: 'zgt' }) }, system],
    ['a system with the token of a person', { system: aSystem() }, { ...system, clientId: 'console' }],
    [
      'an officer of a body that is gone',
      { officer: anOfficer(), organisation: anOrganisation({ status: 'ABOLISHED' }) },
      officer,
    ],
  ])('is nobody: %s', (_who, states, subject) => {
    expect(policyWith(states).principalOf(subject, now)).toBeNull();
  });

  it('[R14.7] shows every stop that hits a caller, the owner of its system included', () => {
    const policy = policyWith({ system: aSystem({ ownerId: 'vendor' }) });
    const principal = policy.principalOf(system, now)!;
    expect(stopsOn(policy, principal, now)).toEqual([]);
    policy.apply('policy.stops', 'a', aStop({ id: 'a', target: 'organisation', targetId: 'vendor' }));
    policy.apply('policy.stops', 'b', aStop({ id: 'b', target: 'token', targetId: 'j2' }));
    policy.apply('policy.stops', 'c', aStop({ id: 'c', until: '2026-03-01' }));
    expect(stopsOn(policy, principal, now)).toEqual(['token:j2', 'organisation:vendor']);
  });

  it('[R14.7] shows the stop of a session or a client on whoever came by it, and of one department on nobody else', () => {
    const policy = policyWith({ officer: anOfficer() });
    const principal = policy.principalOf(officer, now)!;
    policy.apply('policy.stops', 'a', aStop({ id: 'a', target: 'session', targetId: 's1', departmentId: 'mzj' }));
    policy.apply('policy.stops', 'b', aStop({ id: 'b', target: 'client', targetId: 'console' }));
    policy.apply('policy.stops', 'c', aStop({ id: 'c', target: 'token', targetId: 'j1', departmentId: 'wjw' }));
    expect(stopsOn(policy, principal, now)).toEqual(['session:s1', 'client:console']);
    expect(stopsOn(policy, { ...principal, sessionId: 's2', clientId: 'portal' }, now)).toEqual([]);
  });
});
