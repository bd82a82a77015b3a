import type { GrantState, OrganisationState, ResourceState, SystemState, Use } from '@qiongtong/contracts';

const DEPARTMENTS = 300;
const RESOURCES = 10_000;
const ITEMS = Array.from({ length: 20 }, (_, i) => `item${i}`);
const PURPOSES = ['duty.check', 'duty.review', 'duty.approve'];

/** The same numbers in every run: a linear congruential generator. */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The states of a policy of the given size, by topic, made as they are asked for: a million of them are never held. */
export type PolicyWorld = Readonly<{
  organisations: readonly OrganisationState[];
  systems: readonly SystemState[];
  resources: readonly ResourceState[];
  size: number;
  grant(i: number): GrantState;
}>;

export const policyWorld = (size: number): PolicyWorld => ({
  organisations: Array.from({ length: DEPARTMENTS }, (_, i) => organisation(i)),
  systems: Array.from({ length: DEPARTMENTS }, (_, i) => system(i)),
  resources: Array.from({ length: RESOURCES }, (_, i) => resource(i)),
  size,
  grant,
});

export function* grantsOf({ size }: PolicyWorld): Generator<GrantState> {
  for (let i = 0; i < size; i++) yield grant(i);
}

/**
 * Uses as they come, as JSON: most under a grant, some unconditional, some that must be refused. Read just before it is
 * decided on, a use is as near as one that the gateway has just named.
 *
 * @param among so many grants are in use, the others are only there
 */
export function usesOf({ size }: PolicyWorld, count: number, among = size): string[] {
  const random = numbers(count);
  return Array.from({ length: count }, (_, i) => {
    const use = useOf(grant(random(Math.min(among, size))), random);
    if (i % 10 === 0) return JSON.stringify({ ...use, resourceId: `r${random(RESOURCES / 10) * 10}` });
    if (i % 10 === 1) return JSON.stringify({ ...use, items: [...(use.items ?? []), ITEMS[19]!] });
    return JSON.stringify(use);
  });
}

function useOf(grant: GrantState, random: (below: number) => number): Use {
  return {
    systemId: `${grant.holderId}-system`,
    departmentId: grant.holderId,
    officerId: null,
    officerAsserted: false,
    resourceId: grant.resourceId,
    action: grant.actions[0]!,
    items: grant.items.slice(0, 1 + random(6)),
    touchedItems: [grant.items[0]!],
    purpose: grant.purposes[0]!,
    matterNumber: `M-${random(1_000_000)}`,
    address: `10.${random(256)}.${random(256)}.${random(256)}`,
    certificate: `thumbprint-${grant.holderId}`,
    tokenId: `token-${random(10_000)}`,
    clientId: null,
    sessionId: null,
  };
}

const organisation = (i: number): OrganisationState => ({
  id: `d${i}`,
  version: 1,
  name: `部门${i}`,
  type: 'ADMINISTRATIVE',
  level: 'PROVINCE',
  regionCode: '460000',
  parentId: null,
  kind: 'DEPARTMENT',
  status: 'ACTIVE',
  roles: [],
  duties: [{ code: 'duty', title: '职责', basis: '依据', purposes: PURPOSES }],
  hasResponsibleUnit: true,
  admission: 'ACTIVE',
  pledgeVersion: '1',
  pledgeValidUntil: null,
});

const system = (i: number): SystemState => ({
  id: `d${i}-system`,
  version: 1,
  name: `系统${i}`,
  ownerId: `d${i}`,
  departmentId: `d${i}`,
  ownerAttested: true,
  zone: 'GOV_EXTRANET',
  addresses: ['10.0.0.0/8'],
  certificates: [`thumbprint-d${i}`],
  status: 'ACTIVE',
  provides: [],
  kafka: false,
});

/** Every tenth is unconditional; the last department provides them all. */
const resource = (i: number): ResourceState => ({
  id: `r${i}`,
  version: 1,
  name: `资源${i}`,
  providerId: `d${DEPARTMENTS - 1}`,
  sharingType: i % 10 === 0 ? 'UNCONDITIONAL' : 'CONDITIONAL',
  deliveryMode: 'HOSTED',
  status: 'PUBLISHED',
  specialRegime: null,
  items: ITEMS.map((code, n) => ({
    code,
    name: `信息项${n}`,
    type: 'C',
    length: '50',
    key: n === 0,
    required: n === 0,
    sensitive: false,
    queryable: true,
  })),
  matterNumberPerSubject: false,
  derivedFrom: [],
});

/** Any of them by itself: its number is the seed. */
function grant(i: number): GrantState {
  const random = numbers(Math.imul(i + 1, 2654435761));
  random(2);
  const holder = random(DEPARTMENTS - 1);
  return {
    id: `g${i}`,
    version: 1,
    parentId: null,
    resourceId: `r${random(RESOURCES)}`,
    providerId: `d${DEPARTMENTS - 1}`,
    holderId: `d${holder}`,
    recipientOwnerId: null,
    status: random(20) === 0 ? 'REVOKED' : 'ACTIVE',
    items: ITEMS.slice(0, 6 + random(10)),
    rowFilter: {
      all: [
        { item: 'item1', op: 'eq', value: '460100' },
        { item: 'item2', op: 'isNull', value: false },
      ],
    },
    mask: { item3: 'name' },
    actions: ['query', 'verify'],
    purposes: [PURPOSES[random(3)]!],
    matterNumber: 'required',
    scopeOfKnowledge: { units: [], posts: [], officers: [] },
    systems: [`d${holder}-system`],
    period: { from: '2026-01-01T00:00:00+08:00', until: '2027-01-01T00:00:00+08:00' },
    limits: { rowsPerRequest: 100 },
    rulePack: 'HN-2014-176@1',
    ground: null,
  };
}
