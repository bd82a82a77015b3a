import {
  isAuthorityOver,
  officerWith,
  Refusal,
  regionPrefix,
  withinRegion,
  type Admission,
  type DutiesRegistered,
  type Duty,
  type FormerName,
  type Level,
  type OrganisationAmended,
  type OrganisationEnded,
  type OrganisationRegistered,
  type OrganisationRenamed,
  type OrganisationState,
  type OrganisationType,
  type Principal,
  type Role,
  type RolesAssigned,
} from '@qiongtong/contracts';
import { validCreditCode } from '@qiongtong/regulation';

/** A role of the body, in force from one instant to another. [R4.5] */
export type RoleAssignment = Readonly<{ role: Role; from: string; until: string | null }>;

export type Organisation = Readonly<{
  id: string;
  name: string;
  type: OrganisationType;
  level: Level;
  regionCode: string;
  parentId: string | null;
  kind: 'DEPARTMENT' | 'VENDOR';
  status: 'ACTIVE' | 'SUSPENDED' | 'ABOLISHED';
  creditCode: string | null;
  roles: readonly RoleAssignment[];
  duties: readonly Duty[];
  hasResponsibleUnit: boolean;
  admission: Admission;
  pledgeVersion: string | null;
  /** End of the grace period in which a pledge on a former text still admits. [R11.2] */
  pledgeValidUntil: string | null;
  /** End of the suspension of its admission; null when not suspended. */
  suspendedUntil: string | null;
  formerNames: readonly FormerName[];
  /** Bodies that took its place when it ended. */
  successorIds: readonly string[];
  endedAt: string | null;
  revision: number;
  registeredAt: string;
  updatedAt: string;
}>;

export type NewOrganisation = Pick<
  Organisation,
  'id' | 'name' | 'type' | 'level' | 'regionCode' | 'parentId' | 'kind' | 'creditCode' | 'roles'
>;
export type OrganisationChange = Partial<Pick<Organisation, 'name' | 'type' | 'parentId' | 'creditCode' | 'roles'>>;
type OrganisationFact =
  | OrganisationRegistered
  | OrganisationAmended
  | OrganisationRenamed
  | OrganisationEnded
  | RolesAssigned
  | DutiesRegistered;
export type Outcome = Readonly<{ state: Organisation; events: readonly OrganisationFact[] }>;
/** The organisation above with the ids of everything above that, nearest first. */
export type Above = Readonly<{ parent: Organisation; ancestors: readonly string[] }>;

/** @param above of `given.parentId`; null when it names none or an unknown one */
export function register(given: NewOrganisation, above: Above | null, by: Principal, now: Date): Outcome {
  if (!isAuthorityOver(by, given.regionCode)) throw new Refusal('organisation.outside_jurisdiction');
  if (given.roles.length > 0) officerWith(['PROVINCIAL_AUTHORITY'], by);
  const state = create(given, now);
  checkForm(state);
  checkParent(state, above);
  return { state, events: registered(state, by.officerId!) };
}

/** The first provincial authority, named by configuration: everything else is registered by its officers. */
export function bootstrap(given: Pick<Organisation, 'id' | 'name' | 'regionCode'>, now: Date): Outcome {
  const state = create(
    {
      ...given,
      type: 'ADMINISTRATIVE',
      level: 'PROVINCE',
      kind: 'DEPARTMENT',
      parentId: null,
      creditCode: null,
      roles: [{ role: 'PROVINCIAL_AUTHORITY', from: now.toISOString(), until: null }],
    },
    now,
  );
  checkForm(state);
  return { state, events: registered(state, 'platform') };
}

export function amend(
  organisation: Organisation,
  change: OrganisationChange,
  above: Above | null,
  by: Principal,
  now: Date,
): Outcome {
  const { roles, ...attributes } = change;
  if (roles !== undefined) checkMayAssign(organisation, by, now);
  else checkMayRegister(organisation, by, now);
  const renamed = change.name !== undefined && change.name !== organisation.name;
  const formerNames = renamed ? namesUntil(organisation, now.toISOString()) : organisation.formerNames;
  const state = next(organisation, { ...change, formerNames }, now);
  checkForm(state);
  if (change.parentId !== undefined) checkParent(state, above);
  const changed = Object.keys(attributes);
  return {
    state,
    events: [
      ...(renamed ? [renaming(organisation, state, null, by.officerId!)] : []),
      ...(changed.length > 0
        ? [fact<OrganisationAmended>('organisation-amended', state, by.officerId!, { changed })]
        : []),
      ...(roles !== undefined ? [fact<RolesAssigned>('roles-assigned', state, by.officerId!, { roles })] : []),
    ],
  };
}

/** What the department is for, as the authority registered it: every purpose of use is a code under one. [R10.1] */
export function registerDuties(organisation: Organisation, duties: readonly Duty[], by: Principal, now: Date): Outcome {
  checkMayRegister(organisation, by, now);
  if (organisation.kind === 'VENDOR') throw new Refusal('organisation.vendor_limited', { about: ['duties'] });
  const purposes = duties.flatMap((duty) => duty.purposes);
  const repeated = [...repeats(duties.map((duty) => duty.code)), ...repeats(purposes)];
  if (repeated.length > 0) throw new Refusal('organisation.duty_repeated', { about: repeated });
  const outside = duties.flatMap(({ code, purposes: under }) => under.filter((p) => !p.startsWith(`${code}.`)));
  if (outside.length > 0) throw new Refusal('organisation.purpose_outside_duty', { about: outside });
  const state = next(organisation, { duties }, now);
  const told = duties.map(({ code, purposes: under }) => ({ code, purposes: under }));
  return { state, events: [fact<DutiesRegistered>('duties-registered', state, by.officerId!, { duties: told })] };
}

export const holdsRole = ({ roles }: Pick<Organisation, 'roles'>, role: Role, now: Date): boolean =>
  roles.some((held) => held.role === role && isInForce(held, now.toISOString()));
const isInForce = ({ from, until }: RoleAssignment, at: string): boolean =>
  from <= at && (until === null || at < until);

/** The next revision; whatever decides about an organisation saves through this. */
export const next = (organisation: Organisation, change: Partial<Organisation>, now: Date): Organisation => ({
  ...organisation,
  ...change,
  revision: organisation.revision + 1,
  updatedAt: now.toISOString(),
});

export const organisationState = (organisation: Organisation): OrganisationState => {
  const {
    revision,
    endedAt: _ended,
    creditCode: _code,
    suspendedUntil: _suspended,
    registeredAt: _registered,
    updatedAt: _updated,
    ...state
  } = organisation;
  return { ...state, version: revision };
};

export const create = (given: NewOrganisation, now: Date): Organisation => ({
  ...given,
  status: 'ACTIVE',
  duties: [],
  hasResponsibleUnit: false,
  admission: 'NONE',
  pledgeVersion: null,
  pledgeValidUntil: null,
  suspendedUntil: null,
  formerNames: [],
  successorIds: [],
  endedAt: null,
  revision: 1,
  registeredAt: now.toISOString(),
  updatedAt: now.toISOString(),
});

export function checkForm({ kind, level, regionCode, creditCode, roles }: Organisation): void {
  if (LEVEL_OF[regionPrefix(regionCode).length] !== level) throw new Refusal('organisation.region_invalid');
  if (creditCode !== null && !validCreditCode(creditCode)) throw new Refusal('organisation.credit_code_invalid');
  if (kind === 'VENDOR' && roles.length > 0) throw new Refusal('organisation.vendor_limited', { about: ['roles'] });
  if (roles.some(({ from, until }) => until !== null && until <= from))
    throw new Refusal('organisation.period_invalid');
  // A body's region is the reach of its roles: none may reach further than the role does. [R4.1]
  const misplaced = roles.filter(({ role }) => LEVELS_OF[role] && !LEVELS_OF[role].includes(level));
  if (misplaced.length > 0)
    throw new Refusal('organisation.role_level_invalid', { about: misplaced.map(({ role }) => role) });
  // Whoever runs the platform neither decides on it nor audits it. [R14.3]
  const operates = roles.filter(({ role }) => role === 'PLATFORM_OPERATOR');
  const rules = roles.filter(({ role }) => role !== 'PLATFORM_OPERATOR');
  if (operates.some((one) => rules.some((other) => overlap(one, other))))
    throw new Refusal('organisation.roles_incompatible');
}
const LEVELS_OF: Readonly<Partial<Record<Role, readonly Level[]>>> = {
  LEADING_GROUP: ['PROVINCE'],
  PROVINCIAL_AUTHORITY: ['PROVINCE'],
  LOCAL_AUTHORITY: ['CITY', 'COUNTY'],
};
const LEVEL_OF: Readonly<Record<number, Level>> = { 2: 'PROVINCE', 4: 'CITY', 6: 'COUNTY' };
const overlap = (a: RoleAssignment, b: RoleAssignment): boolean =>
  (a.until === null || b.from < a.until) && (b.until === null || a.from < b.until);

export function checkParent({ id, parentId, regionCode }: Organisation, above: Above | null): void {
  if (parentId === null) return;
  if (
    !above ||
    above.parent.status === 'ABOLISHED' ||
    above.parent.kind !== 'DEPARTMENT' ||
    !withinRegion(regionCode, above.parent.regionCode) ||
    [above.parent.id, ...above.ancestors].includes(id)
  )
    throw new Refusal('organisation.parent_invalid', { about: [parentId] });
}

/**
 * The authority of its region says what a body is and what it is for, and never of itself: duties are the purposes of use,
 * and the kind of a body says which rules bind it. The provincial authority's own are the leading group's. [R4.1, R14.10]
 */
function checkMayRegister(organisation: Organisation, by: Principal, now: Date): void {
  checkNotEnded(organisation);
  if (isAuthorityOver(by, organisation.regionCode) && organisation.id === by.departmentId)
    throw new Refusal('organisation.own_case');
  if (holdsRole(organisation, 'PROVINCIAL_AUTHORITY', now)) officerWith(['LEADING_GROUP'], by);
  else if (!isAuthorityOver(by, organisation.regionCode)) throw new Refusal('organisation.outside_jurisdiction');
}

/** The provincial authority assigns roles; its own are the leading group's to move. [R4.5, R14.10] */
function checkMayAssign(organisation: Organisation, by: Principal, now: Date): void {
  checkNotEnded(organisation);
  if (organisation.id === by.departmentId) throw new Refusal('organisation.own_case');
  officerWith([holdsRole(organisation, 'PROVINCIAL_AUTHORITY', now) ? 'LEADING_GROUP' : 'PROVINCIAL_AUTHORITY'], by);
}

const repeats = (codes: readonly string[]): string[] => codes.filter((code, i) => codes.indexOf(code) !== i);

/** What it was is kept; nothing new is said of it. */
export function checkNotEnded({ id, status }: Organisation): void {
  if (status === 'ABOLISHED') throw new Refusal('organisation.ended', { about: [id] });
}

/** @param until of the name it has now */
export const namesUntil = ({ name, formerNames }: Organisation, until: string): FormerName[] => [
  ...formerNames,
  { name, until },
];
export const renaming = (former: Organisation, state: Organisation, changeId: string | null, by: string) =>
  fact<OrganisationRenamed>('organisation-renamed', state, by, { formerName: former.name, name: state.name, changeId });

export function registered(state: Organisation, by: string): OrganisationFact[] {
  const { kind, regionCode, parentId, roles } = state;
  return [
    fact<OrganisationRegistered>('organisation-registered', state, by, { kind, regionCode, parentId }),
    ...(roles.length > 0 ? [fact<RolesAssigned>('roles-assigned', state, by, { roles })] : []),
  ];
}

type NameOf<F extends OrganisationFact> = F['type'] extends `authorisation.${infer Name}.v1` ? Name : never;
type Told<F extends OrganisationFact> = Omit<F['data'], 'organisationId' | 'revision' | 'by'>;
export const fact = <F extends OrganisationFact>(
  name: NameOf<F>,
  organisation: Organisation,
  by: string,
  told: Told<F>,
): F =>
  ({
    type: `authorisation.${name}.v1`,
    key: organisation.id,
    at: organisation.updatedAt,
    data: { organisationId: organisation.id, revision: organisation.revision, by, ...told },
  }) as unknown as F;
