import {
  isAuthorityOver,
  Refusal,
  type Appointment,
  type AppointmentFact,
  type OfficerAmended,
  type OfficerRegistered,
  type OfficerState,
  type Principal,
  type Role,
} from '@qiongtong/contracts';

export type Officer = Readonly<{
  id: string;
  name: string;
  status: 'ACTIVE' | 'DEPARTED';
  appointments: readonly Appointment[];
  registeredBy: string;
  revision: number;
  updatedAt: string;
}>;
export type NewOfficer = Pick<Officer, 'id' | 'name' | 'appointments'>;
export type OfficerChange = Partial<Pick<Officer, 'name' | 'status' | 'appointments'>>;

/** What must be known of a body to appoint in it. */
export type Body = Readonly<{
  id: string;
  status: 'ACTIVE' | 'SUSPENDED' | 'ABOLISHED';
  kind: 'DEPARTMENT' | 'VENDOR';
  regionCode: string;
  /** Assigned now or later. */
  roles: readonly Readonly<{ role: Role; until: string | null }>[];
}>;
export type Bodies = ReadonlyMap<string, Body>;
/** The officers for whom deputies are named, as far as registered. */
export type Holders = ReadonlyMap<string, Pick<Officer, 'id' | 'status' | 'appointments'>>;
const NOBODY: Holders = new Map();
/** Whoever is away for longer is replaced, not deputised. */
const LONGEST_DEPUTATION_MS = 366 * 86_400_000;

export const DEPARTMENT_ROLES = ['SUBMITTER', 'REVIEWER', 'RESPONSIBLE_OFFICER'] as const satisfies readonly Role[];
const isDepartmentRole = (role: Role): boolean => (DEPARTMENT_ROLES as readonly Role[]).includes(role);

/** @param bodies every organisation that the appointments name, as far as registered */
export function register(given: NewOfficer, bodies: Bodies, by: Principal, now: Date, holders = NOBODY) {
  if (given.id === by.officerId) throw new Refusal('officer.own_appointment');
  given.appointments.forEach((appointment) => checkAppointment(given.id, appointment, bodies, holders, by, now));
  const state: Officer = {
    ...given,
    status: 'ACTIVE',
    registeredBy: by.officerId!,
    revision: 1,
    updatedAt: now.toISOString(),
  };
  return { state, event: registered(state, by.officerId!) };
}

/** The administrator named by configuration; rights come from the body's role. */
export function bootstrap(given: Readonly<{ id: string; name: string; organisationId: string }>, now: Date) {
  const { id, name, organisationId } = given;
  const at = now.toISOString();
  const appointment = {
    organisationId,
    unit: '',
    post: '',
    roles: ['PROVINCIAL_AUTHORITY'],
    from: at,
    until: null,
  } as const;
  const state: Officer = {
    id,
    name,
    status: 'ACTIVE',
    appointments: [appointment],
    registeredBy: 'platform',
    revision: 1,
    updatedAt: at,
  };
  return { state, event: registered(state, 'platform') };
}

/**
 * Changes an officer. `change.appointments` are all that the officer is to hold within the reach of who changes them:
 * a department replaces its own and leaves another's alone.
 *
 * @param bodies every organisation named by the appointments held and given
 */
export function amend(
  officer: Officer,
  change: OfficerChange,
  bodies: Bodies,
  by: Principal,
  now: Date,
  holders = NOBODY,
) {
  if (officer.id === by.officerId) throw new Refusal('officer.own_appointment');
  const reached = officer.appointments.filter((held) => withinReach(held, bodies, by));
  const others = officer.appointments.filter((held) => !withinReach(held, bodies, by));
  // Name and status are the whole person's: who shares the officer with another body changes neither.
  if ((change.name !== undefined || change.status !== undefined) && others.some((held) => standing(held, now)))
    throw new Refusal('officer.outside_reach', { about: others.map((held) => held.organisationId) });
  if (reached.length === 0 && others.length > 0) throw new Refusal('officer.outside_reach');
  const kept = (given: Appointment) => reached.some((held) => sameAppointment(held, given));
  const shortened = (given: Appointment) => reached.some((held) => endsSooner(held, given));
  change.appointments?.forEach((given) => {
    // What is held already stays as it was decided, or ends sooner; only what is new is measured by today's conditions.
    if (shortened(given)) checkPeriod(given);
    else if (!kept(given)) checkAppointment(officer.id, given, bodies, holders, by, now);
  });
  const appointments = change.appointments ? [...others, ...change.appointments] : officer.appointments;
  const changed = {
    name: change.name ?? officer.name,
    status: change.status ?? officer.status,
    appointments: change.status === 'DEPARTED' ? ended(appointments, now) : appointments,
  };
  return amended(officer, changed, by.officerId!, now);
}

/** Ends one appointment, by whoever might have made it; what is left needs no looking at. @param which one of the officer's */
export function endAppointment(officer: Officer, which: Appointment, bodies: Bodies, by: Principal, now: Date) {
  if (officer.id === by.officerId) throw new Refusal('officer.own_appointment');
  const { organisationId } = which;
  if (!withinReach(which, bodies, by)) throw new Refusal('officer.outside_reach', { about: [organisationId] });
  const appointments = officer.appointments.flatMap((held) => (held === which ? ended([held], now) : [held]));
  return amended(officer, { appointments }, by.officerId!, now);
}

/** The next revision; whatever decides about an officer saves through this. */
export function amended(officer: Officer, change: OfficerChange, by: string, now: Date) {
  const state: Officer = { ...officer, ...change, revision: officer.revision + 1, updatedAt: now.toISOString() };
  const { id, status, revision, updatedAt } = state;
  const event: OfficerAmended = {
    type: 'authorisation.officer-amended.v1',
    key: id,
    at: updatedAt,
    data: { officerId: id, status, appointments: told(state), revision, by },
  };
  return { state, event };
}

/** An officer is known to the bodies they serve or served, to the authority of those, and to themselves. */
export const isKnownTo = (officer: Officer, bodies: Bodies, by: Principal): boolean =>
  officer.id === by.officerId ||
  officer.appointments.some(
    ({ organisationId }) => organisationId === by.departmentId || overseen(bodies.get(organisationId), by),
  );

export const officerState = ({ id, name, status, appointments, revision }: Officer): OfficerState => ({
  id,
  version: revision,
  name,
  status,
  appointments,
});

/** Whoever leaves holds nothing from this moment on, and what was to begin later never does. */
export const ended = (appointments: readonly Appointment[], now: Date): Appointment[] => {
  const at = now.toISOString();
  return appointments
    .filter(({ from }) => from < at)
    .map((held) => (held.until !== null && held.until <= at ? held : { ...held, until: at }));
};

const sameAppointment = (a: Appointment, b: Appointment): boolean => canonical(a) === canonical(b);
/** The same one, but for an end that comes before its own. */
const endsSooner = (held: Appointment, given: Appointment): boolean =>
  given.until !== null &&
  (held.until === null || given.until < held.until) &&
  sameAppointment({ ...held, until: given.until }, given);
const canonical = ({ organisationId, unit, post, roles, from, until, deputyFor }: Appointment): string =>
  JSON.stringify([organisationId, unit, post, [...roles].sort(), from, until, deputyFor ?? null]);

const overseen = (body: Body | undefined, by: Principal): boolean =>
  body !== undefined && isAuthorityOver(by, body.regionCode);

/** May this caller make or end such an appointment? */
function withinReach({ organisationId, roles }: Appointment, bodies: Bodies, by: Principal): boolean {
  if (by.officerId === null) return false;
  if (!roles.every(isDepartmentRole)) return by.roles.includes('PROVINCIAL_AUTHORITY');
  if (organisationId === by.departmentId && by.roles.includes('RESPONSIBLE_OFFICER')) return true;
  return overseen(bodies.get(organisationId), by);
}

function checkAppointment(
  officerId: string,
  appointment: Appointment,
  bodies: Bodies,
  holders: Holders,
  by: Principal,
  now: Date,
): void {
  const { organisationId, roles } = appointment;
  if (!withinReach(appointment, bodies, by))
    throw new Refusal(roles.every(isDepartmentRole) ? 'officer.outside_reach' : 'officer.platform_role', {
      about: [organisationId],
    });
  const body = bodies.get(organisationId);
  if (!body || body.status === 'ABOLISHED') throw new Refusal('organisation.unknown', { about: [organisationId] });
  if (body.kind !== 'DEPARTMENT') throw new Refusal('officer.body_not_department', { about: [organisationId] });
  checkPeriod(appointment);
  const held = body.roles.filter((r) => r.until === null || r.until > now.toISOString()).map((r) => r.role);
  const foreign = roles.filter((role) => !isDepartmentRole(role) && !held.includes(role));
  if (foreign.length > 0) throw new Refusal('officer.role_not_of_body', { about: foreign });
  if (appointment.deputyFor) checkDeputy(officerId, appointment, holders.get(appointment.deputyFor), now);
}

function checkPeriod({ organisationId, from, until }: Appointment): void {
  if (until !== null && until <= from) throw new Refusal('officer.period_invalid', { about: [organisationId] });
}

/** A deputy acts for somebody else in office there, with no more than they may, from one day to another. [R15.1] */
function checkDeputy(
  officerId: string,
  { organisationId, roles, from, until, deputyFor }: Appointment,
  holder: Pick<Officer, 'status' | 'appointments'> | undefined,
  now: Date,
): void {
  if (until === null || Date.parse(until) - Date.parse(from) > LONGEST_DEPUTATION_MS)
    throw new Refusal('officer.deputy_without_end', { about: [organisationId] });
  const holds = holder?.appointments.some(
    (held) =>
      !held.deputyFor &&
      held.organisationId === organisationId &&
      standing(held, now) &&
      roles.every((role) => held.roles.includes(role)),
  );
  if (deputyFor === officerId || holder?.status !== 'ACTIVE' || !holds)
    throw new Refusal('officer.deputy_invalid', { about: [deputyFor!] });
}

const standing = ({ until }: Appointment, now: Date): boolean => until === null || until > now.toISOString();

const told = ({ appointments }: Officer): AppointmentFact[] =>
  appointments.map(({ organisationId, roles, from, until, deputyFor = null }) => ({
    organisationId,
    roles,
    from,
    until,
    deputyFor,
  }));

const registered = (state: Officer, by: string): OfficerRegistered => ({
  type: 'authorisation.officer-registered.v1',
  key: state.id,
  at: state.updatedAt,
  data: { officerId: state.id, appointments: told(state), revision: state.revision, by },
});
