import type {
  Decision,
  GrantState,
  OfficerState,
  OrganisationState,
  PolicyTopic,
  ResourceState,
  StopState,
  SystemState,
  Use,
  Versioned,
} from '@qiongtong/contracts';
import { anAppointment, anOfficer, anOrganisation, aResource, aSystem, aVendor, aUse } from '@qiongtong/testing';
import { decide, PolicyIndex, type Freshness } from '../src';

export const now = new Date('2026-03-02T10:00:00+08:00');

/** What exists, as tuples of states; a state replaces the default one of its id. */
export type World = Readonly<{
  organisations: readonly OrganisationState[];
  officers: readonly OfficerState[];
  systems: readonly SystemState[];
  resources: readonly ResourceState[];
  grants: readonly GrantState[];
  stops: readonly StopState[];
}>;

export const provider = anOrganisation({
  id: 'mzt',
  name: '海南省民政厅',
  level: 'PROVINCE',
  regionCode: '460000',
  duties: [],
});

/** A provider with a conditional and an unconditional resource, a department, a vendor, a system of each, officers. */
export const defaults: World = {
  organisations: [anOrganisation(), provider, aVendor()],
  officers: [
    anOfficer(),
    anOfficer({ id: 'chen', appointments: [anAppointment({ organisationId: 'mzt', unit: '婚姻登记处' })] }),
  ],
  systems: [
    aSystem(),
    aSystem({ id: 'mzt-system', ownerId: 'mzt', departmentId: 'mzt', provides: ['203000-000001', 'free'] }),
    aSystem({ id: 'vendor-system', ownerId: 'vendor' }),
  ],
  resources: [aResource(), aResource({ id: 'free', sharingType: 'UNCONDITIONAL' })],
  grants: [],
  stops: [],
};

export function worldOf(over: Partial<World> = {}): World {
  const merged = <T extends Versioned>(known: readonly T[], given: readonly T[] = []): readonly T[] => [
    ...known.filter(({ id }) => !given.some((state) => state.id === id)),
    ...given,
  ];
  return {
    organisations: merged(defaults.organisations, over.organisations),
    officers: merged(defaults.officers, over.officers),
    systems: merged(defaults.systems, over.systems),
    resources: merged(defaults.resources, over.resources),
    grants: merged(defaults.grants, over.grants),
    stops: merged(defaults.stops, over.stops),
  };
}

export const entriesOf = (world: World): readonly (readonly [PolicyTopic, Versioned])[] =>
  Object.entries(world).flatMap(([name, states]) =>
    (states as readonly Versioned[]).map((state) => [`policy.${name}` as PolicyTopic, state] as const),
  );

export function policyOf(world: World): PolicyIndex {
  const policy = new PolicyIndex();
  for (const [topic, state] of entriesOf(world)) policy.apply(topic, state.id, state);
  return policy;
}

/** Asks one question of a world. */
export const ask = (over: Partial<World>, use: Partial<Use> = {}, freshness?: Freshness): Decision =>
  decide(policyOf(worldOf(over)), aUse(use), now, freshness);

/** The answer in short: its ground, or the codes of its reasons. */
export const answer = (decision: Decision): string | readonly string[] =>
  decision.effect === 'permit' ? decision.basis : decision.reasons.map(({ code }) => code.replace('access.', ''));
