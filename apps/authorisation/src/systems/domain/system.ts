import {
  officerWith,
  Refusal,
  withinRegion,
  type Principal,
  type SystemAmended,
  type SystemOwnerAttested,
  type SystemRegistered,
  type SystemState,
} from '@qiongtong/contracts';
import { checkKeys, type PublicKey } from './keys';

export type Attestation = Readonly<{ by: string; organisationId: string; at: string; evidence: string }>;

/** A system that calls or pushes: who runs it and for which one department it acts. [R13.1] */
export type System = Readonly<{
  id: string;
  name: string;
  ownerId: string;
  departmentId: string;
  zone: 'GOV_EXTRANET';
  addresses: readonly string[];
  certificates: readonly string[];
  /** Public keys by which it proves itself to the issuer of tokens. */
  keys: readonly PublicKey[];
  provides: readonly string[];
  kafka: boolean;
  status: 'ACTIVE' | 'SUSPENDED' | 'RETIRED';
  /** The authority checked who runs it; void as soon as somebody else does. */
  attestation: Attestation | null;
  registeredBy: string;
  revision: number;
  updatedAt: string;
}>;

export type NewSystem = Pick<
  System,
  'id' | 'name' | 'ownerId' | 'zone' | 'addresses' | 'certificates' | 'keys' | 'provides' | 'kafka'
>;
export type SystemChange = Partial<Omit<NewSystem, 'id' | 'zone'>> & Readonly<{ status?: System['status'] }>;

/** What must be known of the bodies behind a system. */
export type Body = Readonly<{
  id: string;
  kind: 'DEPARTMENT' | 'VENDOR';
  status: 'ACTIVE' | 'SUSPENDED' | 'ABOLISHED';
  regionCode: string;
}>;
export type Surroundings = Readonly<{
  department: Body | null;
  owner: Body | null;
  /** Which of the resources it is to push are known to be another department's. */
  foreignResources: readonly string[];
  /** Addresses and certificates of systems that somebody else runs. */
  ofOthers: Readonly<{ addresses: readonly string[]; certificates: readonly string[] }>;
  /** Outside the embedded mode every system is bound to addresses and certificates. [R13.1] */
  bindingRequired: boolean;
}>;

export function register(given: NewSystem, around: Surroundings, by: Principal, now: Date) {
  const officer = officerWith(['RESPONSIBLE_OFFICER'], by);
  const state: System = {
    ...given,
    departmentId: by.departmentId,
    status: 'ACTIVE',
    attestation: null,
    registeredBy: officer,
    revision: 1,
    updatedAt: now.toISOString(),
  };
  check(state, around);
  checkKeys(state.keys, []);
  const { id, departmentId, ownerId, kafka, provides, revision } = state;
  const event: SystemRegistered = {
    type: 'authorisation.system-registered.v1',
    key: id,
    at: state.updatedAt,
    data: { systemId: id, departmentId, ownerId, kafka, provides, revision, by: officer },
  };
  return { state, event };
}

export function amend(system: System, change: SystemChange, around: Surroundings, by: Principal, now: Date) {
  const officer = officerWith(['RESPONSIBLE_OFFICER'], by);
  if (by.departmentId !== system.departmentId) throw new Refusal('request.not_found');
  if (system.status === 'RETIRED') throw new Refusal('system.retired', { about: [system.id] });
  const sameOwner = change.ownerId === undefined || change.ownerId === system.ownerId;
  const state: System = {
    ...system,
    ...change,
    attestation: sameOwner ? system.attestation : null,
    revision: system.revision + 1,
    updatedAt: now.toISOString(),
  };
  // A system that goes needs nobody left to run it.
  if (state.status !== 'RETIRED') check(state, around);
  if (change.keys) checkKeys(change.keys, system.keys);
  const { id, departmentId, ownerId, attestation, revision } = state;
  const event: SystemAmended = {
    type: 'authorisation.system-amended.v1',
    key: id,
    at: state.updatedAt,
    data: {
      systemId: id,
      departmentId,
      ownerId,
      changed: Object.keys(change),
      ownerAttested: attestation !== null,
      revision,
      by: officer,
    },
  };
  return { state, event };
}

/**
 * The authority confirms who runs the system. Never its own department or who runs it; the provincial authority's own
 * systems are the leading group's to attest. [R14.7, R14.10]
 *
 * @param departmentIsProvincialAuthority whether the department holds that role now
 */
export function attest(
  system: System,
  given: Readonly<{ ownerId: string; evidence: string }>,
  department: Readonly<{ regionCode: string; isProvincialAuthority: boolean }>,
  by: Principal,
  now: Date,
) {
  if ([system.departmentId, system.ownerId].includes(by.departmentId)) throw new Refusal('system.own_case');
  const officer = officerWith(
    department.isProvincialAuthority ? ['LEADING_GROUP'] : ['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY'],
    by,
  );
  if (!withinRegion(department.regionCode, by.regionCode)) throw new Refusal('request.not_found');
  if (system.status === 'RETIRED') throw new Refusal('system.retired', { about: [system.id] });
  if (system.attestation) throw new Refusal('system.already_attested');
  if (given.ownerId !== system.ownerId) throw new Refusal('system.owner_differs', { about: [given.ownerId] });
  const at = now.toISOString();
  const state: System = {
    ...system,
    attestation: { by: officer, organisationId: by.departmentId, at, evidence: given.evidence },
    revision: system.revision + 1,
    updatedAt: at,
  };
  const { id, departmentId, ownerId, revision } = state;
  const event: SystemOwnerAttested = {
    type: 'authorisation.system-owner-attested.v1',
    key: id,
    at,
    data: { systemId: id, departmentId, ownerId, organisationId: by.departmentId, revision, by: officer },
  };
  return { state, event };
}

export const systemState = (system: System): SystemState => {
  const { revision, attestation, keys: _keys, registeredBy: _by, updatedAt: _at, ...state } = system;
  return { ...state, version: revision, ownerAttested: attestation !== null };
};

function check({ ownerId, departmentId, addresses, certificates }: System, around: Surroundings): void {
  const { department, owner, foreignResources, ofOthers, bindingRequired } = around;
  if (department?.kind !== 'DEPARTMENT') throw new Refusal('system.department_invalid', { about: [departmentId] });
  if (owner?.status !== 'ACTIVE') throw new Refusal('system.owner_invalid', { about: [ownerId] });
  if (foreignResources.length > 0) throw new Refusal('system.resource_of_other', { about: foreignResources });
  // A firm's system that passes for the department's own shows where it calls from and by what it proves itself.
  const taken = [...ofOthers.addresses, ...ofOthers.certificates];
  if (taken.length > 0) throw new Refusal('system.binding_of_other', { about: taken });
  if (bindingRequired && (addresses.length === 0 || certificates.length === 0))
    throw new Refusal('system.binding_required');
}
