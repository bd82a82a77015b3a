import { competentAuthority, type Body, type Party } from './competence';

type RoleAssignment = Body['roles'][number];

const now = new Date('2026-03-02T01:00:00Z');
const role = (name: RoleAssignment['role'], from = '2020-01-01T00:00:00.000Z', until: string | null = null) => ({
  role: name,
  from,
  until,
});
const body = (id: string, regionCode: string, ...roles: RoleAssignment[]): Body => ({
  id,
  status: 'ACTIVE',
  regionCode,
  roles,
});
const party = (id: string, regionCode: string): Party => ({
  id,
  regionCode,
  level: regionCode.endsWith('0000') ? 'PROVINCE' : regionCode.endsWith('00') ? 'CITY' : 'COUNTY',
});
const group = body('ldxz', '460000', role('LEADING_GROUP'));
const province = body('gxt', '460000', role('PROVINCIAL_AUTHORITY'));
const haikou = body('hk-gxj', '460100', role('LOCAL_AUTHORITY'));
const longhua = body('lh-gxj', '460106', role('LOCAL_AUTHORITY'));
const bodies = [group, province, haikou, longhua];

describe('the competent authority', () => {
  it.each([
    ['two of the province', party('mzt', '460000'), party('ybj', '460000'), 'gxt', 'PROVINCIAL_AUTHORITY'],
    ['two of one city', party('hk-mzj', '460100'), party('hk-ybj', '460100'), 'hk-gxj', 'LOCAL_AUTHORITY'],
    ['two of one county', party('lh-mz', '460106'), party('lh-yb', '460106'), 'lh-gxj', 'LOCAL_AUTHORITY'],
    ['two of a county without one', party('xy-mz', '460105'), party('xy-yb', '460105'), 'hk-gxj', 'LOCAL_AUTHORITY'],
    ['two of a city without one', party('sy-mz', '460200'), party('sy-yb', '460200'), 'gxt', 'PROVINCIAL_AUTHORITY'],
    ['a city and the province', party('hk-mzj', '460100'), party('ybj', '460000'), 'gxt', 'PROVINCIAL_AUTHORITY'],
    ['a county and its city', party('lh-mz', '460106'), party('hk-mzj', '460100'), 'gxt', 'PROVINCIAL_AUTHORITY'],
    ['two cities', party('hk-mzj', '460100'), party('sy-mz', '460200'), 'gxt', 'PROVINCIAL_AUTHORITY'],
  ] as const)('[R12.5] between %s', (_between, provider, other, organisationId, as) => {
    expect(competentAuthority([provider, other], bodies, now)).toEqual({ organisationId, role: as });
  });

  it.each([
    ['the county’s', party('lh-gxj', '460106'), party('lh-mz', '460106'), 'hk-gxj'],
    ['the city’s', party('hk-mzj', '460100'), party('hk-gxj', '460100'), 'gxt'],
    ['the province’s', party('gxt', '460000'), party('ybj', '460000'), 'ldxz'],
    ['the province’s, as the user', party('ybj', '460000'), party('gxt', '460000'), 'ldxz'],
    ['the province’s, across levels', party('hk-mzj', '460100'), party('gxt', '460000'), 'ldxz'],
    ['the leading group’s own', party('ldxz', '460000'), party('ybj', '460000'), 'gxt'],
  ])('[R14.10] is never a party: of %s own case it is the next level', (_whose, provider, other, organisationId) => {
    expect(competentAuthority([provider, other], bodies, now)?.organisationId).toBe(organisationId);
  });

  it('[R12.5] is the provincial one always, where it is configured so', () => {
    const two = [party('hk-mzj', '460100'), party('hk-ybj', '460100')];
    expect(competentAuthority(two, bodies, now, 'PROVINCIAL')?.organisationId).toBe('gxt');
  });

  it('[R12.8] leaves out who let its time pass', () => {
    const two = [party('hk-mzj', '460100'), party('hk-ybj', '460100')];
    expect(competentAuthority(two, bodies, now, 'PROVIDER_LEVEL', ['hk-gxj'])?.organisationId).toBe('gxt');
    expect(competentAuthority(two, bodies, now, 'PROVIDER_LEVEL', ['hk-gxj', 'gxt'])?.organisationId).toBe('ldxz');
  });

  it('[R4.5] is whoever holds the role at that instant', () => {
    const moves = '2026-03-02T01:00:00.000Z';
    const former = body('gxt', '460000', role('PROVINCIAL_AUTHORITY', '2020-01-01T00:00:00.000Z', moves));
    const next = body('sjj', '460000', role('PROVINCIAL_AUTHORITY', moves));
    const two = [party('mzt', '460000'), party('ybj', '460000')];
    expect(competentAuthority(two, [former, next], new Date(now.getTime() - 1))?.organisationId).toBe('gxt');
    expect(competentAuthority(two, [former, next], now)?.organisationId).toBe('sjj');
  });

  it('[R12.5] is nobody where no body that is no party holds a role, is active and has the region', () => {
    const two = [party('mzt', '460000'), party('ybj', '460000')];
    expect(competentAuthority(two, [haikou, body('x', '440000', role('PROVINCIAL_AUTHORITY'))], now)).toBeNull();
    expect(competentAuthority(two, [{ ...province, status: 'ABOLISHED' }], now)).toBeNull();
    expect(competentAuthority([party('gxt', '460000'), party('ybj', '460000')], [province], now)).toBeNull();
  });
});
