import fc from 'fast-check';
import { oracle } from '../../test/oracle';
import { aRandomUse, aRandomWorld } from '../../test/random-world';
import { entriesOf, now, policyOf } from '../../test/world';
import { PolicyIndex } from '../policy/policy-index';
import { decide } from './decide';

const RUNS = 20_000;

describe('the sharing decision over random worlds', () => {
  it('[R14.7] permits exactly what a slow search through the rules permits, with the same items and grant', () => {
    const seen = { own: 0, unconditional: 0, grant: 0, push: 0, transfer: 0, derived: 0, deny: 0 };
    fc.assert(
      fc.property(aRandomWorld, aRandomUse, (world, use) => {
        const decision = decide(policyOf(world), use, now);
        const expected = oracle(world, use, now);
        if (decision.effect !== 'permit') {
          seen.deny++;
          expect({ decision, expected }).toEqual({
            decision: expect.objectContaining({ effect: 'deny' }),
            expected: null,
          });
          return;
        }
        if (decision.basis !== 'permit') seen[decision.basis]++;
        const { basis, grantId, obligations } = decision;
        if (world.grants.some(({ id, parentId }) => id === grantId && parentId !== null)) seen.transfer++;
        if (use.resourceId === 'r3' && basis === 'grant') seen.derived++;
        expect({ basis, grantId, items: obligations.items }).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
    // A comparison that never meets a permit shows nothing.
    expect(Object.entries(seen).filter(([, count]) => count < 10)).toEqual([]);
  }, 120_000);

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
