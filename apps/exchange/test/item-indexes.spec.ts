import type { ResourceState, RowFilter } from '@qiongtong/contracts';
import { aResource, anItem } from '@qiongtong/testing';
import { ItemIndexes } from '../src/indexes/item-indexes';
import { LivePolicy } from '../src/policy/live-policy';
import { rowsStatement, type Position, type RowsWanted } from '../src/records/domain/page-sql';
import { aRow, marriages, ndjson, TestExchange, until } from './exchange';

type Page = { items: Record<string, unknown>[]; next: string | null };
const ROWS = 200_000;
const itemOf = (code: string) => entry.items.find((item) => item.code === code)!;
const entry = aResource({
  ...marriages,
  items: [
    ...marriages.items.filter(({ code }) => code !== 'idNumber' && code !== 'status'),
    anItem({ code: 'openedAt', type: 'T', length: undefined }),
  ],
});
const indexed = entry.items.filter(({ queryable }) => queryable).length;

describe('queryable items of a large resource', () => {
  let exchange: TestExchange;
  let version = 1;
  const state = async (over: Partial<ResourceState> = {}) => {
    const resource = { ...entry, ...over, version: ++version };
    await exchange.state('policy.resources', resource);
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.resource(entry.id)?.version === version);
  };
  const names = async (): Promise<string[]> => {
    const { rows } = await exchange.pool.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE starts_with(c.relname, 'item_index_') AND i.indisvalid ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };
  const tendedTo = (count: number) =>
    until(async () => {
      await exchange.service.app.get(ItemIndexes).tend();
      return (await names()).length === count;
    }, 120_000);

  beforeAll(async () => {
    exchange = await TestExchange.start({ INDEX_FROM_ROWS: '1000' });
    await exchange.pool.query(
      `INSERT INTO record (resource_id, record_key, payload, batch_no, changed_at)
       SELECT r, 'J' || lpad(n::text, 8, '0'), jsonb_build_object(
         'certNo', 'J' || lpad(n::text, 8, '0'), 'personName', 'name ' || (n * 7919) % 200003,
         'registeredOn', to_char(date '2000-01-01' + ((n * 31) % 9000)::int, 'YYYY-MM-DD'),
         'regionCode', (460100 + n % 50)::text, 'copies', (n * 104729) % 200003,
         'openedAt', to_char(timestamp '2020-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
         || CASE WHEN n % 10 = 0 THEN '{}'::jsonb ELSE jsonb_build_object('fee', ((n * 13) % 5000)::text || '.50') END,
         1, now()
       FROM generate_series(1::bigint, $2::bigint) AS n, unnest($1::text[]) AS r WHERE r = $1[1] OR n <= 900`,
      [[entry.id, 'big', 'order', 'foreign'], ROWS],
    );
    await exchange.pool.query(
      `INSERT INTO resource_counter (resource_id, batch_no, rows) SELECT resource_id, 1, count(*) FROM record GROUP BY 1`,
    );
    await state();
    await tendedTo(indexed);
  });
  afterAll(() => exchange.stop());

  const wants = (over: Partial<RowsWanted>): RowsWanted => ({
    resourceId: entry.id,
    filters: [],
    items: entry.items,
    released: ['certNo', 'fee'],
    sort: [],
    after: null,
    asOf: null,
    limit: 101,
    ...over,
  });
  const planOf = async (over: Partial<RowsWanted>): Promise<string> => {
    const { text, values } = rowsStatement(wants(over));
    const { rows } = await exchange.readerPool.query<Record<string, string>>(`EXPLAIN ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const by = (code: string, descending = false) => ({ sort: [{ item: itemOf(code), descending }] });
  const where = (...all: RowFilter[]) => ({ filters: all });
  const at = (value: string | null): { after: Position } => ({ after: { sorted: [value], key: 'J00000500' } });

  it.each<[string, Partial<RowsWanted>]>([
    ['a value', where({ item: 'personName', op: 'eq', value: 'name 77' })],
    ['a common value, in the order of keys', where({ item: 'regionCode', op: 'eq', value: '460107' })],
    ['one of several values', where({ item: 'copies', op: 'in', value: [5, 6, 7] })],
    ['the beginning of a text', where({ item: 'personName', op: 'prefix', value: 'name 777' })],
    ['a range of decimals', where({ item: 'fee', op: 'ge', value: '4990' })],
    ['a range of whole numbers', where({ item: 'copies', op: 'lt', value: 40 })],
    ['a range of days', where({ item: 'registeredOn', op: 'gt', value: '2024-08-01' })],
    ['a range of moments', where({ item: 'openedAt', op: 'lt', value: '2020-01-01T08:00:00+08:00' })],
    [
      'the grant and the caller',
      where({ item: 'copies', op: 'ge', value: 0 }, { item: 'fee', op: 'gt', value: '4995' }),
    ],
    ['an order', by('copies')],
    ['an order downwards', by('openedAt', true)],
    ['an order with absent values', by('fee')],
    ['the next page', { ...by('personName'), ...at('name 5') }],
    ['the next page downwards', { ...by('registeredOn', true), ...at('2010-01-01') }],
    ['the next page, of absent values', { ...by('fee'), ...at(null) }],
    ['a range in its order', { ...by('copies'), ...where({ item: 'copies', op: 'ge', value: 150_000 }) }],
  ])('[R8.2] are found by their index: %s', async (_what, over) => {
    const plan = await planOf(over);
    expect(plan).toContain('item_index_');
    expect(plan).not.toContain('Seq Scan');
    expect(plan).not.toMatch(/_pkey/);
  });

  it('[R12.7] are answered page by page in their order, absent ones last, as without an index', async () => {
    const walk = async (sort: string) => {
      const keys: unknown[] = [];
      for (let next: string | null = ''; next !== null;) {
        const { json }: { json: Page } = await exchange.read<Page>(
          `/v1/resources/${entry.id}/records?sort=${sort}&filter[regionCode]=460110&filter[copies][lt]=40000&limit=90${next && `&cursor=${next}`}`,
          { items: ['certNo', 'fee', 'regionCode', 'copies'] },
        );
        keys.push(...json.items.map((row) => row['certNo']));
        next = json.next;
      }
      return keys;
    };
    for (const [sort, direction] of [
      ['fee', 'ASC'],
      ['-fee', 'DESC'],
    ] as const) {
      const { rows } = await exchange.pool.query<{ key: string }>(
        `SELECT record_key AS key FROM record WHERE resource_id = $1 AND payload ->> 'regionCode' = '460110'
           AND (payload ->> 'copies')::int < 40000
         ORDER BY (payload ->> 'fee')::numeric ${direction} NULLS LAST, record_key`,
        [entry.id],
      );
      expect(rows.length).toBeGreaterThan(500);
      expect(await walk(sort)).toEqual(rows.map(({ key }) => key));
    }
  });

  it('have an index no longer when they are declared no longer, and another one for another type', async () => {
    const before = await names();
    const change = (code: string, over: object) =>
      entry.items.map((item) => (item.code === code ? { ...item, ...over } : item));
    await state({ items: change('fee', { queryable: false }) });
    await tendedTo(indexed - 1);
    expect(before).toEqual(expect.arrayContaining(await names()));
    await state({ items: change('copies', { type: 'F' }) });
    await tendedTo(indexed);
    await state();
    await tendedTo(indexed);
    expect(await names()).toEqual(before);
  });

  it('have it made anew when its making was broken off, by one of two that look at once', async () => {
    const before = await names();
    await exchange.pool.query(`DROP INDEX ${before[0]}`);
    await exchange.pool.query('CREATE STATISTICS item_index_of_nothing ON (length(record_key)) FROM record_0');
    await expect(
      exchange.pool.query(`CREATE UNIQUE INDEX CONCURRENTLY ${before[0]} ON record_0 (resource_id)`),
    ).rejects.toThrow('could not create unique index');
    expect(await exchange.count('pg_class WHERE relname = $1', [before[0]])).toBe(1);
    const indexes = exchange.service.app.get(ItemIndexes);
    await Promise.all([indexes.tend(), indexes.tend()]);
    await tendedTo(indexed);
    expect(await names()).toEqual(before);
    expect(await exchange.count('pg_statistic_ext')).toBe(indexed);
  });

  it('are pushed all the same when an old value is too long for an index', async () => {
    await exchange.pool.query(
      `UPDATE record SET payload = payload || jsonb_build_object('personName',
         (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) AS i))
       WHERE resource_id = 'big' AND record_key = 'J00000001'`,
    );
    await exchange.pool.query(`UPDATE resource_counter SET rows = 1500 WHERE resource_id = 'big'`);
    await tendedTo(indexed + marriages.items.filter(({ queryable }) => queryable).length - 1);
    const pushed = await exchange.push(ndjson([aRow(7, { personName: '陈'.repeat(50) })]), { resourceId: 'big' });
    expect(pushed.status).toBe(201);
  });

  it('are dropped with the resource when it is withdrawn', async () => {
    const before = (await names()).length;
    await state({ status: 'WITHDRAWN' });
    await tendedTo(before - indexed);
  });
});
