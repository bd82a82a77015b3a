import type { GrantState, MaskRule, Principal, RowFilter, Use } from '@qiongtong/contracts';
import { decide, matchesRowFilter, PolicyIndex, type GrantScope } from '@qiongtong/regulation';
import {
  anAppointment,
  anItem,
  anOfficer,
  anOrganisation,
  aResource,
  aSystem,
  aUse,
  aVendor,
} from '@qiongtong/testing';
import fc, { type Arbitrary } from 'fast-check';
import { ancestors, grantState, issue, type Grant } from '../../grants/domain/grant';
import { authorise, request, type Held, type NewTransfer, type Recipient } from './onward-transfer';

const now = new Date('2026-03-02T02:00:00.000Z');
const RUNS = 6_000;
const DEPARTMENTS = ['d0', 'd1', 'd2', 'd3'] as const;
const ITEMS = ['no', 'name', 'persons', 'region'] as const;
const PURPOSES = ['aid.check', 'aid.review'] as const;
const resource = aResource({
  id: 'r',
  providerId: 'mzt',
  items: [
    anItem({ code: 'no', key: true }),
    anItem({ code: 'name' }),
    anItem({ code: 'persons', type: 'I', length: undefined }),
    anItem({ code: 'region' }),
  ],
});

const subset = <T>(values: readonly T[], minLength = 0): Arbitrary<T[]> => fc.subarray([...values], { minLength });
const condition: Arbitrary<RowFilter> = fc.oneof(
  fc.record({ item: fc.constant('region'), op: fc.constant('eq' as const), value: fc.constantFrom('a', 'b') }),
  fc.record({ item: fc.constant('region'), op: fc.constant('in' as const), value: subset(['a', 'b', 'c'], 1) }),
  fc.record({ item: fc.constant('persons'), op: fc.constantFrom('ge' as const, 'lt' as const), value: fc.nat(4) }),
  fc.record({ item: fc.constant('name'), op: fc.constant('isNull' as const), value: fc.boolean() }),
);
const rowFilter: Arbitrary<RowFilter | null> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: condition },
  { weight: 1, arbitrary: fc.record({ all: fc.array(condition, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ any: fc.array(condition, { minLength: 1, maxLength: 2 }) }) },
);
const row = fc.record({
  no: fc.constantFrom('1', '2'),
  name: fc.constantFrom(null, '王'),
  persons: fc.option(fc.nat(5)),
  region: fc.constantFrom('a', 'b', 'c', null),
});

/** One dimension each; a link takes over what it does not name. */
const dimensions = {
  items: subset(ITEMS, 1),
  rowFilter,
  mask: fc.dictionary(fc.constantFrom(...ITEMS), fc.constantFrom<MaskRule>('name', 'full'), { maxKeys: 2 }),
  actions: subset(['query', 'batch', 'download'] as const, 1),
  purposes: subset(PURPOSES, 1),
  matterNumber: fc.constantFrom('required' as const, 'optional' as const),
  scopeOfKnowledge: fc.record({
    units: subset(['u1', 'u2']),
    posts: subset(['p1']),
    officers: subset(['o1', 'o2']),
  }),
  period: fc.record({
    from: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'),
    until: fc.constantFrom('2026-06-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'),
  }),
  limits: fc.record({ rowsPerDay: fc.nat(3), rowsPerRequest: fc.nat(3) }, { requiredKeys: [] }),
};
type Dimensions = { [K in keyof typeof dimensions]: (typeof dimensions)[K] extends Arbitrary<infer V> ? V : never };
const whole: Arbitrary<Dimensions> = fc.record(dimensions) as Arbitrary<Dimensions>;
const some: Arbitrary<Partial<Dimensions>> = fc
  .tuple(
    whole,
    subset(Object.keys(dimensions) as (keyof Dimensions)[]).map((keys) => keys.slice(0, keys.length % 3)),
  )
  .map(([values, keys]) => Object.fromEntries(keys.map((key) => [key, values[key]])) as Partial<Dimensions>);
const link = fc.record({
  change: some,
  to: fc.constantFrom<readonly (string | null)[]>(...DEPARTMENTS.map((id) => [id, null]), [null, 'vendor']),
  namesSystems: fc.boolean(),
});
const asking = fc.record({
  items: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: subset(ITEMS, 1) }),
  action: fc.constantFrom<Use['action']>('query', 'batch'),
  purpose: fc.constantFrom(...PURPOSES),
  officerId: fc.constantFrom('o1', 'o2'),
  matterNumber: fc.constantFrom(null, '办1'),
  touchedItems: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: subset(ITEMS, 1) }),
  at: fc.constantFrom('2026-01-15', '2026-03-02', '2026-07-01'),
});

const officer = (departmentId: string, officerId: string, role: 'SUBMITTER' | 'REVIEWER'): Principal => ({
  kind: 'officer',
  officerId,
  systemId: null,
  departmentId,
  regionCode: '460000',
  roles: [role],
  tokenId: 't',
});
const systemOf = (departmentId: string, ownerId: string | null) => `${ownerId ?? departmentId}-for-${departmentId}`;

/** Tries a transfer from the end of the chain with the real rules; null where they refuse. */
function passedOn(
  chain: readonly Grant[],
  { change, to, namesSystems }: typeof link extends Arbitrary<infer L> ? L : never,
): Grant | null {
  const parent = chain.at(-1)!;
  const [departmentId, vendorId] = to;
  const recipient: Recipient = vendorId
    ? { id: vendorId, kind: 'VENDOR', status: 'ACTIVE' }
    : { id: departmentId!, kind: 'DEPARTMENT', status: 'ACTIVE' };
  const system = systemOf(vendorId ? parent.holderId : departmentId!, vendorId ?? null);
  const { items, rowFilter, mask, actions, purposes, matterNumber, scopeOfKnowledge, period, limits } = parent;
  const scope: NewTransfer['scope'] = {
    ...{ items, rowFilter, mask, actions, purposes, matterNumber, scopeOfKnowledge, period, limits },
    ...change,
    systems: vendorId || namesSystems ? [system] : [],
  };
  const held: Held = {
    resource,
    holderId: parent.holderId,
    grant: parent,
    ancestors: ancestors(parent, chain),
    missingOrigins: [],
    depthLimit: 3,
  };
  try {
    const given = { id: `t${chain.length}`, why: '协同', basis: '条例', rulePack: 'HN-2014-176@1', scope };
    const asked = request(given, held, recipient, officer(parent.holderId, 'li', 'SUBMITTER'), now).state;
    const decision = { grantId: `g${chain.length}`, reason: '' };
    const { state } = authorise(asked, held, recipient, decision, officer('mzt', 'chen', 'REVIEWER'), now);
    const origin = { kind: 'onward-transfer', id: state.id } as const;
    const made = { id: decision.grantId, parent, origin, rulePack: 'HN-2014-176@1', by: 'chen' };
    return issue(state.scope, made, now).state;
  } catch {
    return null;
  }
}

function policyOf(chain: readonly Grant[]): PolicyIndex {
  const policy = new PolicyIndex();
  const put = (topic: Parameters<PolicyIndex['apply']>[0], state: { id: string; version: number }) =>
    policy.apply(topic, state.id, state);
  for (const id of [...DEPARTMENTS, 'mzt']) {
    put('policy.organisations', anOrganisation({ id }));
    put('policy.systems', aSystem({ id: systemOf(id, null), ownerId: id, departmentId: id }));
    put('policy.systems', aSystem({ id: systemOf(id, 'vendor'), ownerId: 'vendor', departmentId: id }));
  }
  put('policy.organisations', aVendor());
  // The same people everywhere, so that who may know is the only difference between departments.
  for (const [id, unit, post] of [
    ['o1', 'u1', 'p1'],
    ['o2', 'u2', 'p2'],
  ] as const)
    put(
      'policy.officers',
      anOfficer({
        id,
        appointments: DEPARTMENTS.map((organisationId) => anAppointment({ organisationId, unit, post })),
      }),
    );
  put('policy.resources', resource);
  for (const grant of chain) put('policy.grants', grantState(grant));
  return policy;
}

const useOf = (grant: GrantScope, asked: Partial<Use>): Use =>
  aUse({
    ...asked,
    resourceId: 'r',
    departmentId: grant.holderId,
    systemId: grant.systems[0] ?? systemOf(grant.holderId, grant.recipientOwnerId),
  });
const hidden = (mask: GrantState['mask'], item: string) => (Object.hasOwn(mask, item) ? mask[item] : null);

describe('the law of scope', () => {
  it('[R13.2] whatever a holder can read, every ancestor could: items, rows, masks, actions, purposes, time', () => {
    const seen = { permittedByTransfer: 0, refusedTransfers: 0, rowsCompared: 0, thirdParties: 0, deep: 0 };
    fc.assert(
      fc.property(
        whole,
        fc.array(link, { minLength: 1, maxLength: 4 }),
        fc.array(asking, { minLength: 8, maxLength: 8 }),
        fc.array(row, { minLength: 6, maxLength: 6 }),
        (scope, links, uses, rows) => {
          const parties = { resourceId: 'r', providerId: 'mzt', holderId: 'd0', recipientOwnerId: null, systems: [] };
          const origin = { kind: 'sharing-application', id: 'a' } as const;
          const made = { id: 'g0', parent: null, origin, rulePack: 'HN-2014-176@1', by: 'chen' };
          const chain: Grant[] = [issue({ ...parties, ...scope }, made, now).state];
          for (const each of links) {
            const next = passedOn(chain, each);
            if (next) chain.push(next);
            else seen.refusedTransfers++;
          }
          for (const grant of chain.slice(1)) {
            const above = ancestors(grant, chain);
            // Alone with what is above it, so that no grant of the same holder from elsewhere permits instead.
            const policy = policyOf([grant, ...above]);
            for (const { at, ...asked } of uses) {
              const moment = new Date(at);
              const decision = decide(policy, useOf(grant, asked), moment);
              if (decision.effect !== 'permit' || decision.grantId !== grant.id) continue;
              seen.permittedByTransfer++;
              if (grant.recipientOwnerId) seen.thirdParties++;
              if (above.length > 1) seen.deep++;
              for (const ancestor of above) {
                const theirs = decide(
                  policyOf([ancestor, ...ancestors(ancestor, chain)]),
                  useOf(ancestor, asked),
                  moment,
                );
                // It may hold a wider one higher up the chain; whichever it is, the law holds.
                expect(theirs.effect).toBe('permit');
                if (theirs.effect !== 'permit') continue;
                const [mine, wider] = [decision.obligations, theirs.obligations];
                for (const item of mine.items) {
                  expect(wider.items).toContain(item);
                  if (hidden(wider.mask, item))
                    expect(['full', hidden(wider.mask, item)]).toContain(hidden(mine.mask, item));
                }
                for (const each of rows.filter((r) => matchesRowFilter(mine.rowFilter, r, resource.items))) {
                  seen.rowsCompared++;
                  expect(matchesRowFilter(wider.rowFilter, each, resource.items)).toBe(true);
                }
                for (const limit of ['rowsPerDay', 'rowsPerRequest'] as const)
                  expect(mine.limits[limit] ?? Infinity).toBeLessThanOrEqual(wider.limits[limit] ?? Infinity);
              }
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
    // A law that nothing was held against shows nothing.
    expect(Object.entries(seen).filter(([, count]) => count < 200)).toEqual([]);
  }, 120_000);
});
