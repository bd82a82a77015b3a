import { BODY_ROLES, type Appointment, type OfficerState, type Principal, type Role } from '@qiongtong/contracts';
import { inForce, spanOf, type Span } from './instants';
import { memo } from './memo';
import type { PolicyView } from './policy-index';

export type TokenSubject = Readonly<{ sub: string; clientId: string; jti: string; sid?: string | null }>;

const OF_THE_BODY: ReadonlySet<Role> = new Set(BODY_ROLES);

type Dated<T> = T & Readonly<{ span: Span }>;
const dated = <T extends Readonly<{ from: string; until: string | null }>>(rows: readonly T[]): readonly Dated<T>[] =>
  rows.map((row) => ({ ...row, span: spanOf(row.from, row.until) }));

/** An officer's appointments with their dates read once. */
const appointmentsOf = memo((officer: OfficerState) => dated(officer.appointments));

/** What an officer holds now: a deputy's post only while who is absent still holds theirs, with those roles. [R15.1] */
export function heldNow(
  policy: Pick<PolicyView, 'officer'>,
  officer: OfficerState,
  now: number,
): readonly Appointment[] {
  return appointmentsOf(officer).filter(
    (held) => inForce(held.span, now) && (!held.deputyFor || isDeputised(policy, held, held.deputyFor, now)),
  );
}

function isDeputised(policy: Pick<PolicyView, 'officer'>, held: Appointment, holderId: string, now: number): boolean {
  const holder = policy.officer(holderId);
  return (
    holder?.status === 'ACTIVE' &&
    appointmentsOf(holder).some(
      (own) =>
        !own.deputyFor &&
        own.organisationId === held.organisationId &&
        inForce(own.span, now) &&
        held.roles.every((role) => own.roles.includes(role)),
    )
  );
}

/**
 * Who a token's subject is on the platform: a system by its registration, an officer by the appointments in force.
 * A person with posts in several bodies acts for the one listed first. Roles of the body, assigned by data with
 * dates, are its officers' and never its systems'. [R4.5]
 *
 * @returns null for somebody not registered, retired, departed or without appointment; a principal without roles for
 * a suspended system, so that a decision can still say what is wrong with it
 */
export function principalOf(policy: PolicyView, subject: TokenSubject, now: Date): Principal | null {
  return subject.sub === subject.clientId ? systemPrincipal(policy, subject) : officerPrincipal(policy, subject, now);
}

function systemPrincipal(policy: PolicyView, { sub, clientId, jti }: TokenSubject): Principal | null {
  const system = policy.system(sub);
  const department = system && policy.organisation(system.departmentId);
  if (!system || !department || system.status === 'RETIRED' || department.status === 'ABOLISHED') return null;
  return {
    kind: 'system',
    officerId: null,
    systemId: system.id,
    departmentId: department.id,
    regionCode: department.regionCode,
    roles: system.status === 'ACTIVE' ? ['SYSTEM'] : [],
    tokenId: jti,
    clientId,
    sessionId: null,
  };
}

function officerPrincipal(policy: PolicyView, { sub, clientId, jti, sid }: TokenSubject, now: Date): Principal | null {
  const officer = policy.officer(sub);
  if (!officer || officer.status !== 'ACTIVE') return null;
  const instant = now.getTime();
  const appointments = heldNow(policy, officer, instant);
  const organisation = appointments[0] && policy.organisation(appointments[0].organisationId);
  if (!organisation || organisation.status === 'ABOLISHED') return null;
  const roles = new Set<Role>();
  for (const { role, from, until } of organisation.roles) if (inForce(spanOf(from, until), instant)) roles.add(role);
  // A role of the body that has ended or moved to another is nobody's here any more, whatever an appointment says.
  const held = (role: Role) => !OF_THE_BODY.has(role) || roles.has(role);
  for (const appointment of appointments)
    if (appointment.organisationId === organisation.id)
      appointment.roles.filter(held).forEach((role) => roles.add(role));
  return {
    kind: 'officer',
    officerId: officer.id,
    systemId: null,
    departmentId: organisation.id,
    regionCode: organisation.regionCode,
    roles: [...roles],
    tokenId: jti,
    clientId,
    sessionId: sid ?? null,
  };
}
