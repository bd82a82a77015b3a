import type { Principal } from '@qiongtong/contracts';
import { creditCodeWithCheck } from '@qiongtong/regulation';
import { aBody } from '../../../test/successions';
import {
  amend,
  bootstrap,
  holdsRole,
  organisationState,
  register,
  registerDuties,
  type NewOrganisation,
  type Organisation,
} from './organisation';
import { takeOffice, type ResponsibleUnit } from './responsible-unit';

const now = new Date('2026-03-02T01:00:00Z');
const at = now.toISOString();
const aPrincipal = (over: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'admin',
  systemId: null,
  departmentId: 'gxt',
  regionCode: '460000',
  roles: ['PROVINCIAL_AUTHORITY'],
  tokenId: 't',
  ...over,
});
const local = aPrincipal({ officerId: 'li', departmentId: 'hk-kgx', regionCode: '460100', roles: ['LOCAL_AUTHORITY'] });
const anOrganisation = (over: Partial<Organisation> = {}): Organisation =>
  aBody({ hasResponsibleUnit: false, admission: 'NONE', pledgeVersion: null, ...over });
const given = (over: Partial<NewOrganisation> = {}): NewOrganisation => {
  const { id, name, type, level, regionCode, parentId, kind, creditCode, roles } = anOrganisation();
  return { id, name, type, level, regionCode, parentId, kind, creditCode, roles, ...over };
};
const role = (
  name: 'AUDITOR' | 'PLATFORM_OPERATOR' | 'LEADING_GROUP' | 'PROVINCIAL_AUTHORITY' | 'LOCAL_AUTHORITY',
  from = '2026-01-01T00:00:00.000Z',
  until: string | null = null,
) => ({
  role: name,
  from,
  until,
});

describe('registering an organisation', () => {
  const county = { level: 'COUNTY', regionCode: '460105' } as const;

  it.each([
    [
      '[R4.1] a local authority reaches beyond its region',
      given({ regionCode: '460200', level: 'CITY' }),
      local,
      'organisation.outside_jurisdiction',
    ],
    [
      'a department registers another',
      given(),
      aPrincipal({ roles: ['RESPONSIBLE_OFFICER'] }),
      'organisation.outside_jurisdiction',
    ],
    [
      'a system registers',
      given(),
      aPrincipal({ kind: 'system', officerId: null, systemId: 's' }),
      'organisation.outside_jurisdiction',
    ],
    [
      '[R4.5] a local authority assigns a role',
      given({ ...county, roles: [role('AUDITOR')] }),
      local,
      'access.role_required',
    ],
    ['[R4.1] level and region disagree', given({ level: 'CITY' }), aPrincipal(), 'organisation.region_invalid'],
    [
      'the credit code fails its check',
      given({ creditCode: '11460000MB00000000' }),
      aPrincipal(),
      'organisation.credit_code_invalid',
    ],
    [
      '[R13.1] a vendor is to hold a role',
      given({ kind: 'VENDOR', roles: [role('AUDITOR')] }),
      aPrincipal(),
      'organisation.vendor_limited',
    ],
    [
      '[R14.3] the operator is to audit itself',
      given({ roles: [role('AUDITOR'), role('PLATFORM_OPERATOR')] }),
      aPrincipal(),
      'organisation.roles_incompatible',
    ],
    [
      '[R4.1] a body of a city is to be the provincial authority',
      given({ level: 'CITY', regionCode: '460100', roles: [role('PROVINCIAL_AUTHORITY')] }),
      aPrincipal(),
      'organisation.role_level_invalid',
    ],
    [
      '[R4.1] a body of the province is to be a local authority',
      given({ roles: [role('LOCAL_AUTHORITY')] }),
      aPrincipal(),
      'organisation.role_level_invalid',
    ],
    [
      'a role ends before it begins',
      given({ roles: [role('AUDITOR', at, at)] }),
      aPrincipal(),
      'organisation.period_invalid',
    ],
    [
      '[R4.1] the organisation above is unknown',
      given({ parentId: 'nobody' }),
      aPrincipal(),
      'organisation.parent_invalid',
    ],
  ])('is refused when %s', (_when, what, by, code) => {
    expect(() => register(what, null, by, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R4.1] is refused under an organisation of another region', () => {
    const above = { parent: anOrganisation({ id: 'hk', regionCode: '460100', level: 'CITY' }), ancestors: [] };
    expect(() =>
      register(given({ parentId: 'hk', regionCode: '460200', level: 'CITY' }), above, aPrincipal(), now),
    ).toThrow(expect.objectContaining({ code: 'organisation.parent_invalid' }));
  });

  it('[R2.1] makes a department that may provide and not yet use, and says who did it', () => {
    const creditCode = creditCodeWithCheck('11460000MB0000000');
    const { state, events } = register(given({ creditCode, roles: [role('AUDITOR')] }), null, aPrincipal(), now);
    expect(organisationState(state)).toMatchObject({
      id: 'mzt',
      version: 1,
      admission: 'NONE',
      hasResponsibleUnit: false,
    });
    expect(organisationState(state)).not.toHaveProperty('creditCode');
    expect(events.map((e) => [e.type, e.data.by])).toEqual([
      ['authorisation.organisation-registered.v1', 'admin'],
      ['authorisation.roles-assigned.v1', 'admin'],
    ]);
  });

  it('lets roles follow each other that exclude each other at one time', () => {
    const roles = [role('PLATFORM_OPERATOR', '2026-01-01T00:00:00.000Z', at), role('AUDITOR', at)];
    const { state } = register(given({ roles }), null, aPrincipal(), now);
    expect([holdsRole(state, 'PLATFORM_OPERATOR', now), holdsRole(state, 'AUDITOR', now)]).toEqual([false, true]);
  });

  it('begins with the authority that configuration names', () => {
    const { state, events } = bootstrap({ id: 'gxt', name: '工信厅', regionCode: '460000' }, now);
    expect(holdsRole(state, 'PROVINCIAL_AUTHORITY', now)).toBe(true);
    expect(events.every((e) => e.data.by === 'platform')).toBe(true);
  });
});

describe('amending an organisation', () => {
  const authority = anOrganisation({ id: 'gxt', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: at, until: null }] });
  const group = aPrincipal({ officerId: 'zhao', departmentId: 'ldxz', roles: ['LEADING_GROUP'] });

  it.each([
    ['[R14.10] the authority changes its own roles', authority, { roles: [] }, aPrincipal(), 'organisation.own_case'],
    [
      '[R14.10] a second body with the role ends the first one’s',
      authority,
      { roles: [] },
      aPrincipal({ departmentId: 'x' }),
      'access.role_required',
    ],
    [
      'a local authority renames a provincial body',
      anOrganisation(),
      { name: 'x' },
      local,
      'organisation.outside_jurisdiction',
    ],
    [
      'the leading group assigns what is the authority’s to assign',
      anOrganisation(),
      { roles: [] },
      group,
      'access.role_required',
    ],
  ])('is refused when %s', (_when, organisation, change, by, code) => {
    expect(() => amend(organisation, change, null, by, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R4.1] is refused when it would stand above itself', () => {
    const above = { parent: anOrganisation({ id: 'wjw' }), ancestors: ['mzt'] };
    expect(() => amend(anOrganisation(), { parentId: 'wjw' }, above, aPrincipal(), now)).toThrow(
      expect.objectContaining({ code: 'organisation.parent_invalid' }),
    );
  });

  it('[R4.5] lets the leading group move the authority’s role from a date on', () => {
    const roles = [{ role: 'PROVINCIAL_AUTHORITY', from: at, until: '2027-01-01T00:00:00.000Z' }] as const;
    const { state, events } = amend(authority, { roles }, null, group, now);
    expect(holdsRole(state, 'PROVINCIAL_AUTHORITY', new Date('2027-01-01T00:00:00Z'))).toBe(false);
    expect(events).toMatchObject([{ type: 'authorisation.roles-assigned.v1', data: { roles, revision: 4 } }]);
  });
});

describe('registering duties', () => {
  const duty = {
    code: 'social-aid',
    title: '社会救助',
    basis: '社会救助暂行办法',
    purposes: ['social-aid.eligibility'],
  };

  it.each([
    [
      'the department registers its own',
      [duty],
      aPrincipal({ departmentId: 'mzt', roles: ['RESPONSIBLE_OFFICER'] }),
      'organisation.outside_jurisdiction',
    ],
    [
      'a purpose belongs to no duty',
      [{ ...duty, purposes: ['tax.audit'] }],
      aPrincipal(),
      'organisation.purpose_outside_duty',
    ],
    [
      'a purpose only begins like its duty',
      [{ ...duty, purposes: ['social-aids.x'] }],
      aPrincipal(),
      'organisation.purpose_outside_duty',
    ],
    ['a code is given twice', [duty, duty], aPrincipal(), 'organisation.duty_repeated'],
    ['[R14.10] the authority registers its own', [duty], aPrincipal({ departmentId: 'mzt' }), 'organisation.own_case'],
  ])('[R10.1] is refused when %s', (_when, duties, by, code) => {
    expect(() => registerDuties(anOrganisation(), duties, by, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R10.1] is done by the authority', () => {
    const { state } = registerDuties(anOrganisation(), [duty], aPrincipal(), now);
    expect(organisationState(state)).toMatchObject({ version: 4, duties: [duty] });
  });
});

describe('the responsible unit', () => {
  const newUnit = {
    id: 'u2',
    name: '信息中心',
    head: '陈',
    contacts: [],
    dutyText: '…',
    from: at,
    appointmentDocument: '琼民函〔2026〕1号',
  };
  const former: ResponsibleUnit = {
    ...newUnit,
    id: 'u1',
    organisationId: 'mzt',
    from: '2025-01-01T00:00:00.000Z',
    until: null,
    registeredBy: 'x',
    registeredAt: at,
  };
  const own = aPrincipal({ departmentId: 'mzt', roles: ['RESPONSIBLE_OFFICER'] });

  it.each([
    [
      'another department’s officer registers it',
      { ...newUnit },
      aPrincipal({ departmentId: 'wjw', roles: ['RESPONSIBLE_OFFICER'] }),
      'organisation.outside_jurisdiction',
    ],
    [
      'a submitter does',
      { ...newUnit },
      aPrincipal({ departmentId: 'mzt', roles: ['SUBMITTER'] }),
      'organisation.outside_jurisdiction',
    ],
    [
      'it would take office later',
      { ...newUnit, from: '2026-03-02T01:00:00.001Z' },
      own,
      'organisation.unit_date_invalid',
    ],
    [
      'it would precede its predecessor',
      { ...newUnit, from: '2024-01-01T00:00:00.000Z' },
      own,
      'organisation.unit_date_invalid',
    ],
  ])('[R15.1] is refused when %s', (_when, unit, by, code) => {
    expect(() => takeOffice(anOrganisation(), former, unit, by, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R15.3] takes over from its predecessor on the same day', () => {
    const { unit, former: ended, organisation, event } = takeOffice(anOrganisation(), former, newUnit, own, now);
    expect([unit.until, ended?.until, organisation.hasResponsibleUnit]).toEqual([null, at, true]);
    expect(event.data).toMatchObject({ unitId: 'u2', formerUnitId: 'u1', revision: 4 });
    expect(JSON.stringify(event)).not.toContain('陈');
  });
});
