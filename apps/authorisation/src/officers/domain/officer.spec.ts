import { Refusal, type Appointment, type Principal } from '@qiongtong/contracts';
import { aPrincipal } from '@qiongtong/testing';
import {
  amend,
  bootstrap,
  endAppointment,
  isKnownTo,
  officerState,
  register,
  type Bodies,
  type Body,
  type Officer,
} from './officer';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal => aPrincipal({ roles: ['RESPONSIBLE_OFFICER'], ...over });
const authority = by({ officerId: 'admin', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
const local = by({ officerId: 'li', departmentId: 'hk-kgx', regionCode: '460100', roles: ['LOCAL_AUTHORITY'] });
const body = (id: string, over: Partial<Body> = {}): Body => ({
  id,
  kind: 'DEPARTMENT',
  status: 'ACTIVE',
  regionCode: '460000',
  roles: [],
  ...over,
});
const bodies: Bodies = new Map(
  [
    body('mzt'),
    body('gxt', { roles: [{ role: 'PROVINCIAL_AUTHORITY', until: null }] }),
    body('dsj', { roles: [{ role: 'PLATFORM_OPERATOR', until: '2026-01-01T00:00:00.000Z' }] }),
    body('hk-mzj', { regionCode: '460100' }),
    body('yunfan', { kind: 'VENDOR' }),
    body('gone', { status: 'ABOLISHED' }),
  ].map((b) => [b.id, b]),
);
const post = (over: Partial<Appointment> = {}): Appointment => ({
  organisationId: 'mzt',
  unit: '信息中心',
  post: '经办人',
  roles: ['SUBMITTER'],
  from: '2026-01-01T00:00:00.000Z',
  until: null,
  ...over,
});
const anOfficer = (over: Partial<Officer> = {}): Officer => ({
  id: 'wang',
  name: '王',
  status: 'ACTIVE',
  appointments: [post()],
  registeredBy: 'chen',
  revision: 2,
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...over,
});

describe('registering an officer', () => {
  it.each([
    ['in another department', [post({ organisationId: 'hk-mzj' })], by(), 'officer.outside_reach'],
    ['by a submitter', [post()], by({ roles: ['SUBMITTER'] }), 'officer.outside_reach'],
    ['[R4.1] by a local authority outside its region', [post()], local, 'officer.outside_reach'],
    ['with a platform role by a department', [post({ roles: ['AUDITOR'] })], by(), 'officer.platform_role'],
    [
      '[R4.5] with a role that the body does not hold',
      [post({ roles: ['AUDITOR'] })],
      authority,
      'officer.role_not_of_body',
    ],
    [
      '[R4.5] with a role that the body no longer holds',
      [post({ organisationId: 'dsj', roles: ['PLATFORM_OPERATOR'] })],
      authority,
      'officer.role_not_of_body',
    ],
    ['[R13.1] of a vendor', [post({ organisationId: 'yunfan' })], authority, 'officer.body_not_department'],
    [
      'with an appointment that ends before it begins',
      [post({ until: '2025-01-01T00:00:00.000Z' })],
      by(),
      'officer.period_invalid',
    ],
  ])('[R14.7] is refused %s', (_when, appointments, who, code) => {
    expect(() => register({ id: 'wang', name: '王', appointments }, bodies, who, now)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('is done by the department for its own, and the facts carry no name', () => {
    const { state, event } = register({ id: 'wang', name: '王', appointments: [post()] }, bodies, by(), now);
    expect(officerState(state)).toMatchObject({ id: 'wang', version: 1, status: 'ACTIVE' });
    expect(JSON.stringify(event)).not.toContain('王');
  });

  it('[R4.1] is done by the authority of the region', () => {
    expect(
      register({ id: 'w', name: '王', appointments: [post({ organisationId: 'hk-mzj' })] }, bodies, local, now).state
        .id,
    ).toBe('w');
  });

  it('begins with the administrator that configuration names', () => {
    const { state } = bootstrap({ id: 'gxt-admin', name: '管理员', organisationId: 'gxt' }, now);
    expect(state.appointments).toMatchObject([{ organisationId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'], until: null }]);
  });
});

describe('amending an officer', () => {
  const shared = anOfficer({ appointments: [post(), post({ organisationId: 'hk-mzj', roles: ['REVIEWER'] })] });

  it.each([
    [
      '[R14.10] officers change their own appointments',
      anOfficer({ id: 'chen' }),
      { appointments: [] },
      'officer.own_appointment',
    ],
    [
      'the officer serves only another department',
      anOfficer({ appointments: [post({ organisationId: 'hk-mzj' })] }),
      { appointments: [] },
      'officer.outside_reach',
    ],
    ['the officer shared with another department is renamed', shared, { name: 'x' }, 'officer.outside_reach'],
    [
      'the officer shared with another department is to depart',
      shared,
      { status: 'DEPARTED' },
      'officer.outside_reach',
    ],
    [
      'a platform role is added',
      anOfficer(),
      { appointments: [post({ roles: ['AUDITOR'] })] },
      'officer.platform_role',
    ],
  ] as const)('is refused when %s', (_when, officer, change, code) => {
    expect(() => amend(officer, change, bodies, by(), now)).toThrow(expect.objectContaining({ code }));
  });

  it('replaces the department’s own appointments and leaves another’s alone', () => {
    const { state } = amend(shared, { appointments: [post({ roles: ['REVIEWER'] })] }, bodies, by(), now);
    expect(state.appointments.map((a) => [a.organisationId, a.roles])).toEqual([
      ['hk-mzj', ['REVIEWER']],
      ['mzt', ['REVIEWER']],
    ]);
  });

  it('leaves a platform role alone when the department amends', () => {
    const officer = anOfficer({
      appointments: [post({ organisationId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] }), post({ organisationId: 'gxt' })],
    });
    const { state } = amend(officer, { appointments: [] }, bodies, by({ departmentId: 'gxt' }), now);
    expect(state.appointments).toMatchObject([{ roles: ['PROVINCIAL_AUTHORITY'] }]);
  });

  it('lets a department say that its own officer has left', () => {
    expect(amend(anOfficer(), { status: 'DEPARTED' }, bodies, by(), now).event.data.status).toBe('DEPARTED');
  });
});

describe('knowing of an officer', () => {
  it.each([
    ['the officer', by({ officerId: 'wang', departmentId: 'x' }), true],
    ['the department', by({ roles: [] }), true],
    ['the authority of the region', authority, true],
    ['another department', by({ departmentId: 'wjw' }), false],
    ['the authority of another region', local, false],
  ])('%s: %#', (_who, who, known) => {
    expect(isKnownTo(anOfficer(), bodies, who)).toBe(known);
  });
});

describe('a deputy [R15.1]', () => {
  const zhou = anOfficer({
    id: 'zhou',
    appointments: [
      post({ roles: ['RESPONSIBLE_OFFICER', 'REVIEWER'] }),
      post({ roles: ['SUBMITTER'], until: '2026-02-01T00:00:00.000Z' }),
    ],
  });
  const holders = new Map([[zhou.id, zhou]]);
  const deputation = (over: Partial<Appointment> = {}) =>
    post({
      roles: ['REVIEWER'],
      from: '2026-03-02T00:00:00.000Z',
      until: '2026-03-20T00:00:00.000Z',
      deputyFor: 'zhou',
      ...over,
    });
  const appoint = (over: Partial<Appointment> = {}, known: ReadonlyMap<string, Officer> = holders, who = by()) =>
    amend(anOfficer(), { appointments: [post(), deputation(over)] }, bodies, who, now, known);

  it('is appointed for who is in office there, and recorded as deputy', () => {
    const { state, event } = appoint();
    expect(officerState(state).appointments[1]).toMatchObject({ deputyFor: 'zhou', roles: ['REVIEWER'] });
    expect(event.data.appointments).toMatchObject([
      { deputyFor: null },
      { deputyFor: 'zhou', until: '2026-03-20T00:00:00.000Z' },
    ]);
  });

  it.each<[string, () => unknown, string]>([
    ['without an end', () => appoint({ until: null }), 'officer.deputy_without_end'],
    ['for more than a year', () => appoint({ until: '2027-03-04T00:00:00.000Z' }), 'officer.deputy_without_end'],
    ['for somebody nobody knows', () => appoint({ deputyFor: 'nobody' }), 'officer.deputy_invalid'],
    [
      'for themselves',
      () => appoint({ deputyFor: 'wang' }, new Map([['wang', { ...zhou, id: 'wang' }]])),
      'officer.deputy_invalid',
    ],
    ['with a role whose holder has it no longer', () => appoint({ roles: ['SUBMITTER'] }), 'officer.deputy_invalid'],
    [
      'for somebody who left',
      () => appoint({}, new Map([['zhou', { ...zhou, status: 'DEPARTED' as const }]])),
      'officer.deputy_invalid',
    ],
    [
      'for another deputy',
      () =>
        appoint({}, new Map([['zhou', { ...zhou, appointments: [post({ roles: ['REVIEWER'], deputyFor: 'x' })] }]])),
      'officer.deputy_invalid',
    ],
    [
      'for somebody of another department',
      () =>
        appoint(
          {},
          new Map([['zhou', { ...zhou, appointments: [post({ organisationId: 'gxt', roles: ['REVIEWER'] })] }]]),
        ),
      'officer.deputy_invalid',
    ],
    ['[R4.1] outside the reach of who appoints', () => appoint({}, holders, local), 'officer.outside_reach'],
    [
      '[R14.10] by the one who is to deputise',
      () => appoint({}, holders, by({ officerId: 'wang' })),
      'officer.own_appointment',
    ],
  ])('is refused %s', (_what, act, code) => {
    expect(act).toThrow(expect.objectContaining({ code }));
  });

  it('ends sooner although the principal has left meanwhile, and neither later nor with other roles', () => {
    const { state } = appoint();
    const gone = new Map([['zhou', { ...zhou, status: 'DEPARTED' as const }]]);
    const until = '2026-03-05T00:00:00.000Z';
    const ending = (over: Partial<Appointment>) =>
      amend(state, { appointments: [post(), { ...state.appointments[1]!, ...over }] }, bodies, by(), now, gone);
    expect(ending({ until }).state.appointments[1]).toMatchObject({ deputyFor: 'zhou', until });
    for (const over of [
      { until: '2026-03-25T00:00:00.000Z' },
      { until: null },
      { until, roles: ['RESPONSIBLE_OFFICER'] },
      { until, from: '2026-03-01T00:00:00.000Z' },
    ] as const)
      expect(() => ending(over)).toThrow(Refusal);
    expect(() => ending({ until: '2026-03-01T00:00:00.000Z' })).toThrow(
      expect.objectContaining({ code: 'officer.period_invalid' }),
    );
  });

  it('stays as appointed when other posts of the officer change later', () => {
    const { state } = appoint();
    const later = amend(state, { appointments: [...state.appointments, post({ unit: '数据处' })] }, bodies, by(), now);
    expect(later.state.appointments).toHaveLength(3);
  });
});

describe('an officer who leaves', () => {
  it('[R14.7] holds nothing from that moment on', () => {
    const appointments = [
      post({ until: '2026-02-01T00:00:00.000Z' }),
      post(),
      post({ until: '2027-01-01T00:00:00.000Z' }),
      post({ from: '2026-04-01T00:00:00.000Z' }),
    ];
    const { state } = amend(anOfficer({ appointments }), { status: 'DEPARTED' }, bodies, by(), now);
    expect(state.appointments.map(({ until }) => until)).toEqual([
      '2026-02-01T00:00:00.000Z',
      now.toISOString(),
      now.toISOString(),
    ]);
    const back = amend(state, { status: 'ACTIVE' }, bodies, by(), now).state;
    expect(back.appointments.filter(({ until }) => until === null || until > now.toISOString())).toEqual([]);
  });

  it('[R14.7] is appointed in no body that is gone', () => {
    const there = { appointments: [post({ organisationId: 'gone' })] };
    expect(() => amend(anOfficer(), there, bodies, authority, now)).toThrow(
      expect.objectContaining({ code: 'organisation.unknown' }),
    );
  });
});

describe('ending one appointment', () => {
  const other = post({ unit: '数据处', roles: ['REVIEWER'] });
  const elsewhere = post({ organisationId: 'hk-mzj' });
  const officer = anOfficer({ appointments: [post(), other, elsewhere] });
  const [first] = officer.appointments as [Appointment];

  it('[R8.5] leaves the others, also those of another body', () => {
    const { state, event } = endAppointment(officer, first, bodies, by(), now);
    expect(state.appointments).toEqual([{ ...first, until: now.toISOString() }, other, elsewhere]);
    expect(event.data).toMatchObject({ officerId: 'wang', status: 'ACTIVE', revision: 3 });
  });

  it('[R8.5] needs nothing of what is left: a deputy’s whose principal has left, one in a body that is gone', () => {
    const deputy = post({ until: '2026-06-01T00:00:00.000Z', deputyFor: 'nobody' });
    const gone = post({ organisationId: 'gone' });
    for (const [held, who] of [
      [deputy, by()],
      [gone, authority],
    ] as const) {
      const { state } = endAppointment(anOfficer({ appointments: [held] }), held, bodies, who, now);
      expect(state.appointments[0]!.until).toBe(now.toISOString());
    }
  });

  it.each([
    ['their own', first, by({ officerId: 'wang' }), 'officer.own_appointment'],
    ['another body’s', elsewhere, by(), 'officer.outside_reach'],
    ['by a submitter', first, by({ roles: ['SUBMITTER'] }), 'officer.outside_reach'],
    ['of another region', first, local, 'officer.outside_reach'],
    [
      'by which the body itself acts',
      post({ organisationId: 'mzt', roles: ['AUDITOR'] }),
      by(),
      'officer.outside_reach',
    ],
  ])('[R14.10] is refused: %s', (_what, held, who, code) => {
    const given = anOfficer({ appointments: [first, elsewhere, held] });
    expect(() => endAppointment(given, held, bodies, who, now)).toThrow(expect.objectContaining({ code }));
  });
});
