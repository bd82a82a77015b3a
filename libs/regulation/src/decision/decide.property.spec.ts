import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { oracle } from '../../test/oracle';
import { aRandomUse, aRandomWorld } from '../../test/random-world';
import { entriesOf, now, policyOf } from '../../test/world';
import { PolicyIndex } from '../policy/policy-index';
import { decide } from './decide';
import { EXPLAINED_CODES } from './explain';

const WORLDS = 100_000;
/** Said of a projection as a whole, not of what is in it. */
const OF_THE_PROJECTION = ['access.policy_stale', 'access.policy_unreadable'];

describe('the sharing decision over random worlds', () => {
  it('[R14.7] permits exactly what a slow search through the rules permits, and asks the same of it', () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(aRandomWorld, aRandomUse, (world, use) => {
        const decision = decide(policyOf(world), use, now);
        const expected = oracle(world, use, now);
        if (decision.effect !== 'permit') {
          if (decision.effect === 'deny' && expected === null) decision.reasons.forEach(({ code }) => count(code));
          else throw new Error(`${JSON.stringify(decision)}, by the table ${JSON.stringify(expected)}`);
          return;
        }
        const { basis, grantId, obligations } = decision;
        count(basis);
        if (world.grants.some(({ id, parentId }) => id === grantId && parentId !== null)) count('transfer');
        if (basis === 'grant' && world.resources.some((r) => r.id === use.resourceId && r.derivedFrom.length > 0))
          count('derived');
        if (!isDeepStrictEqual({ basis, grantId, obligations }, expected))
          expect({ basis, grantId, obligations }).toEqual(expected);
      }),
      { numRuns: WORLDS },
    );
    // A comparison shows something only of what it meets: every ground and every reason, often.
    const wanted = ['own', 'unconditional', 'grant', 'push', 'transfer', 'derived', ...EXPLAINED_CODES];
    const rare = wanted.filter((what) => !OF_THE_PROJECTION.includes(what) && (seen.get(what) ?? 0) < 20);
    expect(rare).toEqual([]);
    const permits = ['own', 'unconditional', 'grant', 'push'].reduce((sum, basis) => sum + (seen.get(basis) ?? 0), 0);
    expect(permits).toBeGreaterThan(WORLDS / 10);
  }, 300_000);

  it('does not depend on the order, nor on the repetition, in which states arrive', () => {
    fc.assert(
      fc.property(
        aRandomWorld.chain((world) => {
          const entries = entriesOf(world);
          return fc.tuple(
            fc.constant(world),
            fc.shuffledSubarray([...entries, ...entries], { minLength: 2 * entries.length }),
          );
        }),
        aRandomUse,
        ([world, arrivals], use) => {
          const policy = new PolicyIndex();
          for (const [topic, state] of arrivals) policy.apply(topic, state.id, state);
          expect(decide(policy, use, now)).toEqual(decide(policyOf(world), use, now));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never throws, whatever is on the topics and whatever is asked', () => {
    const rubbish = fc.anything({ maxDepth: 2 });
    fc.assert(
      fc.property(aRandomWorld, aRandomUse, fc.string(), rubbish, fc.nat(), (world, use, key, value, pick) => {
        const policy = new PolicyIndex();
        const entries = entriesOf(world);
        entries.forEach(([topic, state], i) =>
          policy.apply(
            topic,
            state.id,
            i === pick % entries.length ? { ...state, [keyOf(state, key, pick)]: value } : state,
          ),
        );
        const odd = { ...use, [keyOf(use, key, pick)]: value };
        for (const asked of [use, odd])
          expect(decide(policy, asked, now).effect).toMatch(/^(permit|deny|indeterminate)$/);
      }),
      { numRuns: 3_000 },
    );
  });
});

const keyOf = (of: object, key: string, pick: number): string => Object.keys(of)[pick % Object.keys(of).length] ?? key;
