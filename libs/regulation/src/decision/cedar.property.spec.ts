import { preparsePolicySet, statefulIsAuthorized, validate } from '@cedar-policy/cedar-wasm/nodejs';
import type { Decision, StopTarget, Use } from '@qiongtong/contracts';
import {
  aStop,
  cedarEntities,
  cedarGrant,
  cedarQuestion,
  cedarStop,
  CEDAR_RULES,
  CEDAR_SCHEMA,
  type CedarPolicies,
} from '@qiongtong/testing';
import fc from 'fast-check';
import { aRandomUse, aRandomWorld } from '../../test/random-world';
import { now, policyOf, type World } from '../../test/world';
import { decide } from './decide';

const WORLDS = 2_500;
type Asked = Readonly<{ world: World; use: Use }>;

/** Without what Cedar cannot say, see `libs/testing/src/cedar/policies.ts`: it is left out of the world, not of the comparison. */
const sayable = (world: World): World => ({
  ...world,
  grants: world.grants.map((grant) => ({ ...grant, parentId: null })),
  resources: world.resources.map((resource) => ({ ...resource, derivedFrom: [] })),
  officers: world.officers.map((officer) => ({
    ...officer,
    appointments: officer.appointments.slice(0, 1).map((held) => ({ ...held, deputyFor: null })),
  })),
});
const anywhere: fc.Arbitrary<Asked> = fc
  .tuple(aRandomWorld, aRandomUse)
  .map(([world, use]) => ({ world: sayable(world), use }));

/** One thing else, now and then. */
type Twist = (asked: Asked) => Asked;
const inWorld =
  (change: (world: World) => Partial<World>): Twist =>
  ({ world, use }) => ({ use, world: { ...world, ...change(world) } });
const inUse =
  (change: Partial<Use>): Twist =>
  ({ world, use }) => ({ world, use: { ...use, ...change } });
const CALLERS: readonly Twist[] = [
  inUse({}),
  inUse({}),
  inUse({ officerId: 'li' }),
  inUse({ systemId: null, officerId: 'li', sessionId: 's1', clientId: 'console' }),
  ({ world, use }) => ({
    world: { ...world, grants: world.grants.map((g) => ({ ...g, resourceId: 'r2', recipientOwnerId: 'vendor' })) },
    use: { ...use, systemId: 'vendor-system', resourceId: 'r2' },
  }),
];
const HITS: readonly (readonly [StopTarget, string])[] = [
  ['token', 'jti-1'],
  ['client', 'mzj-system'],
  ['client', 'console'],
  ['session', 's1'],
  ['system', 'mzj-system'],
  ['officer', 'li'],
  ['organisation', 'mzj'],
  ['organisation', 'vendor'],
  ['grant', 'g1'],
  ['resource', 'r1'],
];
const TWISTS: readonly Twist[] = [
  ...Array.from({ length: 16 }, () => inUse({})),
  ...HITS.map(([target, targetId]) => inWorld(() => ({ stops: [aStop({ id: 's1', target, targetId })] }))),
  inUse({ items: ['certNo', 'gone'] }),
  inUse({ systemId: 'mzt-system' }),
  ...[{ units: ['优抚科'] }, { posts: ['科长'] }].map((of) =>
    inWorld(({ grants }) => ({
      grants: grants.map((g) => ({ ...g, scopeOfKnowledge: { units: [], posts: [], officers: [], ...of } })),
    })),
  ),
  ({ world, use }) => ({
    world: { ...world, grants: world.grants.map((g) => ({ ...g, matterNumber: 'required' as const })) },
    use: { ...use, matterNumber: null },
  }),
  inWorld(({ organisations }) => ({ organisations: organisations.map((o) => ({ ...o, kind: 'VENDOR' as const })) })),
  inWorld(({ organisations }) => ({
    organisations: organisations.map((o) => (o.kind === 'VENDOR' ? { ...o, status: 'SUSPENDED' as const } : o)),
  })),
  ({ world, use }) => ({
    world: { ...world, grants: world.grants.map((g) => ({ ...g, mask: { idNumber: 'full' as const } })) },
    use: { ...use, touchedItems: ['idNumber'] },
  }),
  ({ world, use }) => ({
    world: { ...world, resources: world.resources.map((r) => ({ ...r, deliveryMode: 'EXCHANGE_CHANNEL' as const })) },
    use: { ...use, systemId: 'mzt-system', departmentId: 'mzt', action: 'push' as const },
  }),
];
/** One grant that nearly always covers what is asked, so that a single condition decides. */
const near: fc.Arbitrary<Asked> = fc
  .tuple(anywhere, aRandomWorld, fc.constantFrom(...CALLERS), fc.constantFrom(...TWISTS))
  .map(([{ world, use }, { grants }, caller, twist]) =>
    twist(
      caller({
        world: {
          ...world,
          grants: grants
            .slice(0, 1)
            .map((g) => ({ ...g, id: 'g1', parentId: null, resourceId: 'r1', holderId: 'mzj' })),
        },
        use: {
          ...use,
          systemId: 'mzj-system',
          departmentId: 'mzj',
          officerId: null,
          resourceId: 'r1',
          action: 'query',
        },
      }),
    ),
  );
const asked = fc.oneof(anywhere, near);

/** Everything that a world of these can hold; what one does not hold has no entity in it. */
const STOPS = ['s1', 's2'];
const POLICIES: CedarPolicies = {
  ...CEDAR_RULES,
  ...Object.fromEntries(['g1', 'g2', 'g3', 'g4'].map((id) => [`grant ${id}`, cedarGrant(id, STOPS)])),
  ...Object.fromEntries(STOPS.map((id) => [`stop ${id}`, cedarStop(id)])),
};

function read(name: string, policies: CedarPolicies): void {
  const parsed = preparsePolicySet(name, { staticPolicies: policies });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
}

function cedar({ world, use }: Asked, policies = 'right') {
  const answer = statefulIsAuthorized({
    ...cedarQuestion(use, now),
    preparsedPolicySetId: policies,
    entities: cedarEntities(world),
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  return { permits: decision === 'allow', policies: diagnostics.reason, errors: diagnostics.errors };
}

const ours = ({ world, use }: Asked): Decision => decide(policyOf(world), use, now);
const groundOf = (decision: Decision): string | null =>
  decision.effect !== 'permit' ? null : decision.basis === 'grant' ? `grant ${decision.grantId}` : decision.basis;
/** `grant g1` is of the kind `grant`. */
const kindOf = (name: string) => name.split(' ')[0]!;

/** Every way to permit more by one line: what a permit asks for, what a forbid is content with, what a stop hits. */
function* weakened(): Generator<Readonly<{ kind: string; effect: string; line: string; policies: CedarPolicies }>> {
  for (const kind of new Set(Object.keys(POLICIES).map(kindOf))) {
    const [, text] = Object.entries(POLICIES).find(([name]) => kindOf(name) === kind)!;
    const effect = text.startsWith('permit') ? 'permit' : 'forbid';
    const asks = effect === 'permit' ? 'when' : 'unless';
    let part = asks === 'when' ? 'when' : '';
    for (const [at, line] of text.split('\n').entries()) {
      const begins = /\b(when|unless) \{$/.exec(line);
      part = begins?.[1] ?? part;
      const [, indent, sign = ''] = /^(\s+)(&& |\|\| )?/.exec(line) ?? [];
      if (begins || !indent || /^\s*[})]/.test(line) || (part !== asks && sign !== '|| ')) continue;
      const instead = `${sign}${sign === '|| ' ? 'false' : 'true'}`;
      const changed = Object.entries(POLICIES).map(([name, of]) =>
        kindOf(name) === kind ? [name, of.split('\n').with(at, instead).join('\n')] : [name, of],
      );
      yield { kind, effect, line: line.trim(), policies: Object.fromEntries(changed) as CedarPolicies };
    }
  }
}

describe('the sharing decision beside Cedar', () => {
  beforeAll(() => read('right', POLICIES));

  it('is told in policies that Cedar itself finds well typed', () => {
    expect(
      validate({
        schema: CEDAR_SCHEMA,
        validationSettings: { mode: 'strict' },
        policies: { staticPolicies: POLICIES },
      }),
    ).toEqual({ type: 'success', validationErrors: [], validationWarnings: [], otherWarnings: [] });
  });

  it('[R14.7] permits what Cedar permits, on a ground that Cedar names', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(asked, (one) => {
        const decision = ours(one);
        const answer = cedar(one);
        expect({ permits: answer.permits, asked: one }).toEqual({ permits: decision.effect === 'permit', asked: one });
        const ground = groundOf(decision);
        if (ground !== null) expect(answer.policies).toContain(ground);
        seen.add(kindOf(ground ?? 'refused'));
        // Cedar leaves out a policy that it cannot evaluate: a forbid would be lost by that.
        expect(answer.errors.filter(({ policyId }) => POLICIES[policyId]!.startsWith('forbid'))).toEqual([]);
      }),
      { numRuns: WORLDS },
    );
    expect([...seen].sort()).toEqual(['grant', 'own', 'push', 'refused', 'unconditional']);
  }, 300_000);

  it('[R14.7] differs from policies that ask for anything less, so that agreeing says something', () => {
    const corpus = fc.sample(asked, { numRuns: WORLDS, seed: 7 }).map((one) => ({ ...one, before: cedar(one) }));
    expect(corpus.filter((one) => one.before.permits !== (ours(one).effect === 'permit'))).toEqual([]);
    // Only where nothing but this refuses can it be missed.
    const refused = corpus.filter(({ before }) => !before.permits);
    const refusedBy = (kind: string) =>
      refused.filter(({ before: { policies: by } }) => by.length === 1 && kindOf(by[0]!) === kind);
    const refusedByNone = refused.filter(({ before }) => before.policies.length === 0);
    const tried: string[] = [];
    const missed: string[] = [];
    for (const { kind, effect, line, policies } of weakened()) {
      read('weakened', policies);
      const where = effect === 'permit' ? refusedByNone : refusedBy(kind);
      tried.push(line);
      if (!where.some((one) => cedar(one, 'weakened').permits)) missed.push(`${kind}: ${line}`);
    }
    expect(missed).toEqual([]);
    expect(tried.length).toBeGreaterThan(50);
  }, 300_000);
});
