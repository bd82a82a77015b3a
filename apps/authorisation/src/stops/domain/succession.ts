import type { StopPassed } from '@qiongtong/contracts';
import { formerOf, officerAfter, resourceAfter, type Succeeded, type Succession } from '@qiongtong/regulation';
import { said, type Stop } from './stop';

type Changed = Readonly<{ state: Stop; event: StopPassed }>;

/**
 * A stop is not escaped by a change of bodies: it hits the callers of who took the place of the department it was about.
 * Where several did and nobody can say whose a token is, it stands against each. [R14.7]
 *
 * @param newId for the stops that are added
 */
export function succeed(stop: Stop, s: Succession, newId: () => string, now: Date): Succeeded<Changed>[] {
  if (stop.status !== 'ACTIVE') return [];
  const departments = departmentsAfter(stop, s);
  const organisationId = standsByAfter(stop, s);
  // Whom it has been passed on to as well it is about as well: so it is passed on once.
  const concerned = [...new Set([...stop.concerned.flatMap((id) => bodiesAfter(id, s)), ...departments])];
  const state: Stop = {
    ...stop,
    departmentId: departments[0] ?? stop.departmentId,
    concerned,
    standsBy: { ...stop.standsBy, organisationId },
    revision: stop.revision + 1,
  };
  const same =
    state.departmentId === stop.departmentId &&
    organisationId === stop.standsBy.organisationId &&
    JSON.stringify(concerned) === JSON.stringify(stop.concerned);
  if (same) return [];
  const copies = departments
    .slice(1)
    .map((departmentId): Stop => ({ ...state, id: newId(), departmentId, revision: 1 }));
  return [passed(stop, state, null, s, now), ...copies.map((copy) => passed(stop, copy, stop.id, s, now))];
}

function passed(stop: Stop, state: Stop, of: string | null, s: Succession, now: Date): Succeeded<Changed> {
  const former = formerOf<Stop>(stop, state, ['departmentId']);
  const told = { changeId: s.changeId, former, of };
  const event: StopPassed = { type: 'authorisation.stop-passed.v1', ...said(state, s.decidedBy, now, told) };
  const fromId = stop.departmentId ?? stop.concerned.find((id) => s.from.includes(id)) ?? stop.standsBy.organisationId;
  const toId = state.departmentId ?? bodiesAfter(fromId, s)[0] ?? null;
  return {
    changed: { state, event },
    effect: { thing: 'stop', id: state.id, outcome: 'PASSED', fromId, toId, because: null },
  };
}

/** Whose callers it hits afterwards, where it hits one department's alone. */
function departmentsAfter({ target, targetId, departmentId }: Stop, s: Succession): string[] {
  if (departmentId === null || !s.from.includes(departmentId)) return [];
  if (target === 'officer') return [officerAfter(s, targetId, departmentId) ?? departmentId];
  const heirs = s.heirs.filter((id) => id !== departmentId);
  return s.ending.includes(departmentId) ? heirs : [departmentId, ...heirs];
}

function standsByAfter({ target, targetId, standsBy }: Stop, s: Succession): string {
  const { organisationId } = standsBy;
  if (target === 'resource') return resourceAfter(s, targetId, organisationId) ?? organisationId;
  return s.ending.includes(organisationId) ? (s.remainderTo ?? organisationId) : organisationId;
}

const bodiesAfter = (id: string, s: Succession): readonly string[] =>
  !s.ending.includes(id) || s.heirs.length === 0 ? [id] : s.heirs;
