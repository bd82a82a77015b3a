import type {
  GrantState,
  OrganisationState,
  PolicyTopic,
  ResourceState,
  SystemState,
  Use,
  Versioned,
} from '@qiongtong/contracts';
import { decide, PolicyIndex } from '@qiongtong/regulation';
import { grantsOf, type PolicyWorld } from './policy-world';

export const NOW = new Date('2026-06-01T10:00:00+08:00');

/** Answers whether a use is permitted. */
export type Contender = (use: Use) => boolean;
export type Contenders =
  'decide' | 'decide, 1,000 in use' | 'Map lookup' | 'casbin' | 'Cedar' | 'Cedar, sliced' | 'OPA';

const AT_ONCE = 1_000;

/** The platform's own, taken in as it comes from Kafka: as JSON. Making that JSON is not counted. */
export function ourDecision(world: PolicyWorld): { contender: Contender; loadMs: number } {
  const policy = new PolicyIndex();
  let loadMs = 0;
  let waiting: [PolicyTopic, string, string][] = [];
  const flush = () => {
    const from = performance.now();
    for (const [topic, id, json] of waiting) policy.apply(topic, id, JSON.parse(json) as Versioned);
    loadMs += performance.now() - from;
    waiting = [];
  };
  const add = (topic: PolicyTopic, states: Iterable<Versioned>) => {
    for (const state of states) if (waiting.push([topic, state.id, JSON.stringify(state)]) === AT_ONCE) flush();
  };
  add('policy.organisations', world.organisations);
  add('policy.systems', world.systems);
  add('policy.resources', world.resources);
  add('policy.grants', grantsOf(world));
  flush();
  return { contender: (use) => decide(policy, use, NOW).effect === 'permit', loadMs };
}

/** Decides nothing: what finding one entry by holder and resource takes. */
export function mapLookup(world: PolicyWorld): Contender {
  const byKey = new Map<string, GrantState>();
  for (const grant of grantsOf(world)) byKey.set(`${grant.holderId}|${grant.resourceId}`, grant);
  return (use) => byKey.get(`${use.departmentId}|${use.resourceId}`) !== undefined;
}

/** What a peer finds by id before its own engine is asked. */
export type ById = Readonly<{
  organisations: ReadonlyMap<string, OrganisationState>;
  systems: ReadonlyMap<string, SystemState>;
  resources: ReadonlyMap<string, ResourceState>;
}>;
const map = <T extends Versioned>(states: readonly T[]) => new Map(states.map((state) => [state.id, state]));
export const byId = ({ organisations, systems, resources }: PolicyWorld): ById => ({
  organisations: map(organisations),
  systems: map(systems),
  resources: map(resources),
});
