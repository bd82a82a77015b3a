import { ARTICLES } from '../articles';
import { createHash } from 'node:crypto';
import { ORGANISATION_TYPES } from '@qiongtong/contracts';
import fc from 'fast-check';
import { RULE_PACKS, type Precedence, type Rule, type RulePackDefinition } from './packs';
import { joinRules, rulePackFor, rulesUnder } from './rule-packs';
import { isAsStrict, isLawful, OPEN_RULES, RULE_NAMES, RULES, type ChosenRules, type RuleName } from './rules';

const in2026 = new Date('2026-03-02T10:00:00+08:00');

describe('[R23.1] the rules in force', () => {
  it('are those of 2014 alone for a body that Order 809 does not bind', () => {
    expect(rulePackFor(in2026, 'JUDICIAL')).toMatchObject({
      id: 'HN-2014-176@1',
      overlays: [],
      reference: 'HN-2014-176@1',
      replyWorkingDays: 10,
      reminders: [5, 8, 9],
      replyExtensionWorkingDays: 0,
      provideWithinWorkingDays: null,
      refusalNeedsConsent: true,
      monthlyFloor: 1,
      recordYears: null,
    });
  });

  it('have Order 809 laid over them for a government department', () => {
    const pack = rulePackFor(in2026, 'ADMINISTRATIVE');
    expect(pack).toMatchObject({
      id: 'HN-2014-176@1',
      overlays: ['CN-2025-809@1'],
      reference: 'HN-2014-176@1+CN-2025-809@1',
      replyWorkingDays: 10,
      replyExtensionWorkingDays: 10,
      provideWithinWorkingDays: 20,
      catalogueUpdateWorkingDays: 10,
      catalogueReviewWorkingDays: 2,
      correctionWorkingDays: 10,
      recordYears: 3,
    });
    expect(pack.origins.replyExtensionWorkingDays).toEqual({ pack: 'CN-2025-809@1', article: 21 });
  });

  it('keep what was stricter in 2014: at once, and the consent to a refusal', () => {
    const pack = rulePackFor(in2026, 'ADMINISTRATIVE');
    expect(pack.unconditionalReplyWorkingDays).toBe(0);
    expect(pack.origins.unconditionalReplyWorkingDays).toEqual({ pack: 'HN-2014-176@1', article: 11 });
    expect(pack.refusalNeedsConsent).toBe(true);
  });

  it('change at midnight in Hainan', () => {
    expect(rulePackFor(new Date('2025-07-31T15:59:59Z'), 'ADMINISTRATIVE').overlays).toEqual([]);
    expect(rulePackFor(new Date('2025-07-31T16:00:00Z'), 'ADMINISTRATIVE').overlays).toEqual(['CN-2025-809@1']);
  });

  it('did not exist before', () => {
    expect(() => rulePackFor(new Date('2014-12-18T15:59:59Z'), 'PARTY')).toThrow(RangeError);
  });

  it('each name an article, and the base names every value', () => {
    for (const { article } of RULE_PACKS[0]!.rules) expect(ARTICLES[article]).toBeDefined();
    const known = RULE_PACKS[0]!.rules.map(({ rule }) => rule);
    for (const pack of RULE_PACKS) for (const { rule } of pack.rules) expect(known).toContain(rule);
  });

  it('[R1.1] every article has a title in both languages', () => {
    expect(Object.keys(ARTICLES)).toHaveLength(23);
  });
});

const base = RULE_PACKS[0]!;
const OF_809 = RULE_PACKS[1]!;

describe('[R23.1] packs', () => {
  it('that were in use never change: another reading is a further version', () => {
    const digests = RULE_PACKS.map(({ id, from, binds, rules }) => [
      id,
      createHash('sha256')
        .update(JSON.stringify([from, binds, rules]))
        .digest('hex')
        .slice(0, 16),
    ]);
    expect(Object.fromEntries(digests)).toEqual({
      'HN-2014-176@1': 'f7edf7528c8eebad',
      'CN-2025-809@1': 'c99e12107148aee4',
    });
  });

  it('name an article for every rule, and a base speaks to each of them once', () => {
    for (const pack of RULE_PACKS) {
      const named = pack.rules.map(({ rule }) => rule);
      expect(new Set(named).size).toBe(named.length);
      if (pack.kind === 'BASE') expect([...named].sort()).toEqual([...RULE_NAMES].sort());
      for (const { article, precedence } of pack.rules) {
        expect(article).toBeGreaterThan(0);
        expect(precedence === 'base').toBe(pack.kind === 'BASE');
      }
    }
  });

  it('call stricter only what can be compared, and add only where the base has nothing', () => {
    const known = new Map<RuleName, unknown>(base.rules.map(({ rule, value }) => [rule, value]));
    for (const { rule, precedence } of OF_809.rules) {
      if (precedence === 'stricter') expect([rule, RULES[rule].stricter]).not.toEqual([rule, null]);
      if (precedence === 'adds') expect([null, 0]).toContain(known.get(rule));
    }
  });

  it('leave open what A.3 does, with a lawful reading of their own', () => {
    const open = RULE_NAMES.filter((rule) => RULES[rule].open !== null);
    expect([...open].sort()).toEqual([...OPEN_RULES].sort());
    for (const { rule, value } of base.rules)
      if (RULES[rule].open) expect([rule, isLawful(rule, value)]).toEqual([rule, true]);
  });
});

describe('[R23.1] what a deployment chooses', () => {
  const in2014 = (chosen: ChosenRules) => rulePackFor(in2026, 'JUDICIAL', chosen);

  it('takes the place of the platform’s own reading, and says so', () => {
    const pack = in2014({ supplementPauses: false, authorityConsentWorkingDays: 3 });
    expect([pack.supplementPauses, pack.authorityConsentWorkingDays]).toEqual([false, 3]);
    expect(pack.origins.supplementPauses).toEqual({ pack: 'HN-2014-176@1', article: 12, chosen: true });
    expect(in2014({ supplementPauses: true }).origins.supplementPauses).not.toHaveProperty('chosen');
  });

  it.each([
    ['a consent by silence', { providerSilence: 'CONSENTS' }],
    ['a time of nothing', { authorityConsentWorkingDays: 0 }],
    ['half a day', { authorityConsentWorkingDays: 1.5 }],
    ['more than the law bears', { emergencyConfirmHours: 721 }],
    ['what the law does not leave open', { replyWorkingDays: 20 }],
    ['publication without review', { authorityReviewsBeforePublication: false }],
  ])('is not %s', (_what, chosen) => {
    expect(() => in2014(chosen as ChosenRules)).toThrow(RangeError);
  });
});

describe('[R23.1] what began under a pack', () => {
  const successor: RulePackDefinition = {
    ...base,
    id: 'HN-2014-176@2',
    from: '2027-01-01',
    rules: base.rules.map((rule) => (rule.rule === 'replyWorkingDays' ? { ...rule, value: 7 } : rule)),
  };
  const packs = [{ ...base, until: '2027-01-01' }, successor, OF_809];
  const at = (day: string) => rulePackFor(new Date(`${day}T00:00:00+08:00`), 'ADMINISTRATIVE', {}, packs);

  it('keeps it by its reference when another version is in force', () => {
    const before = at('2026-12-31');
    expect([before.reference, before.replyWorkingDays]).toEqual(['HN-2014-176@1+CN-2025-809@1', 10]);
    const after = at('2027-01-01');
    expect([after.reference, after.replyWorkingDays]).toEqual(['HN-2014-176@2+CN-2025-809@1', 7]);
    expect(rulesUnder(before.reference, {}, packs)).toEqual(before);
    expect(rulesUnder(after.reference, {}, packs)).toEqual(after);
  });

  it('is known by its reference alone', () => {
    for (const type of ORGANISATION_TYPES) {
      const pack = rulePackFor(in2026, type);
      expect(rulesUnder(pack.reference)).toEqual(pack);
    }
    for (const unknown of ['', 'HN-2014-176', 'HN-2014-176@1+', 'CN-2025-809@1', 'HN-2014-176@1+HN-2014-176@1'])
      expect(() => rulesUnder(unknown)).toThrow(RangeError);
  });
});

describe('[R23.1] rules joined', () => {
  const COMPARABLE = RULE_NAMES.filter((rule) => RULES[rule].stricter !== null);
  const valueOf = (rule: RuleName) =>
    RULES[rule].unit === 'YES_OR_NO' ? fc.boolean() : fc.option(fc.integer({ min: 0, max: 40 }), { freq: 4 });
  const aRule = fc.constantFrom(...COMPARABLE).chain((rule) =>
    fc.record({
      rule: fc.constant(rule),
      value: valueOf(rule),
      article: fc.constant(1),
      precedence: fc.constantFrom<Precedence>('stricter', 'stricter', 'replaces', 'adds'),
    }),
  ) as fc.Arbitrary<Rule>;
  const overlay = (name: string) =>
    fc.uniqueArray(aRule, { selector: ({ rule }) => rule }).map((rules) => ({ ...OF_809, id: `${name}@1`, rules }));
  const aBase = fc.tuple(...COMPARABLE.map((rule) => valueOf(rule))).map((values) => ({
    ...base,
    rules: base.rules.map((rule) => {
      const i = COMPARABLE.indexOf(rule.rule);
      return i < 0 ? rule : ({ ...rule, value: values[i] } as Rule);
    }),
  }));

  it('are never laxer than any pack that is to be the stricter one, and what replaces or adds stands as it says', () => {
    fc.assert(
      fc.property(aBase, overlay('A'), overlay('B'), (first, ...overlays) => {
        let before = joinRules([first]);
        for (const [i, pack] of overlays.entries()) {
          const joined = joinRules([first, ...overlays.slice(0, i + 1)]);
          for (const rule of RULE_NAMES) {
            const given = pack.rules.find((one) => one.rule === rule);
            const value = joined[rule];
            if (!given) expect(value).toEqual(before[rule]);
            else if (given.precedence === 'stricter') {
              expect([before[rule], given.value]).toContain(value);
              for (const other of [before[rule], given.value])
                expect([rule, value, other, isAsStrict(rule, value, other)]).toEqual([rule, value, other, true]);
            } else expect(value).toBe(given.value);
            expect(joined.origins[rule].pack).toMatch(value === before[rule] ? /./ : new RegExp(`^${pack.id}`));
          }
          before = joined;
        }
      }),
    );
  });

  it('of the packs in use are nowhere laxer than a pack that binds, for any body on any day', () => {
    const day = fc.integer({ min: 0, max: 8000 }).map((n) => new Date(Date.UTC(2014, 11, 19 + n)));
    fc.assert(
      fc.property(day, fc.constantFrom(...ORGANISATION_TYPES), (date, type) => {
        const joined = rulePackFor(date, type);
        const binding = RULE_PACKS.filter(({ id }) => joined.reference.split('+').includes(id));
        for (const { rules } of binding)
          for (const { rule, value, precedence } of rules) {
            // A later rule of higher rank may allow what the base did not: the extension with consent, and no more.
            if (
              precedence === 'base' &&
              ['replyExtensionWorkingDays', 'catalogueUpdateExtensionWorkingDays'].includes(rule)
            )
              continue;
            expect([rule, isAsStrict(rule, joined[rule], value)]).toEqual([rule, true]);
          }
      }),
    );
  });
});
