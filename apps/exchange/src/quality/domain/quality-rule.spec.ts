import { anItem } from '@qiongtong/testing';
import { isBoundedPattern } from './bounded-pattern';
import { figuresOf, isMet, shareOf, type QualityResult } from './quality-result';
import { checkRules, RULE_LIMITS } from './quality-rule';

const items = [
  anItem({ code: 'name' }),
  anItem({ code: 'status', length: '1' }),
  anItem({ code: 'on', type: 'D', length: undefined }),
  anItem({ code: 'copies', type: 'I', length: undefined }),
];
const base = { code: 'a', threshold: '0.99', effect: 'report' };
const complete = { ...base, dimension: 'completeness', item: 'name' };

describe('a quality rule', () => {
  it.each([
    ['no rule at all', null, '/rules/0'],
    ['a code with a space', { ...complete, code: 'a b' }, '/rules/0/code'],
    ['an unknown dimension', { ...complete, dimension: 'beauty' }, '/rules/0/dimension'],
    ['a threshold above one', { ...complete, threshold: '1.5' }, '/rules/0/threshold'],
    ['a threshold as a number', { ...complete, threshold: 0.99 }, '/rules/0/threshold'],
    ['five places', { ...complete, threshold: '0.99999' }, '/rules/0/threshold'],
    ['an unknown effect', { ...complete, effect: 'destroy' }, '/rules/0/effect'],
    ['an unknown field', { ...complete, days: 3 }, '/rules/0/days'],
    ['an item the entry has not', { ...complete, item: 'other' }, '/rules/0/item'],
    ['an age of a name', { ...base, dimension: 'timeliness', item: 'name', days: 3 }, '/rules/0/item'],
    ['an age of half a day', { ...base, dimension: 'timeliness', item: 'on', days: 0.5 }, '/rules/0/days'],
    ['an item twice', { ...base, dimension: 'uniqueness', items: ['name', 'name'] }, '/rules/0/items'],
    ['no items', { ...base, dimension: 'uniqueness', items: [] }, '/rules/0/items'],
    ['a pattern of a number', { ...base, dimension: 'validity', item: 'copies', pattern: '1' }, '/rules/0/pattern'],
    ['a runaway pattern', { ...base, dimension: 'validity', item: 'name', pattern: '(a+)+$' }, '/rules/0/pattern'],
    ['neither pattern nor filter', { ...base, dimension: 'validity', item: 'name' }, '/rules/0'],
    [
      'a range of another item',
      { ...base, dimension: 'validity', item: 'name', holds: { item: 'copies', op: 'ge', value: 1 } },
      '/rules/0/holds',
    ],
    [
      'a filter of the wrong type',
      {
        ...base,
        dimension: 'consistency',
        when: { item: 'copies', op: 'ge', value: 'many' },
        then: { item: 'name', op: 'isNull' },
      },
      '/rules/0/when/value',
    ],
  ])('[R8.2] with %s is refused where it is wrong', (_, rule, pointer) => {
    expect(checkRules([rule], items).errors?.[0]?.pointer).toBe(pointer);
  });

  it('[R8.2] has a code of its own, and there are not too many', () => {
    expect(checkRules([complete, complete], items).errors?.[0]?.pointer).toBe('/rules/1/code');
    const many = Array.from({ length: RULE_LIMITS.rules + 1 }, (_, n) => ({ ...complete, code: `c${n}` }));
    expect(checkRules(many, items).errors).toHaveLength(1);
    expect(checkRules(many.slice(1), items).rules).toHaveLength(RULE_LIMITS.rules);
  });

  it.each([
    '',
    '(a|b)',
    'a+',
    'a*',
    '.',
    '^a$',
    '[a',
    '[^a]',
    '[z-a]',
    '\\w',
    '\\1',
    'a{3,2}',
    'a{999}',
    '(?=a)',
    'a?',
  ])('[R8.2] does not take the pattern %j', (pattern) => expect(isBoundedPattern(pattern)).toBe(false));
  it.each(['\\d{17}[0-9X]', 'J\\d{6}-\\d{6}', '[A-Z]{1,3}', '琼[A-Z]\\d{5}'])(
    '[R8.2] takes the pattern %j',
    (pattern) => expect(isBoundedPattern(pattern)).toBe(true),
  );
});

describe('a result', () => {
  it.each([
    [0, 0, null, '1', true],
    [100, 0, '1', '1', true],
    [100, 1, '0.9900', '0.99', true],
    [100_000, 1_001, '0.9899', '0.99', false],
    [1_000_000, 1, '0.9999', '1', false],
    [3, 3, '0.0000', '0.0001', false],
  ])(
    '[R8.2] of %d rows with %d failing has the share %s; threshold %s met: %s',
    (checked, failing, share, threshold, met) => {
      expect(shareOf({ checked, failing })).toBe(share);
      expect(isMet({ checked, failing, threshold })).toBe(met);
    },
  );

  it('[R8.2] counts in the figure of its dimension', () => {
    const result = { dimension: 'validity', threshold: '0.9', checked: 10 } as QualityResult;
    const figures = figuresOf([
      { ...result, failing: 0 },
      { ...result, failing: 5 },
    ]);
    expect(figures.find(({ dimension }) => dimension === 'validity')).toMatchObject({
      share: '0.7500',
      rulesMet: 1,
      rules: 2,
    });
    expect(figures.find(({ dimension }) => dimension === 'timeliness')).toMatchObject({ share: null, rules: 0 });
  });
});
