import fc from 'fast-check';
import type { Obligations, RowFilter } from '@qiongtong/contracts';
import { ChangesRetention } from '../src/changes/changes-retention';
import { rowsStatement } from '../src/records/domain/page-sql';
import { aRow, keyOf, marriages, ndjson, RESOURCE, TestExchange, until } from './exchange';

type Row = Record<string, unknown>;
type Page = { items: Row[]; next: string | null };
type Told = { code: string; about?: string[] };
type State = ReadonlyMap<number, number>;
const RECORDS = `/v1/resources/${RESOURCE}/records`;
const ITEMS = ['certNo', 'copies', 'fee'];

describe('a read as of a moment', () => {
  let exchange: TestExchange;
  let version = 0;
  beforeAll(async () => {
    exchange = await TestExchange.start();
  });
  afterAll(() => exchange.stop());

  /** A moment between what was done before it and what is done after it. */
  const moment = async (): Promise<string> => {
    const { rows } = await exchange.pool.query<{ at: Date }>(
      `SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' AS at`,
    );
    await exchange.pool.query('SELECT pg_sleep(0.003)');
    return rows[0]!.at.toISOString();
  };
  const upsert = async (state: State, keys: readonly number[], resourceId = RESOURCE): Promise<State> => {
    const next = new Map(state);
    const rows = keys.map((n) => {
      next.set(n, ++version);
      return aRow(n, { copies: version, fee: version % 3 === 0 ? null : `${version % 5}.00` });
    });
    expect((await exchange.push(ndjson(rows), { resourceId })).status).toBe(201);
    return next;
  };
  const remove = async (state: State, keys: readonly number[]): Promise<State> => {
    const lines = ndjson(keys.map((n) => ({ certNo: keyOf(n) })));
    expect((await exchange.push(lines, { query: '?operation=delete' })).status).toBe(201);
    return new Map([...state].filter(([n]) => !keys.includes(n)));
  };
  const replace = async (keys: readonly number[]): Promise<State> => {
    const rows = keys.map((n) => aRow(n, { copies: ++version, fee: version % 3 === 0 ? null : `${version % 5}.00` }));
    expect((await exchange.push(ndjson(rows), { query: '?operation=snapshot' })).status).toBe(201);
    return new Map(keys.map((n, i) => [n, version - keys.length + 1 + i]));
  };
  const read = <T>(query: string, asOf: string | undefined, over = {}, obligations: Partial<Obligations> = {}) =>
    exchange.read<T>(query, { items: ITEMS, ...obligations }, { ...(asOf === undefined ? {} : { asOf }), ...over });
  /** Every row at a moment, page by page; something may be done between two pages. */
  const walk = async (asOf: string, sort: string, limit: number, between = async () => {}): Promise<Row[]> => {
    const rows: Row[] = [];
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next && `&cursor=${next}`;
      const page: { status: number; json: Page } = await read<Page>(
        `${RECORDS}?asOf=${asOf}&limit=${limit}${sort && `&sort=${sort}`}${cursor}`,
        asOf,
      );
      expect(page.status).toBe(200);
      rows.push(...page.json.items);
      next = page.json.next;
      await between();
    }
    return rows;
  };
  const told = (state: State) =>
    [...state].sort(([a], [b]) => a - b).map(([n, copies]) => ({ certNo: keyOf(n), copies }));
  const seen = (rows: readonly Row[]) => rows.map(({ certNo, copies }) => ({ certNo, copies }));

  it('[R13.4] tells the state of that moment, by page, query, key and stream, whatever was pushed since', async () => {
    const first = await upsert(new Map(), [1, 2, 3, 4, 5]);
    const at = await moment();
    await upsert(first, [2, 6]);
    await remove(first, [3]);
    await replace([4, 7]);
    expect(seen(await walk(at, '', 2))).toEqual(told(first));
    const posted = await read<Page>(`${RECORDS}:query`, at, {
      body: { asOf: at, filter: { item: 'copies', op: 'le', value: first.get(3)! } },
    });
    expect(seen(posted.json.items)).toEqual(told(first).slice(0, 3));
    const lines = await read(`${RECORDS}?asOf=${at}`, at, { ndjson: true });
    expect(seen(lines.text.trimEnd().split('\n').map((line) => JSON.parse(line) as Row))).toEqual(told(first)); // prettier-ignore
    for (const n of [2, 3, 5])
      expect((await read<Row>(`${RECORDS}/${keyOf(n)}?asOf=${at}`, at)).json['copies']).toBe(first.get(n));
    for (const n of [6, 7]) expect((await read(`${RECORDS}/${keyOf(n)}?asOf=${at}`, at)).status).toBe(404);
    expect((await read(`${RECORDS}/${keyOf(3)}`, undefined)).status).toBe(404);
  });

  it('[R12.7] gives out the items, rows and masks of the grant, by what the row was then', async () => {
    const state = await upsert(new Map(), [20, 21]);
    const at = await moment();
    expect((await exchange.push(ndjson([aRow(20, { copies: 1, regionCode: '460200' })]))).status).toBe(201);
    const rowFilter: RowFilter = { item: 'regionCode', op: 'eq', value: '460100' };
    const keyed = await read<Row>(`${RECORDS}/${keyOf(20)}?asOf=${at}`, at, {}, { rowFilter });
    expect(keyed.json['copies']).toBe(state.get(20));
    expect((await read(`${RECORDS}/${keyOf(20)}`, undefined, {}, { rowFilter })).status).toBe(404);
    const page = await read<Page>(`${RECORDS}?asOf=${at}&filter[certNo][ge]=${keyOf(20)}`, at, {}, {
      rowFilter,
      items: ['certNo', 'copies', 'personName'],
      mask: { personName: 'full' },
    }); // prettier-ignore
    expect(page.json.items).toHaveLength(1);
    expect(page.json.items[0]).toMatchObject({ certNo: keyOf(20), copies: state.get(20) });
    expect(page.json.items[0]!['personName']).not.toContain('王');
    const beyond = await read<Told>(`${RECORDS}?asOf=${at}&fields=idNumber`, at);
    expect([beyond.status, beyond.json.code]).toEqual([403, 'access.items_beyond_grant']);
  });

  const ABOUT_NOW = () => new Date().toISOString();
  it.each<[string, string, string | undefined, number, string]>([
    ['that is no moment', 'asOf=yesterday', undefined, 400, 'request.invalid'],
    ['of a day that does not exist', 'asOf=2025-02-30T00:00:00Z', undefined, 400, 'request.invalid'],
    ['given twice', 'asOf=2025-02-20T00:00:00Z&asOf=2025-02-20T00:00:00Z', undefined, 400, 'request.invalid'],
    ['in the future', 'asOf=2999-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z', 422, 'exchange.moment_in_future'],
    ['that nobody decided on', `asOf=${ABOUT_NOW()}`, undefined, 401, 'hop.invalid'],
    ['other than was decided on', `asOf=${ABOUT_NOW()}`, '2025-01-01T00:00:00.000Z', 401, 'hop.invalid'],
    ['that was decided on and is left out', '', '2025-01-01T00:00:00.000Z', 401, 'hop.invalid'],
  ])('[R14.7] refuses a moment %s', async (_what, query, asOf, status, code) => {
    for (const target of [RECORDS, `${RECORDS}/${keyOf(1)}`]) {
      const refused = await read<Told>(`${target}?${query}`, asOf);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
    }
  });

  it('refuses a cursor of another moment, and of the present', async () => {
    await upsert(new Map(), [1, 2, 3, 4]);
    const at = await moment();
    const later = await moment();
    const { next } = (await read<Page>(`${RECORDS}?asOf=${at}&limit=1`, at)).json;
    for (const [query, asOf] of [
      [`?asOf=${later}&limit=1`, later],
      ['?limit=1', undefined],
    ] as const) {
      const refused = await read<Told>(`${RECORDS}${query}&cursor=${next}`, asOf);
      expect([refused.status, refused.json.code]).toEqual([400, 'request.bad_cursor']);
    }
  });

  it('refuses the past of what a provider answers, and a feed of it', async () => {
    const at = await moment();
    const elsewhere = await read<Told>(`/v1/resources/elsewhere/records?asOf=${at}`, at);
    expect([elsewhere.status, elsewhere.json.code]).toEqual([422, 'exchange.moment_elsewhere']);
    const feed = await read<Told>(`/v1/resources/${RESOURCE}/changes?asOf=${at}`, at, { action: 'subscribe' });
    expect([feed.status, feed.json.code]).toEqual([400, 'request.invalid']);
  });

  it('waits for a batch that is being applied, so that a moment is told the same again', async () => {
    await upsert(new Map(), [1], 'big');
    const writer = await exchange.pool.connect();
    try {
      await writer.query('BEGIN');
      await writer.query(`UPDATE resource_counter SET batch_no = batch_no + 1 WHERE resource_id = 'big'`);
      await writer.query(
        `INSERT INTO batch_moment SELECT 'big', clock_timestamp(), batch_no FROM resource_counter WHERE resource_id = 'big'`,
      );
      await writer.query(
        `INSERT INTO record SELECT 'big', 'x', '{"certNo": "x"}', batch_no, now() FROM resource_counter WHERE resource_id = 'big'`,
      );
      const at = await moment();
      const ask = () => read<Page>(`/v1/resources/big/records?asOf=${at}`, at);
      const asking = Array.from({ length: 4 }, ask);
      await until(async () => (await exchange.count(`pg_locks WHERE NOT granted`)) >= 4);
      await exchange.pool.query('SELECT pg_sleep(0.3)');
      // Batches need the connections that those who wait have.
      const refused = await ask();
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      await writer.query('COMMIT');
      for (const { json } of await Promise.all(asking)) expect(json.items.map(({ certNo }) => certNo)).toContain('x');
      expect((await ask()).status).toBe(200);
    } finally {
      writer.release();
    }
  });

  const step = fc.record({
    kind: fc.constantFrom<'upsert' | 'delete' | 'snapshot'>('upsert', 'upsert', 'delete', 'snapshot'),
    keys: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  });
  it('[R13.4] is what replaying the batches until then gives, at every moment, also while more come between pages', async () => {
    const apply = ({ kind, keys }: { kind: string; keys: number[] }, state: State) =>
      kind === 'upsert' ? upsert(state, keys) : kind === 'delete' ? remove(state, keys) : replace(keys);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 6 }),
        fc.array(step, { maxLength: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('', 'fee', '-fee', 'copies', '-fee,copies'),
        async (steps, meanwhile, limit, sort) => {
          let state = await replace([1, 9]);
          const moments: [string, State][] = [[await moment(), state]];
          for (const each of steps) {
            state = await apply(each, state);
            moments.push([await moment(), state]);
          }
          const more = [...meanwhile];
          for (const [at, then] of moments) {
            const rows = await walk(at, sort, limit, async () => {
              const next = more.shift();
              if (next) state = await apply(next, state);
            });
            if (sort === '') expect(seen(rows)).toEqual(told(then));
            expect(new Set(seen(rows).map((row) => JSON.stringify(row)))).toEqual(
              new Set(told(then).map((row) => JSON.stringify(row))),
            );
            expect(rows).toHaveLength(then.size);
            // The same again, in one piece: no page depended on what came between.
            expect(await walk(at, sort, 100)).toEqual(rows);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 300_000);

  it('finds a page by the order of keys, without putting all that changed in order', async () => {
    await exchange.pool.query(
      `INSERT INTO record_change SELECT 'order', 1 + n % 40, 'k' || lpad((n / 2)::text, 8, '0'), '{"copies": 1}'
       FROM generate_series(1, 40000) AS n`,
    );
    await exchange.pool.query('ANALYZE record_change');
    const wanted = { resourceId: 'order', filters: [], items: marriages.items, released: ['copies'], sort: [] };
    const after = { sorted: [], key: 'k00005000' };
    const { text, values } = rowsStatement({ ...wanted, after, asOf: 3, limit: 101 });
    const { rows } = await exchange.readerPool.query<Record<string, string>>(`EXPLAIN ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('changes_of_record');
    expect(plan).not.toMatch(/Seq Scan on record|Sort Key: c\.record_key/);
  });

  it('[R13.4] refuses a moment whose changes were forgotten and says the oldest that can be read', async () => {
    const state = await upsert(new Map(), [50, 52]);
    const at = await moment();
    const page = await read<Page>(`${RECORDS}?asOf=${at}&limit=1`, at);
    expect(page.status).toBe(200);
    expect(page.json.next).not.toBeNull();
    await upsert(state, [51]);
    await exchange.service.app.get(ChangesRetention).forget(new Date(Date.now() + 91 * 24 * 3600 * 1000));
    const now = await moment();
    expect((await read(`${RECORDS}?asOf=${now}`, now)).status).toBe(200);
    for (const query of [`?asOf=${at}`, `?asOf=${at}&limit=1&cursor=${page.json.next}`, `/${keyOf(50)}?asOf=${at}`]) {
      const gone = await read<Told>(RECORDS + query, at);
      expect([gone.status, gone.json.code]).toEqual([410, 'exchange.moment_not_kept']);
      const oldest = gone.json.about![0]!;
      expect((await read(`${RECORDS}?asOf=${oldest}`, oldest)).status).toBe(200);
    }
    expect(await exchange.count('batch_moment WHERE resource_id = $1', [RESOURCE])).toBe(1);
  });
});
