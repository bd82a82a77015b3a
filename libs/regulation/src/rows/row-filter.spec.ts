import type { Item, RowFilter } from '@qiongtong/contracts';
import { anItem } from '@qiongtong/testing';
import fc from 'fast-check';
import { matchesRowFilter } from './match-row-filter';
import { rowFilterWithin } from './row-filter-within';
import { validateRowFilter } from './validate-row-filter';
import { compareCodePoints } from './values';

const items: readonly Item[] = [
  anItem({ code: 'name', type: 'C' }),
  anItem({ code: 'amount', type: 'Y' }),
  anItem({ code: 'count', type: 'I' }),
  anItem({ code: 'ratio', type: 'F' }),
  anItem({ code: 'bornOn', type: 'D' }),
  anItem({ code: 'seenAt', type: 'T' }),
  anItem({ code: 'alive', type: 'L' }),
  anItem({ code: 'photo', type: 'G' }),
  anItem({ code: 'constructor', type: 'C' }),
];
const cond = (item: string, op: string, value?: unknown) => ({ item, op, value }) as RowFilter;
const matches = (filter: RowFilter | null, row: Record<string, unknown>) => matchesRowFilter(filter, row, items);

describe('a row filter in memory', () => {
  it.each([
    ['text equals itself', cond('name', 'eq', '张'), { name: '张' }, true],
    ['text is not trimmed', cond('name', 'eq', '张'), { name: '张 ' }, false],
    ['a prefix', cond('name', 'prefix', '46'), { name: '460100' }, true],
    ['a prefix in the middle', cond('name', 'prefix', '01'), { name: '460100' }, false],
    ['text orders by code point', cond('name', 'gt', '\uffee'), { name: '😀' }, true],
    ['money is decimal', cond('amount', 'eq', '12.3'), { amount: '12.30' }, true],
    ['money is exact', cond('amount', 'eq', '0.3'), { amount: '0.30000000000000004' }, false],
    ['money beyond a double', cond('amount', 'lt', '9007199254740993'), { amount: '9007199254740992' }, true],
    ['money is not text', cond('amount', 'lt', '10'), { amount: '9' }, true],
    ['negative money', cond('amount', 'lt', '-1.5'), { amount: '-1.50' }, false],
    ['a number', cond('count', 'ge', 5), { count: 5 }, true],
    ['a small float', cond('ratio', 'gt', 1e-10), { ratio: 2e-10 }, true],
    ['a large float', cond('ratio', 'lt', 1e21), { ratio: 5e20 }, true],
    ['a date', cond('bornOn', 'lt', '2000-01-02'), { bornOn: '2000-01-01' }, true],
    ['a date that is none', cond('bornOn', 'ne', '2000-01-02'), { bornOn: '2000-02-30' }, false],
    [
      'an instant in another offset',
      cond('seenAt', 'eq', '2026-03-02T10:00:00+08:00'),
      { seenAt: '2026-03-02T02:00:00.000Z' },
      true,
    ],
    [
      'an instant to the microsecond',
      cond('seenAt', 'lt', '2026-03-02T02:00:00.000002Z'),
      { seenAt: '2026-03-02T02:00:00.000001Z' },
      true,
    ],
    ['a boolean', cond('alive', 'eq', false), { alive: false }, true],
    ['one of a list', cond('name', 'in', ['a', 'b']), { name: 'b' }, true],
    ['none of a list', cond('name', 'in', ['a', 'b']), { name: 'c' }, false],
    ['not equal', cond('name', 'ne', 'a'), { name: 'b' }, true],
    ['null is not unequal', cond('name', 'ne', 'a'), { name: null }, false],
    ['absence is not unequal', cond('name', 'ne', 'a'), {}, false],
    ['null is not below', cond('amount', 'lt', '5'), { amount: null }, false],
    ['null has no prefix', cond('name', 'prefix', ''), { name: null }, false],
    ['null is null', cond('name', 'isNull'), { name: null }, true],
    ['absence is null', cond('name', 'isNull', true), {}, true],
    ['a value is not null', cond('name', 'isNull', false), { name: '' }, true],
    ['what every object has is no value', cond('constructor', 'isNull', true), {}, true],
    ['a value of the wrong type matches nothing', cond('count', 'ne', 5), { count: '五' }, false],
    ['an unknown item matches nothing', cond('salary', 'isNull', true), {}, false],
    ['no filter matches all', null, {}, true],
    ['all of them', { all: [cond('name', 'eq', 'a'), cond('count', 'eq', 1)] }, { name: 'a', count: 2 }, false],
    ['any of them', { any: [cond('name', 'eq', 'a'), cond('count', 'eq', 1)] }, { name: 'a', count: 2 }, true],
  ])('%s', (_what, filter, row, expected) => {
    expect(matches(filter, row)).toBe(expected);
  });

  it('orders text as UTF-8 bytes do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareCodePoints(a, b))).toBe(bytes);
      }),
    );
  });
});

describe('a row filter is checked against the entry', () => {
  it.each([
    ['no object', 'x', ''],
    ['a list', [], ''],
    ['nothing', null, ''],
    ['an empty group', { all: [] }, '/all'],
    ['two groups in one', { all: [], any: [] }, '/all'],
    ['an unknown item', cond('salary', 'eq', 1), '/item'],
    ['an item by the name of what every object has', cond('toString', 'eq', 'a'), '/item'],
    ['a prototype as item', JSON.parse('{"__proto__": {"item": "name"}, "op": "eq", "value": "a"}'), '/__proto__'],
    ['an unknown operator', cond('name', 'like', 'a'), '/op'],
    ['an order of booleans', cond('alive', 'lt', true), '/op'],
    ['a prefix of a number', cond('count', 'prefix', '1'), '/op'],
    ['a comparison of a picture', cond('photo', 'eq', 'a'), '/op'],
    ['a text for a number', cond('count', 'eq', 'five'), '/value'],
    ['a fraction for an integer', cond('count', 'eq', 1.5), '/value'],
    ['a binary fraction for money', cond('amount', 'eq', 0.1), '/value'],
    ['an exponent for money', cond('amount', 'eq', '1e3'), '/value'],
    ['a day that does not exist', cond('bornOn', 'eq', '2025-02-29'), '/value'],
    ['an instant without offset', cond('seenAt', 'eq', '2026-03-02T10:00:00'), '/value'],
    ['a NUL', cond('name', 'eq', 'a\u0000'), '/value'],
    ['half a surrogate pair', cond('name', 'eq', '\ud800'), '/value'],
    ['a text too long', cond('name', 'eq', 'x'.repeat(501)), '/value'],
    ['an empty list', cond('name', 'in', []), '/value'],
    ['a long list', cond('name', 'in', Array(201).fill('a')), '/value'],
    ['a bad member of a list', cond('count', 'in', [1, 'x']), '/value/1'],
    ['no value', cond('name', 'eq'), '/value'],
    ['a question of null that is none', cond('name', 'isNull', 'yes'), '/value'],
    ['an unknown field', { ...cond('name', 'eq', 'a'), sql: '1=1' }, '/sql'],
    ['what is wrong inside a group', { any: [cond('name', 'eq', 'a'), cond('name', 'eq', 1)] }, '/any/1/value'],
  ])('refuses %s', (_what, filter, pointer) => {
    expect(validateRowFilter(filter, items)).toEqual({
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
  });

  it('refuses what is too deep or too large, at little cost', () => {
    const deep = Array.from({ length: 100_000 }).reduce<unknown>(
      (inner) => ({ all: [inner] }),
      cond('name', 'eq', 'a'),
    );
    expect(validateRowFilter(deep, items).errors).toHaveLength(1);
    expect(validateRowFilter({ any: Array(1_000_000).fill(cond('name', 'eq', 'a')) }, items).errors).toHaveLength(1);
  });

  it("gives values in their items' own form, as a URL cannot", () => {
    const filter = {
      all: [
        cond('count', 'in', ['5', 6]),
        cond('alive', 'eq', 'true'),
        cond('amount', 'le', 3),
        cond('name', 'isNull'),
      ],
    };
    expect(validateRowFilter(filter, items).filter).toEqual({
      all: [
        cond('count', 'in', [5, 6]),
        cond('alive', 'eq', true),
        cond('amount', 'le', '3'),
        cond('name', 'isNull', true),
      ],
    });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (filter) => void validateRowFilter(filter, items)));
  });
});

const condition = fc.oneof(
  fc.record({
    item: fc.constant('name'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'prefix'),
    value: fc.constantFrom('', 'a', 'ab', 'b'),
  }),
  fc.record({
    item: fc.constant('name'),
    op: fc.constant('in'),
    value: fc.subarray(['a', 'ab', 'b'], { minLength: 1 }),
  }),
  fc.record({
    item: fc.constant('count'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
    value: fc.constantFrom(0, 1, 2),
  }),
  fc.record({
    item: fc.constant('bornOn'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
    value: fc.constantFrom('2000-01-01', '2000-01-02'),
  }),
  fc.record({ item: fc.constantFrom('name', 'count'), op: fc.constant('isNull'), value: fc.boolean() }),
) as fc.Arbitrary<RowFilter>;
const { filter } = fc.letrec<{ filter: RowFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({ all: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
  ),
}));
const row = fc.record({
  name: fc.constantFrom(null, '', 'a', 'ab', 'abc', 'b'),
  count: fc.constantFrom(null, 0, 1, 2, 3),
  bornOn: fc.constantFrom(null, '1999-12-31', '2000-01-01', '2000-01-02', '2000-01-03'),
});

describe('[R13.2] a filter within a filter', () => {
  it('lets no row through that the outer one keeps back', () => {
    let within = 0;
    fc.assert(
      fc.property(
        fc.oneof(filter, fc.constant(null)),
        filter,
        fc.array(row, { minLength: 20, maxLength: 20 }),
        (child, parent, rows) => {
          if (!rowFilterWithin(child, parent)) return;
          within++;
          for (const one of rows) expect(matches(child, one) && !matches(parent, one)).toBe(false);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(within).toBeGreaterThan(100);
  });

  it('knows the ways in which a transfer is usually narrowed', () => {
    const parent = { all: [cond('name', 'prefix', '46'), cond('count', 'le', 9)] };
    for (const child of [
      parent,
      { all: [parent, cond('bornOn', 'ge', '2000-01-01')] },
      { all: [cond('name', 'eq', '460100'), cond('count', 'lt', 9)] },
      { all: [cond('name', 'in', ['460100', '460200']), cond('count', 'eq', 3)] },
      { any: [parent, { all: [cond('name', 'prefix', '4601'), cond('count', 'le', 5)] }] },
    ])
      expect(rowFilterWithin(child, parent)).toBe(true);
    expect(
      rowFilterWithin(cond('name', 'eq', 'a'), { any: [cond('count', 'eq', 1), cond('name', 'in', ['a', 'b'])] }),
    ).toBe(true);
  });

  it.each([
    ['none', null],
    ['one part only', cond('count', 'le', 9)],
    ['a wider one', { all: [cond('name', 'prefix', '4'), cond('count', 'le', 9)] }],
    ['one of two ways', { any: [cond('name', 'eq', '460100'), cond('count', 'eq', 1)] }],
    ['numbers as text', { all: [cond('name', 'eq', '460100'), cond('count', 'le', '10')] }],
  ])('is not %s', (_what, child) => {
    expect(rowFilterWithin(child, { all: [cond('name', 'prefix', '46'), cond('count', 'le', 9)] })).toBe(false);
  });
});
