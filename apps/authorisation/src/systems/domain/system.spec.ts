import type { Principal } from '@qiongtong/contracts';
import { amend, attest, register, systemState, type NewSystem, type Surroundings, type System } from './system';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'chen',
  systemId: null,
  departmentId: 'ybj',
  regionCode: '460000',
  roles: ['RESPONSIBLE_OFFICER'],
  tokenId: 't',
  ...over,
});
const authority = by({ officerId: 'admin', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
const newSystem: NewSystem = {
  id: 'ybj-system',
  name: '医保系统',
  ownerId: 'ybj',
  zone: 'GOV_EXTRANET',
  addresses: ['10.0.0.0/8'],
  certificates: ['c'],
  provides: [],
  kafka: false,
};
const aSystem = (over: Partial<System> = {}): System => ({
  ...newSystem,
  departmentId: 'ybj',
  status: 'ACTIVE',
  attestation: null,
  registeredBy: 'chen',
  revision: 1,
  updatedAt: now.toISOString(),
  ...over,
});
const department = { id: 'ybj', kind: 'DEPARTMENT', status: 'ACTIVE', regionCode: '460000' } as const;
const around = (over: Partial<Surroundings> = {}): Surroundings => ({
  department,
  owner: department,
  foreignResources: [],
  bindingRequired: true,
  ...over,
});
const attestation = { by: 'admin', organisationId: 'gxt', at: now.toISOString(), evidence: '合同' };

describe('registering a system', () => {
  it.each([
    [
      '[R13.1] a vendor acts for itself',
      newSystem,
      around({ department: { ...department, kind: 'VENDOR' } }),
      by(),
      'system.department_invalid',
    ],
    ['[R13.1] nobody knows who runs it', newSystem, around({ owner: null }), by(), 'system.owner_invalid'],
    [
      '[R9.2] it is to push another department’s resource',
      newSystem,
      around({ foreignResources: ['203000-000001'] }),
      by(),
      'system.resource_of_other',
    ],
    ['[R13.1] it is bound to no address', { ...newSystem, addresses: [] }, around(), by(), 'system.binding_required'],
    [
      '[R13.1] it is bound to no certificate',
      { ...newSystem, certificates: [] },
      around(),
      by(),
      'system.binding_required',
    ],
    ['a submitter registers it', newSystem, around(), by({ roles: ['SUBMITTER'] }), 'access.role_required'],
    ['the authority registers it for a department', newSystem, around(), authority, 'access.role_required'],
  ])('is refused when %s', (_when, given, surroundings, who, code) => {
    expect(() => register(given, surroundings, who, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R14.7] is done by its department, with an owner that nobody attested yet', () => {
    const { state } = register(newSystem, around(), by(), now);
    expect(systemState(state)).toEqual({
      ...newSystem,
      version: 1,
      departmentId: 'ybj',
      ownerAttested: false,
      status: 'ACTIVE',
    });
  });
});

describe('amending a system', () => {
  it.each([
    ['another department does', aSystem(), by({ departmentId: 'mzt' }), 'request.not_found'],
    ['it is retired', aSystem({ status: 'RETIRED' }), by(), 'system.retired'],
  ])('is refused when %s', (_when, system, who, code) => {
    expect(() => amend(system, { name: 'x' }, around(), who, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R14.7] voids the attestation when somebody else runs it, and only then', () => {
    const attested = aSystem({ attestation });
    expect(systemState(amend(attested, { ownerId: 'yunfan' }, around(), by(), now).state).ownerAttested).toBe(false);
    expect(systemState(amend(attested, { name: 'x', ownerId: 'ybj' }, around(), by(), now).state).ownerAttested).toBe(
      true,
    );
  });
});

describe('attesting who runs a system', () => {
  const given = { ownerId: 'yunfan', evidence: '运维合同' };
  const vendorRun = aSystem({ ownerId: 'yunfan' });
  const provincial = { regionCode: '460000', isProvincialAuthority: false };

  it.each([
    ['its own department does', vendorRun, provincial, by({ roles: ['PROVINCIAL_AUTHORITY'] }), 'system.own_case'],
    ['who runs it does', aSystem({ ownerId: 'gxt' }), provincial, authority, 'system.own_case'],
    ['no authority does', vendorRun, provincial, by({ departmentId: 'mzt' }), 'access.role_required'],
    [
      'the system is the authority’s and another authority attests',
      vendorRun,
      { ...provincial, isProvincialAuthority: true },
      authority,
      'access.role_required',
    ],
    [
      'the authority is of another region',
      vendorRun,
      provincial,
      by({ departmentId: 'hk', regionCode: '460100', roles: ['LOCAL_AUTHORITY'] }),
      'request.not_found',
    ],
    ['it names another owner than is registered', aSystem(), provincial, authority, 'system.owner_differs'],
    ['it is attested already', { ...vendorRun, attestation }, provincial, authority, 'system.already_attested'],
    ['it is retired', { ...vendorRun, status: 'RETIRED' as const }, provincial, authority, 'system.retired'],
  ])('[R14.10] is refused when %s', (_when, system, around, who, code) => {
    expect(() => attest(system, given, around, who, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R14.7] is done by the authority of the region, and by the leading group for the authority itself', () => {
    expect(systemState(attest(vendorRun, given, provincial, authority, now).state).ownerAttested).toBe(true);
    const group = by({ officerId: 'zhao', departmentId: 'ldxz', roles: ['LEADING_GROUP'] });
    expect(attest(vendorRun, given, { ...provincial, isProvincialAuthority: true }, group, now).event.data.by).toBe(
      'zhao',
    );
  });
});
