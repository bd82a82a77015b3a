import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { confirm, expire, lift, place, rightOver, stopState, type Stop, type Subject } from './stop';

const now = new Date('2026-03-02T02:00:00.000Z');
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();
const limits = { emergencyHours: 72, departmentDays: 30 };

const someone = (departmentId: string, officerId: string | null, regionCode: string, ...roles: Role[]): Principal => ({
  kind: officerId === null ? 'system' : 'officer',
  officerId,
  systemId: officerId === null ? `${departmentId}-system` : null,
  departmentId,
  regionCode,
  roles,
  tokenId: 't',
});
const province = someone('gxt', 'admin', '460000', 'PROVINCIAL_AUTHORITY');
const city = someone('hk-kgx', 'li', '460100', 'LOCAL_AUTHORITY');
const otherCity = someone('sy-kgx', 'fu', '460200', 'LOCAL_AUTHORITY');
const county = someone('ml-kgx', 'he', '460108', 'LOCAL_AUTHORITY');
const group = someone('ldxz', 'zhao', '460000', 'LEADING_GROUP');
const operator = someone('zx', 'ops', '460000', 'PLATFORM_OPERATOR');
const responsible = someone('mzj', 'wu', '460100', 'RESPONSIBLE_OFFICER');
const reviewer = someone('mzt', 'chen', '460000', 'REVIEWER');
const bodies = {
  mzj: { id: 'mzj', regionCode: '460100', isProvincialAuthority: false },
  mzt: { id: 'mzt', regionCode: '460000', isProvincialAuthority: false },
  gxt: { id: 'gxt', regionCode: '460000', isProvincialAuthority: true },
};
const subject = (over: Partial<Subject> = {}): Subject => ({
  target: 'system',
  targetId: 'mzj-system',
  departmentIds: ['mzj'],
  providerId: null,
  concerned: [bodies.mzj],
  clientOfPeople: false,
  ...over,
});
const officer = subject({ target: 'officer', targetId: 'wang' });
const token = subject({ target: 'token', targetId: 'jti-1' });
const anybodysToken = subject({ target: 'token', targetId: 'jti-1', departmentIds: [], concerned: [] });
const organisation = subject({ target: 'organisation', targetId: 'mzj', departmentIds: [] });
const grant = subject({
  target: 'grant',
  targetId: 'g1',
  departmentIds: [],
  providerId: 'mzt',
  concerned: [bodies.mzt, bodies.mzj],
});
const resource = subject({
  target: 'resource',
  targetId: 'r1',
  departmentIds: [],
  providerId: 'mzt',
  concerned: [bodies.mzt],
});

const ask = (over: object = {}) => ({ id: 'stop-1', reason: '异常调用', until: inHours(24), ...over });
const placed = (what: Subject, by: Principal, over: object = {}): Stop => place(what, ask(over), limits, by, now).state;
const refused = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as Refusal).code;
  }
  return 'not refused';
};

describe('who may stop what', () => {
  const local = subject({ concerned: [{ ...bodies.mzj, regionCode: '460108' }] });
  it.each<[string, Subject, Principal, string | null]>([
    ['[R4.1] the province a system', subject(), province, 'PROVINCE'],
    ['[R4.1] the province an organisation', organisation, province, 'PROVINCE'],
    ['[R4.1] the province a token, whosever', anybodysToken, province, 'PROVINCE'],
    ['[R4.1] a city what is in its region', subject(), city, 'LOCAL'],
    ['[R4.1] a city what is in its county', local, city, 'LOCAL'],
    ['[R4.1] no city what is in another', subject(), otherCity, null],
    ['[R4.1] no county what is in its city', subject(), county, null],
    ['[R4.1] no city a grant across levels', grant, city, null],
    ['[R4.1] no city a token whose department was not said', anybodysToken, city, null],
    ['[R14.7] a responsible officer an own system', subject(), responsible, 'DEPARTMENT'],
    ['[R14.7] a responsible officer an own officer', officer, responsible, 'DEPARTMENT'],
    ['[R14.7] a responsible officer an own token', token, responsible, 'DEPARTMENT'],
    [
      '[R14.7] no responsible officer another department’s system',
      subject({ departmentIds: ['wjw'] }),
      responsible,
      null,
    ],
    ['[R14.7] no responsible officer the organisation', organisation, responsible, null],
    ['[R14.7] no reviewer an own system', subject(), { ...responsible, roles: ['REVIEWER'] }, null],
    ['[R10.4] the provider’s reviewer a grant on its resource', grant, reviewer, 'PROVIDER'],
    ['[R10.4] the provider’s reviewer its resource', resource, reviewer, 'PROVIDER'],
    ['[R10.4] not the provider’s submitter', resource, { ...reviewer, roles: ['SUBMITTER'] }, null],
    ['[R10.4] not the holder a grant', grant, { ...responsible, roles: ['REVIEWER', 'RESPONSIBLE_OFFICER'] }, null],
    [
      '[R14.10] the province its own resource as a provider only',
      { ...resource, providerId: 'gxt' },
      { ...province, roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'] },
      'PROVIDER',
    ],
    ['[R14.3] the operator a token', anybodysToken, operator, 'OPERATOR'],
    ['[R14.3] the operator a client', subject({ target: 'client' }), operator, 'OPERATOR'],
    ['[R14.3] the operator a session', subject({ target: 'session' }), operator, 'OPERATOR'],
    ['[R14.3] no operator a system', subject(), operator, null],
    ['[R14.3] no operator an officer', officer, operator, null],
    ['[R14.3] no operator a grant', grant, operator, null],
    ['[R14.3] no operator a resource', resource, operator, null],
    [
      '[R14.10] the leading group what is the authority’s',
      subject({ concerned: [bodies.gxt] }),
      group,
      'LEADING_GROUP',
    ],
    ['not the leading group what is a department’s', subject(), group, null],
    ['[R14.8] no system, whatever its roles', subject(), { ...province, officerId: null }, null],
  ])('%s', (_who, what, by, right) => {
    expect(rightOver(what, by)).toBe(right);
    if (right === null) expect(refused(() => placed(what, by))).toBe('stop.not_entitled');
  });
});

describe('the end of a stop', () => {
  it.each<[string, Subject, Principal, string | null, string]>([
    ['is left to authorities', subject(), province, null, 'not refused'],
    ['is left to authorities of the region', subject(), city, null, 'not refused'],
    ['must be said by a department', subject(), responsible, null, 'stop.until_required'],
    ['must be said by the operator', anybodysToken, operator, null, 'stop.until_required'],
    ['must be said by a provider', grant, reviewer, null, 'stop.until_required'],
    [
      'must be said of a client that people sign in with',
      subject({ target: 'client', clientOfPeople: true }),
      province,
      null,
      'stop.until_required',
    ],
    ['is not in the past', subject(), province, inHours(0), 'stop.until_invalid'],
    [
      'is no more than 30 days off for a department',
      subject(),
      responsible,
      inHours(30 * 24 + 1),
      'stop.until_invalid',
    ],
    ['may be 30 days off for a department', subject(), responsible, inHours(30 * 24), 'not refused'],
    ['is no more than a year off for an authority', subject(), province, inHours(367 * 24), 'stop.until_invalid'],
    [
      '[R10.4] is no later for a provider than when it must be confirmed',
      grant,
      reviewer,
      inHours(73),
      'stop.emergency_too_long',
    ],
    ['[R10.4] may be when a provider’s must be confirmed', grant, reviewer, inHours(72), 'not refused'],
  ])('%s', (_what, what, by, until, code) => {
    expect(refused(() => placed(what, by, { until }))).toBe(code);
  });

  it('tells the gateway, and keeps the reason out of the fact', () => {
    const { state, event } = place(grant, ask(), limits, reviewer, now);
    expect(stopState(state)).toEqual({
      id: 'stop-1',
      version: 1,
      target: 'grant',
      targetId: 'g1',
      departmentId: null,
      status: 'ACTIVE',
      reason: '异常调用',
      until: inHours(24),
    });
    expect(event).toMatchObject({
      type: 'authorisation.stop-placed.v1',
      key: 'stop-1',
      data: { as: 'PROVIDER', organisationId: 'mzt', by: 'chen' },
    });
    expect(JSON.stringify(event)).not.toContain('异常调用');
  });

  it('[R10.4] ends what nobody confirmed as lapsed, and the rest as expired', () => {
    expect(expire(placed(grant, reviewer), now).event.data.how).toBe('LAPSED');
    const confirmed = confirm(placed(grant, reviewer), grant, ask(), province, now).state;
    expect(expire(confirmed, now).event.data.how).toBe('EXPIRED');
    expect(expire(placed(subject(), responsible), now).state).toMatchObject({
      status: 'LIFTED',
      ended: { how: 'EXPIRED', by: 'platform' },
      revision: 2,
    });
  });
});

describe('[R14.7] a stop hits', () => {
  const shared = subject({
    target: 'officer',
    targetId: 'wang',
    departmentIds: ['wjw', 'mzj'],
    concerned: [{ ...bodies.mzj, id: 'wjw' }, bodies.mzj],
  });
  it('a shared officer only where the department that stopped them is acted for', () => {
    expect(placed(shared, responsible)).toMatchObject({ departmentId: 'mzj', concerned: ['mzj'] });
    expect(placed(shared, province)).toMatchObject({ departmentId: null, concerned: ['wjw', 'mzj'] });
  });

  it('a token of the department it was said to be of', () => {
    expect(placed(token, responsible).departmentId).toBe('mzj');
    expect(placed(token, operator).departmentId).toBe('mzj');
    expect(placed(anybodysToken, operator).departmentId).toBeNull();
  });
});

describe('an emergency stop of a provider [R10.4]', () => {
  const emergency = placed(grant, reviewer);
  const confirmed = (by: Principal, over: Partial<Stop> = {}, what = grant) =>
    refused(() => confirm({ ...emergency, ...over }, what, ask(), by, now));
  const hybrid = (by: Principal, over: Partial<Principal>) => ({ ...by, ...over });

  it('is made to stand by the authority, which then says until when', () => {
    const { state, event } = confirm(emergency, grant, { reason: '确有泄露', until: null }, province, now);
    expect(state).toMatchObject({
      until: null,
      standsBy: { as: 'PROVINCE', organisationId: 'gxt' },
      confirmation: { by: 'admin', reason: '确有泄露' },
      revision: 2,
    });
    expect(event.data).toMatchObject({ as: 'PROVINCE', until: null });
    expect(refused(() => confirm(state, grant, ask(), province, now))).toBe('stop.already_confirmed');
    expect(refused(() => lift(state, grant, '误报', reviewer, now))).toBe('stop.placed_above');
  });

  it.each<[string, () => string]>([
    ['by the provider itself', () => confirmed(hybrid(province, { departmentId: 'mzt' }))],
    ['by the holder', () => confirmed(hybrid(province, { departmentId: 'mzj' }))],
    ['by the person who placed it, in another post', () => confirmed(hybrid(province, { officerId: 'chen' }))],
  ])('[R14.10] is not confirmed %s', (_who, code) => expect(code()).toBe('stop.own_case'));

  it.each<[string, Principal]>([
    ['the operator', operator],
    ['an authority of another region', otherCity],
    ['a department', someone('wjw', 'x', '460000', 'RESPONSIBLE_OFFICER')],
  ])('[R4.1] is not confirmed by %s', (_who, by) => expect(confirmed(by)).toBe('stop.not_entitled'));

  it('[R14.10] of the authority itself is confirmed by the leading group', () => {
    const own = { ...resource, providerId: 'gxt', concerned: [bodies.gxt] };
    const stop = placed(own, { ...province, roles: ['REVIEWER'] });
    expect(refused(() => confirm(stop, own, ask(), { ...province, departmentId: 'other', officerId: 'x' }, now))).toBe(
      'access.role_required',
    );
    expect(confirm(stop, own, ask(), group, now).state.standsBy.as).toBe('LEADING_GROUP');
  });

  it('is confirmed only while it stands, and nothing else is', () => {
    expect(confirmed(province, { status: 'LIFTED' })).toBe('stop.already_ended');
    expect(confirmed(province, { until: now.toISOString() })).toBe('stop.already_ended');
    expect(refused(() => confirm(placed(subject(), responsible), subject(), ask(), province, now))).toBe(
      'stop.not_emergency',
    );
  });
});

describe('who may lift a stop', () => {
  const lifted = (stop: Stop, what: Subject, by: Principal) => refused(() => lift(stop, what, '查明', by, now));
  const countyStop = {
    ...placed(subject(), city),
    standsBy: { as: 'LOCAL' as const, organisationId: 'x', regionCode: '460108' },
  };
  it.each<[string, Stop, Subject, Principal, string]>([
    ['who placed it', placed(subject(), responsible), subject(), responsible, 'not refused'],
    ['the authority above', placed(subject(), responsible), subject(), city, 'not refused'],
    ['the province above that', placed(subject(), city), subject(), province, 'not refused'],
    ['the provider that placed it', placed(grant, reviewer), grant, reviewer, 'not refused'],
    ['a city what a county placed', countyStop, subject(), city, 'not refused'],
    [
      '[R4.5] the body that operates now',
      placed(token, operator),
      token,
      { ...operator, departmentId: 'next' },
      'not refused',
    ],
    [
      'no other department what a department placed',
      placed(subject({ departmentIds: ['mzj', 'wjw'] }), responsible),
      subject({ departmentIds: ['mzj', 'wjw'] }),
      { ...responsible, departmentId: 'wjw' },
      'stop.placed_above',
    ],
    [
      '[R14.10] no department what the authority placed',
      placed(subject(), city),
      subject(),
      responsible,
      'stop.placed_above',
    ],
    ['[R14.10] no city what the province placed', placed(subject(), province), subject(), city, 'stop.placed_above'],
    ['[R14.10] no operator what a department placed', placed(token, responsible), token, operator, 'stop.placed_above'],
    [
      '[R14.10] no department what the operator placed',
      placed(token, operator),
      token,
      responsible,
      'stop.placed_above',
    ],
    [
      '[R14.10] no province what the leading group placed',
      placed(subject({ concerned: [bodies.gxt] }), group),
      subject({ concerned: [bodies.gxt] }),
      { ...province, departmentId: 'other' },
      'stop.placed_above',
    ],
    [
      '[R14.10] no authority what a provider placed against it',
      placed({ ...grant, concerned: [bodies.mzt, bodies.gxt] }, reviewer),
      { ...grant, concerned: [bodies.mzt, bodies.gxt] },
      province,
      'stop.on_oneself',
    ],
    ['[R14.7] nobody else', placed(subject(), responsible), subject(), otherCity, 'stop.not_entitled'],
  ])('%s', (_who, stop, what, by, code) => expect(lifted(stop, what, by)).toBe(code));

  it.each<[string, Subject, Partial<Principal>]>([
    ['their own person', officer, { officerId: 'wang' }],
    ['their own token', token, { tokenId: 'jti-1' }],
    ['their own session', subject({ target: 'session', targetId: 's1' }), { sessionId: 's1' }],
    ['their own body', organisation, { departmentId: 'mzj' }],
  ])('[R14.10] nobody a stop on %s, whatever their roles', (_what, what, over) => {
    expect(lifted(placed(what, city), what, { ...province, ...over })).toBe('stop.on_oneself');
  });

  it('only once', () => {
    const { state, event } = lift(placed(subject(), responsible), subject(), '查明', responsible, now);
    expect(state).toMatchObject({ status: 'LIFTED', ended: { how: 'LIFTED', by: 'wu', reason: '查明' }, revision: 2 });
    expect(event.data).toMatchObject({ as: 'DEPARTMENT', organisationId: 'mzj' });
    expect(lifted(state, subject(), responsible)).toBe('stop.already_ended');
  });
});
