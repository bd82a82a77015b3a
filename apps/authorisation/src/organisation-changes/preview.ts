import type { Refusal } from '@qiongtong/contracts';
import { mayAct } from '../applications/domain/transitions';
import { bodiesAfter, resourceAfter, dutyAfter, type Effect, type Succession } from '@qiongtong/regulation';
import { effectsOf, type Outcomes, type World } from './outcomes';

/** More ids of one kind than this are counted and not named; the report afterwards names all. */
const MOST_NAMED = 1_000;

export type Told = Readonly<{
  thing: Effect['thing'];
  outcome: Effect['outcome'];
  toId: string | null;
  because: Effect['because'];
  count: number;
  ids: readonly string[];
}>;
/** The clock of an open application, as it will run on. */
export type RunningClock = Readonly<{
  applicationId: string;
  applicantId: string;
  providerId: string;
  status: string;
  receivedAt: string | null;
  dueAt: string | null;
  provisional: boolean;
  overdue: boolean;
}>;

/** What a change would do, told before anybody confirms it. */
export type Preview = Readonly<{
  /** It could be decided as it stands. */
  possible: boolean;
  obstacles: readonly Readonly<{ code: string; about: readonly string[] }>[];
  things: readonly Told[];
  clocks: readonly RunningClock[];
}>;

export function previewOf(
  world: World,
  s: Succession | null,
  outcomes: Outcomes | null,
  resources: readonly Resource[],
  refusals: readonly Refusal[],
): Preview {
  const effects = s && outcomes ? [...onBodies(world, s, resources), ...effectsOf(outcomes, world)] : [];
  return {
    possible: refusals.length === 0,
    obstacles: refusals.map(({ code, details }) => ({ code, about: details.about ?? [] })),
    things: counted(effects),
    clocks: clocksOf(world),
  };
}

export type Resource = Readonly<{ id: string; providerId: string; status: string }>;

/** What becomes of the resources and duties of the bodies, and of the bodies. */
export function onBodies(world: World, s: Succession, resources: readonly Resource[]): Effect[] {
  const after = bodiesAfter(s, world.bodies);
  const moved = resources.flatMap(({ id, providerId: fromId, status }): Effect[] => {
    const toId = resourceAfter(s, id, fromId);
    if (toId === fromId || (toId === null && status === 'WITHDRAWN')) return [];
    const ends = { outcome: 'ENDED', because: 'RESOURCE_WITHDRAWN' } as const;
    return [{ thing: 'resource', id, fromId, toId, ...(toId === null ? ends : { outcome: 'PASSED', because: null }) }];
  });
  const duties = s.from.flatMap((fromId) =>
    (world.bodies.get(fromId)?.duties ?? []).flatMap(({ code: id }): Effect[] => {
      const toId = dutyAfter(s, id, fromId);
      const outcome = toId === null ? 'ENDED' : 'PASSED';
      return toId === fromId
        ? []
        : [{ thing: 'duty', id, fromId, toId, outcome, because: toId === null ? 'DUTY_ENDED' : null }];
    }),
  );
  const ending = s.ending.filter((id) => after.get(id)?.status !== 'ABOLISHED').map((id): Effect => ({
    ...{ thing: 'organisation', id, fromId: id, toId: s.remainderTo, outcome: 'ENDED', because: null },
  })); // prettier-ignore
  return [...moved, ...duties, ...ending];
}

function counted(effects: readonly Effect[]): Told[] {
  const groups = new Map<string, Effect[]>();
  for (const effect of effects) {
    const { thing, outcome, toId, because } = effect;
    const key = JSON.stringify([thing, outcome, toId, because]);
    groups.set(key, [...(groups.get(key) ?? []), effect]);
  }
  return [...groups.values()].map((group) => {
    const { thing, outcome, toId, because } = group[0]!;
    return { thing, outcome, toId, because, count: group.length, ids: group.slice(0, MOST_NAMED).map(({ id }) => id) };
  });
}

const clocksOf = ({ applications }: World): RunningClock[] =>
  applications
    .filter(({ status, clock }) => mayAct('PASS', status) && clock !== null && clock.endedAt === null)
    .slice(0, MOST_NAMED)
    .map(({ id: applicationId, applicantId, providerId, status, receivedAt, clock, overdueAt }) => ({
      ...{ applicationId, applicantId, providerId, status, receivedAt },
      dueAt: clock!.dueAt,
      provisional: clock!.provisional,
      overdue: overdueAt !== null,
    }));
