import fc from 'fast-check';
import { Client } from 'pg';
import type { Condition, Item, ItemType, RowFilter } from '@qiongtong/contracts';
import { compileRowFilter, KIND_OF, OPERATORS_OF, validateRowFilter } from '@qiongtong/regulation';
import { anItem, testDatabase, type TestDatabase } from '@qiongtong/testing';
import { ITEM_INSTANT } from '../src/migrations/1797700000000-item-instants';
import { filterSql, Parameters } from '../src/records/domain/filter-sql';

const TYPES: ItemType[] = ['C', 'M', 'N', 'Y', 'I', 'F', 'B', 'D', 'T', 'L'];
const ITEMS: Item[] = TYPES.map((type) => anItem({ code: `item${type}`, type, length: undefined }));

const text = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'abc', 'é', '海', '海口', '\uE000', '\u{1F600}', '%', '_', "'", '\\', 'A'),
  fc.string({ unit: 'binary', maxLength: 4 }).filter((s) => !s.includes('\0') && s.isWellFormed()),
);
const decimal = fc.constantFrom(
  '0',
  '-0',
  '1',
  '1.0',
  '1.00',
  '-1.5',
  '10',
  '9',
  '0.1',
  '12345678901234567890.12',
  '-3',
);
const number = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, 1, 1.5, -1, 0.1, 1e21, 1e-7, 9007199254740991),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const date = fc.constantFrom('2024-02-29', '2023-02-28', '2026-01-01', '0001-01-01', '9999-12-31', '2026-01-02');
const instant = fc.constantFrom(
  '2026-01-01T00:00:00Z',
  '2026-01-01T08:00:00+08:00',
  '2026-01-01T00:00:00.5Z',
  '2025-12-31T23:59:59.999999Z',
  '2026-01-01T00:00:00-03:30',
  '2026-01-01T00:00:00.500000Z',
);
const VALUE = { text, number, decimal, date, instant, boolean: fc.boolean() };
const valueOf = (type: ItemType) => {
  const kind = KIND_OF[type];
  if (type === 'N' || type === 'Y') return VALUE.decimal;
  if (type === 'I') return fc.integer();
  return kind === 'none' ? VALUE.text : VALUE[kind];
};
/** Rows as they should be, and as an older version of the entry or another resource may have left them. */
const stranger = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '2023-02-29',
    '2026-1-1',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    'NaN',
    '1e5',
    '+1',
    '.5',
    '1.',
    '0x10',
    [],
    {},
    ['a'],
  ),
  text,
  number,
  fc.boolean(),
);
const row = fc.record(
  Object.fromEntries(
    ITEMS.map(({ code, type }) => [
      code,
      fc.oneof({ weight: 4, arbitrary: valueOf(type) }, { weight: 1, arbitrary: stranger }),
    ]),
  ),
  { requiredKeys: [] },
);

const condition: fc.Arbitrary<RowFilter> = fc.constantFrom(...ITEMS).chain(({ code, type }) =>
  fc.constantFrom(...OPERATORS_OF[KIND_OF[type]]).chain((op): fc.Arbitrary<Condition> => {
    if (op === 'isNull') return fc.record({ item: fc.constant(code), op: fc.constant(op), value: fc.boolean() });
    const value: fc.Arbitrary<string | number | boolean> = op === 'prefix' ? text : valueOf(type);
    if (op === 'in')
      return fc.record({
        item: fc.constant(code),
        op: fc.constant(op),
        value: fc.array(value, { minLength: 1, maxLength: 4 }),
      });
    return fc.record({ item: fc.constant(code), op: fc.constant(op), value });
  }),
);
const filter = fc.letrec<{ filter: RowFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({ all: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
  ),
})).filter;

describe('a row filter', () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await testDatabase('row_filter');
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(ITEM_INSTANT);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const matchedInSql = async (checked: RowFilter, rows: readonly object[]): Promise<number[]> => {
    const parameters = new Parameters();
    const given = parameters.add(
      rows.map((r) => JSON.stringify(r)),
      'jsonb[]',
    );
    const condition = filterSql(checked, ITEMS, parameters);
    const sql = `SELECT n::int FROM unnest(${given}) WITH ORDINALITY AS row (payload, n) WHERE ${condition} ORDER BY n`;
    const found = await client.query<{ n: number }>(sql, parameters.values);
    return found.rows.map(({ n }) => n - 1);
  };

  it('[R12.7] means the same in SQL as in memory', async () => {
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(filter, fc.array(row, { minLength: 1, maxLength: 12 }), async (raw, rows) => {
        const { filter: checked } = validateRowFilter(raw, ITEMS);
        fc.pre(checked !== undefined);
        const stored = rows.map((r) => JSON.parse(JSON.stringify(r)) as Record<string, unknown>);
        const inMemory = compileRowFilter(checked, ITEMS);
        const expected = stored.flatMap((r, i) => (inMemory(r) ? [i] : []));
        matched += expected.length;
        expect(await matchedInSql(checked, stored)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  it('matches nothing by an item the entry does not have', async () => {
    expect(await matchedInSql({ item: 'gone', op: 'isNull' }, [{}])).toEqual([]);
  });
});
