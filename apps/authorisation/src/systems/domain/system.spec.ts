import type { Principal } from '@qiongtong/contracts';
import { aPrincipal } from '@qiongtong/testing';
import type { PublicKey } from './keys';
import { amend, attest, register, systemState, type NewSystem, type Surroundings, type System } from './system';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal =>
  aPrincipal({ departmentId: 'ybj', roles: ['RESPONSIBLE_OFFICER'], ...over });
const authority = by({ officerId: 'admin', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
const newSystem: NewSystem = {
  id: 'ybj-system',
  name: '医保系统',
  ownerId: 'ybj',
  zone: 'GOV_EXTRANET',
  addresses: ['10.0.0.0/8'],
  certificates: ['c'],
  keys: [],
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
  ofOthers: { addresses: [], certificates: [] },
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
    [
      '[R13.1] it calls from where somebody else’s system does',
      newSystem,
      around({ ofOthers: { addresses: ['10.0.0.0/16'], certificates: [] } }),
      by(),
      'system.binding_of_other',
    ],
    [
      '[R13.1] it has the certificate of somebody else’s system',
      newSystem,
      around({ ofOthers: { addresses: [], certificates: ['c'] } }),
      by(),
      'system.binding_of_other',
    ],
    ['a submitter registers it', newSystem, around(), by({ roles: ['SUBMITTER'] }), 'access.role_required'],
    ['the authority registers it for a department', newSystem, around(), authority, 'access.role_required'],
  ])('is refused when %s', (_when, given, surroundings, who, code) => {
    expect(() => register(given, surroundings, who, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R14.7] is done by its department, with an owner that nobody attested yet', () => {
    const { state } = register(newSystem, around(), by(), now);
    const { keys: _keys, ...told } = newSystem;
    expect(systemState(state)).toEqual({
      ...told,
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

describe('a system’s certificates', () => {
  const change = (system: System, certificates: readonly string[], over: Partial<Surroundings> = {}) =>
    amend(system, { certificates }, around(over), by(), now).state;

  it('[R13.1] are replaced without a gap: the next beside the former, then alone', () => {
    const both = change(aSystem({ attestation }), ['c', 'd']);
    expect(both).toMatchObject({ certificates: ['c', 'd'], attestation });
    expect(change(both, ['d'])).toMatchObject({ certificates: ['d'], attestation, status: 'ACTIVE' });
  });

  it('[R13.1] are never all taken away while it is registered, unless it is bound to nothing anyway', () => {
    const taken = () => change(aSystem(), []);
    expect(taken).toThrow(expect.objectContaining({ code: 'system.binding_required' }));
    expect(change(aSystem(), [], { bindingRequired: false }).certificates).toEqual([]);
    const retired = amend(aSystem(), { status: 'RETIRED', certificates: [] }, around(), by(), now);
    expect(retired.state.certificates).toEqual([]);
  });
});

describe('a system’s keys', () => {
  const key = (kid: string, over: Partial<PublicKey> = {}): PublicKey => ({
    kid,
    kty: 'EC',
    alg: 'ES256',
    crv: 'P-256',
    x: 'x',
    y: `y-${kid}`,
    ...over,
  });
  const withKeys = (former: readonly PublicKey[], keys: readonly PublicKey[]) =>
    amend(aSystem({ keys: former }), { keys }, around(), by(), now).state.keys.map(({ kid }) => kid);

  it('[R14.6] are replaced with an overlap, and a name stays with its key', () => {
    expect(withKeys([key('one')], [key('one'), key('two')])).toEqual(['one', 'two']);
    expect(withKeys([key('one'), key('two')], [key('two')])).toEqual(['two']);
    expect(() => withKeys([key('one')], [key('one', { y: 'other' })])).toThrow(
      expect.objectContaining({ code: 'system.key_name_taken', details: { about: ['one'] } }),
    );
    expect(() => withKeys([], [key('one'), key('one')])).toThrow(
      expect.objectContaining({ code: 'system.key_name_taken' }),
    );
  });

  it.each([
    ['of another curve', key('k', { crv: 'P-384' })],
    ['of another kind than its algorithm', key('k', { alg: 'EdDSA' })],
    ['without a coordinate', key('k', { y: undefined })],
    ['of RSA that is short', { kid: 'k', kty: 'RSA', alg: 'PS256', n: 'n'.repeat(171), e: 'AQAB' } as const],
  ])('[R14.6] are refused %s', (_what, unfit) => {
    expect(() => withKeys([], [unfit])).toThrow(expect.objectContaining({ code: 'system.key_invalid' }));
    expect(() => register({ ...newSystem, keys: [unfit] }, around(), by(), now)).toThrow(
      expect.objectContaining({ code: 'system.key_invalid' }),
    );
  });

  it('[R14.6] of Ed25519 and of RSA with 2048 bits are taken, and none is told to the gateway', () => {
    const others: PublicKey[] = [
      { kid: 'ed', kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', x: 'x' },
      { kid: 'rsa', kty: 'RSA', alg: 'PS256', n: 'n'.repeat(342), e: 'AQAB' },
    ];
    expect(withKeys([], others)).toEqual(['ed', 'rsa']);
    expect(systemState(aSystem({ keys: others }))).not.toHaveProperty('keys');
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
