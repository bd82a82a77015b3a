import { BODY_ROLES, type Appointment, type OfficerAmended, type Role } from '@qiongtong/contracts';
import { officerAfter, type Succeeded, type Succession } from '@qiongtong/regulation';
import { amended, type Officer } from './officer';

type Changed = Readonly<{ state: Officer; event: OfficerAmended }>;
const ofTheBody = (role: Role): boolean => (BODY_ROLES as readonly Role[]).includes(role);

/**
 * An officer goes with their posts to who took their body's place, as the decision lists them, or leaves. A role of the
 * body stays with whoever holds that role. [R4.5]
 */
export function succeed(officer: Officer, s: Succession, now: Date): Succeeded<Changed> | null {
  const at = now.toISOString();
  const moving = officer.appointments.filter(
    ({ organisationId, until }) =>
      (until === null || until > at) && officerAfter(s, officer.id, organisationId) !== organisationId,
  );
  if (moving.length === 0) return null;
  const kept = officer.appointments.flatMap((held): Appointment[] => {
    if (!moving.includes(held)) return [held];
    return held.from < at ? [{ ...held, until: at }] : [];
  });
  const taken = moving.flatMap((held): Appointment[] => {
    const organisationId = officerAfter(s, officer.id, held.organisationId);
    if (organisationId === null) return [];
    const roles = held.roles.filter((role) => !ofTheBody(role));
    return [{ ...held, organisationId, roles, from: held.from < at ? at : held.from }];
  });
  const fresh = taken.filter((one) => !kept.some((held) => covers(held, one)));
  const appointments = [...kept, ...fresh];
  const { organisationId: fromId } = moving[0]!;
  const toId = taken[0]?.organisationId ?? null;
  return {
    changed: amended(officer, { appointments }, s.decidedBy, now),
    effect: {
      thing: 'officer',
      id: officer.id,
      outcome: toId === null ? 'ENDED' : 'PASSED',
      fromId,
      toId,
      because: toId === null ? 'BODY_ENDED' : null,
    },
  };
}

/** Somebody with posts in both bodies may hold that very post already. */
const covers = (held: Appointment, one: Appointment): boolean =>
  held.organisationId === one.organisationId &&
  held.unit === one.unit &&
  held.post === one.post &&
  (held.deputyFor ?? null) === (one.deputyFor ?? null) &&
  held.from <= one.from &&
  (held.until === null || (one.until !== null && one.until <= held.until)) &&
  one.roles.every((role) => held.roles.includes(role));
