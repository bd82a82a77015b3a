import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { DeliveryClosed, RowFilter } from '@qiongtong/contracts';
import { HOP_HEADER } from '@qiongtong/contracts';
import { aGrant, aUse } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import { aRelease, aRow, keyOf, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

type Row = Record<string, unknown>;
type Page = { items: Row[]; next: string | null };
type Told = { code: string; about?: string[] };
const ROWS = 230;
const RECORDS = `/v1/resources/${RESOURCE}/records`;
const HAIKOU: RowFilter = { item: 'regionCode', op: 'eq', value: '460100' };

describe('a read', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start();
    const rows = Array.from({ length: ROWS }, (_, n) =>
      aRow(n, n % 10 === 3 ? { fee: undefined } : { fee: `${n % 7}.${n % 3}0` }),
    );
    expect((await exchange.push(ndjson(rows))).status).toBe(201);
    const odd = [aRow(900, { certNo: 'a~b/c 海' }), aRow(901, { certNo: '100%' })];
    expect((await exchange.push(ndjson(odd))).status).toBe(201);
    await exchange.state(
      'policy.grants',
      aGrant({ items: ['certNo', 'personName'] }),
      aGrant({ id: 'g2', items: ['personName'] }),
    );
    await until(() => exchange.service.app.get(LivePolicy).index.grant('g2') !== undefined);
  });
  afterAll(() => exchange.stop());

  /** Every page of a query. */
  const walk = async (query: string, obligations = {}, over = {}): Promise<Row[][]> => {
    const pages: Row[][] = [];
    for (let next: string | null = ''; next !== null;) {
      const page: { json: Page; status: number } = await exchange.read<Page>(
        `${RECORDS}?${query}${next && `&cursor=${next}`}`,
        obligations,
        over,
      );
      expect(page.status).toBe(200);
      pages.push(page.json.items);
      next = page.json.next;
    }
    return pages;
  };

  describe('by key', () => {
    it('[R12.7] answers exactly the items that were decided, in their order, absent ones as null', async () => {
      const answer = await exchange.read(`${RECORDS}/${keyOf(3)}`, { items: ['regionCode', 'fee', 'certNo'] });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(`{"regionCode":"460200","fee":null,"certNo":"${keyOf(3)}"}`);
      expect(answer.headers.get('qt-rows')).toBe('1');
    });

    it('[R12.7] answers fewer items when asked for fewer, and refuses more', async () => {
      const items = ['certNo', 'personName'];
      expect((await exchange.read(`${RECORDS}/${keyOf(1)}?fields=personName`, { items })).json).toEqual({
        personName: '王小明',
      });
      const more = await exchange.read<Told>(`${RECORDS}/${keyOf(1)}?fields=certNo,idNumber`, { items });
      expect([more.status, more.json.code, more.json.about]).toEqual([403, 'access.items_beyond_grant', ['idNumber']]);
    });

    it('[R12.7] answers a row outside the row filter exactly as one that does not exist', async () => {
      const inside = await exchange.read(`${RECORDS}/${keyOf(2)}`, { rowFilter: HAIKOU });
      const outside = await exchange.read<Told>(`${RECORDS}/${keyOf(1)}`, { rowFilter: HAIKOU });
      const nowhere = await exchange.read<Told>(`${RECORDS}/J000000-000000`, { rowFilter: HAIKOU });
      expect(inside.status).toBe(200);
      expect([outside.status, { ...outside.json, traceId: '' }]).toEqual([404, { ...nowhere.json, traceId: '' }]);
      const names = (headers: Headers) => [...headers.keys()].filter((name) => name !== 'date').sort();
      expect(names(outside.headers)).toEqual(names(nowhere.headers));
    });

    it('[R12.7] masks what is to be masked', async () => {
      const { json } = await exchange.read(`${RECORDS}/${keyOf(1)}`, {
        items: ['idNumber', 'personName'],
        mask: { idNumber: 'idNumber', personName: 'name' },
      });
      expect(json).toEqual({ idNumber: '460*************34', personName: '王**' });
    });

    it('finds keys of any characters, however their caller encodes them', async () => {
      for (const key of ['a%7Eb%2Fc%20%E6%B5%B7', 'a%7eb%2fc%20%e6%b5%b7', '%61%7Eb%2Fc%20%E6%B5%B7'])
        expect((await exchange.read(`${RECORDS}/${key}`, { items: ['certNo'] })).json).toEqual({ certNo: 'a~b/c 海' });
      expect((await exchange.read(`${RECORDS}/100%25`, { items: ['certNo'] })).json).toEqual({ certNo: '100%' });
      expect((await exchange.read<Told>(`${RECORDS}/a~b`)).json.code).toBe('request.not_found');
    });

    it('[R12.7] is refused where the grant does not cover the key items', async () => {
      expect((await exchange.read(`${RECORDS}/${keyOf(1)}`, { items: ['personName'] }, { grantId: 'g1' })).status).toBe(
        200,
      );
      const refused = await exchange.read<Told>(`${RECORDS}/${keyOf(1)}`, { items: ['personName'] }, { grantId: 'g2' });
      expect([refused.status, refused.json.code, refused.json.about]).toEqual([
        403,
        'access.items_beyond_grant',
        ['certNo'],
      ]);
    });

    it('takes no filter', async () => {
      expect((await exchange.read<Told>(`${RECORDS}/${keyOf(1)}?filter[fee]=1`)).json.code).toBe('request.invalid');
    });

    it('answers many at once, each its own', async () => {
      const wanted = Array.from({ length: 150 }, (_, i) => (i * 7) % (ROWS + 20));
      const answers = await Promise.all(
        wanted.map((n) => exchange.read<{ certNo: string }>(`${RECORDS}/${keyOf(n)}`, { items: ['certNo'] })),
      );
      answers.forEach(({ status, json }, i) => {
        const exists = wanted[i]! < ROWS;
        expect([status, json.certNo]).toEqual(exists ? [200, keyOf(wanted[i]!)] : [404, undefined]);
      });
    });
  });

  describe('by filter', () => {
    it('compares by the type of the item', async () => {
      const found = async (query: string) => (await walk(`${query}&fields=certNo&limit=1000`)).flat().length;
      expect(await found('filter[copies][lt]=10')).toBe(10);
      expect(await found('filter[copies][ge]=100&filter[copies][lt]=110')).toBe(10);
      expect(await found('filter[regionCode]=460100&filter[copies][lt]=10')).toBe(5);
      expect(await found('filter[fee][in]=6.00,6.0')).toBe(await found('filter[fee]=6'));
      expect(await found('filter[fee][isNull]=true')).toBe(23);
      expect(await found('filter[certNo][prefix]=J460000-00022')).toBe(10);
      expect(await found('filter[registeredOn][gt]=2024-02-28')).toBe(ROWS + 2);
    });

    it('[R12.7] adds the grant’s row filter to the caller’s, so that what lies outside is not there', async () => {
      const rows = (await walk('limit=1000', { rowFilter: HAIKOU })).flat();
      expect(rows).toHaveLength(ROWS / 2 + 1);
      expect((await walk('filter[regionCode]=460200', { rowFilter: HAIKOU })).flat()).toEqual([]);
      const any = { filter: { any: [HAIKOU, { item: 'regionCode', op: 'isNull', value: false }] }, limit: 1000 };
      expect(
        (await exchange.read<Page>(`${RECORDS}:query`, { rowFilter: HAIKOU }, { body: any })).json.items,
      ).toHaveLength(ROWS / 2 + 1);
    });

    it.each(['sort=copies', 'sort=-copies', 'sort=fee,-copies', 'sort=-fee', 'sort=regionCode,registeredOn,-fee', ''])(
      'walks all pages without gap or repetition: %s',
      async (sort) => {
        const whole = (await walk(`${sort}&limit=1000`)).flat();
        const paged = (await walk(`${sort}&limit=37`)).flat();
        expect(paged).toEqual(whole);
        expect(new Set(whole.map(({ certNo }) => certNo)).size).toBe(ROWS + 2);
      },
    );

    it('sorts numbers as numbers, with what is absent last', async () => {
      const fees = (await walk('sort=-fee&limit=1000')).flat().map(({ fee }) => fee as string | null);
      const present = fees.filter((fee) => fee !== null).map(Number);
      expect(present).toEqual([...present].sort((a, b) => b - a));
      expect(fees.slice(present.length).every((fee) => fee === null)).toBe(true);
    });

    it('gives a cursor that holds for this query, this department and this version of the grant only, and shows no value', async () => {
      const over = { grantId: 'g1' };
      const items = ['certNo', 'personName'];
      const first = await exchange.read<Page>(`${RECORDS}?limit=5`, { items }, over);
      const cursor = first.json.next!;
      expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('J460000');
      const refused = async (target: string, use: object) =>
        (await exchange.read<Told>(target, { items }, use)).json.code;
      expect(await refused(`${RECORDS}?limit=5&sort=certNo&cursor=${cursor}`, over)).toBe('request.bad_cursor');
      expect(await refused(`${RECORDS}?limit=5&cursor=${cursor}`, { ...over, departmentId: 'gat' })).toBe(
        'request.bad_cursor',
      );
      expect(await refused(`${RECORDS}?limit=5&cursor=${cursor}`, {})).toBe('request.bad_cursor');
      expect(await refused(`${RECORDS}?limit=5&cursor=${cursor.slice(0, -2)}AA`, over)).toBe('request.bad_cursor');
      expect((await exchange.read(`${RECORDS}?limit=7&cursor=${cursor}`, { items }, over)).status).toBe(200);
      await exchange.state('policy.grants', aGrant({ items, version: 2 }));
      await until(() => exchange.service.app.get(LivePolicy).index.grant('g1')?.version === 2);
      expect(await refused(`${RECORDS}?limit=5&cursor=${cursor}`, over)).toBe('request.bad_cursor');
    });

    it.each([
      ['a sensitive item in the URL', 'filter[idNumber]=460100199001011234', {}, 400, 'exchange.sensitive_item_in_url'],
      ['an item that is not queryable', 'filter[remark]=x', {}, 422, 'exchange.item_not_queryable'],
      [
        'a range over a masked item',
        'filter[personName][gt]=x',
        { mask: { personName: 'name' } },
        422,
        'exchange.item_not_queryable',
      ],
      [
        'an order by a masked item',
        'sort=personName',
        { mask: { personName: 'name' } },
        422,
        'exchange.item_not_queryable',
      ],
      ['an item that does not exist', 'filter[colour]=red', {}, 422, 'access.items_unknown'],
      ['an item that was not decided on', 'filter[fee]=1', { items: ['certNo'] }, 403, 'access.items_beyond_grant'],
      ['a value of another type', 'filter[copies]=many', {}, 400, 'request.invalid'],
      ['a date that does not exist', 'filter[registeredOn]=2023-02-30', {}, 400, 'request.invalid'],
      ['an operator the type does not have', 'filter[copies][prefix]=1', {}, 400, 'request.invalid'],
      ['a field that was not decided on', 'fields=certNo,fee', { items: ['certNo'] }, 403, 'access.items_beyond_grant'],
      ['a cursor that is none', 'cursor=AAAA', {}, 400, 'request.bad_cursor'],
      [
        'a row filter that cannot be enforced',
        '',
        { rowFilter: { item: 'gone', op: 'isNull' } as const },
        403,
        'exchange.row_filter_unusable',
      ],
    ])('is refused with %s', async (_what, query, obligations, status, code) => {
      const answer = await exchange.read<Told>(`${RECORDS}?${query}`, obligations as object);
      expect([answer.status, answer.json.code]).toEqual([status, code]);
    });

    it('takes a sensitive item in the body of a query', async () => {
      const body = {
        filter: { item: 'idNumber', op: 'eq', value: '460100199001011234' },
        fields: ['certNo'],
        limit: 2,
      };
      const answer = await exchange.read<Page>(`${RECORDS}:query`, {}, { body });
      expect(answer.json.items).toEqual([{ certNo: '100%' }, { certNo: keyOf(0) }]);
    });

    it('[R12.7] gives no more rows to a request than the grant allows, and says that there are more', async () => {
      const { json, headers } = await exchange.read<Page>(`${RECORDS}?limit=100`, { limits: { rowsPerRequest: 10 } });
      expect(json.items).toHaveLength(10);
      expect(json.next).not.toBeNull();
      expect(headers.get('qt-rows')).toBe('10');
    });

    it('[R12.7] counts the rows of a day over all requests of a grant', async () => {
      const limits = { rowsPerDay: 12 };
      const over = { grantId: 'g-daily' };
      expect((await exchange.read(`${RECORDS}?limit=10`, { limits }, over)).status).toBe(200);
      const more = await exchange.read<Told>(`${RECORDS}?limit=10`, { limits }, over);
      expect([more.status, more.json.code]).toEqual([429, 'exchange.daily_rows_exhausted']);
      expect((await exchange.read(`${RECORDS}?limit=2`, { limits }, over)).status).toBe(200);
      expect(
        (await exchange.read(`${RECORDS}/${keyOf(1)}`, { limits, items: ['certNo'] }, { grantId: 'g-other-daily' }))
          .status,
      ).toBe(200);
    });
  });

  describe('as a stream', () => {
    it('gives every row, a line each, masked and filtered as a page is', async () => {
      const answer = await exchange.read(
        RECORDS,
        { rowFilter: HAIKOU, items: ['certNo', 'personName'], mask: { personName: 'name' } },
        { ndjson: true },
      );
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
      const rows = answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row);
      expect(rows).toHaveLength(ROWS / 2 + 1);
      expect(rows[0]).toEqual({ certNo: keyOf(0), personName: '王**' });
    });

    it('stops at a limit that is given', async () => {
      const url = await exchange.read(`${RECORDS}?limit=7`, {}, { ndjson: true });
      const body = await exchange.read(`${RECORDS}:query`, {}, { ndjson: true, body: { limit: 7 } });
      expect([url.text.trim().split('\n'), body.text.trim().split('\n')].map((lines) => lines.length)).toEqual([7, 7]);
    });

    it('[R12.7] is refused where the grant bounds the rows of a request and no limit is given', async () => {
      const answer = await exchange.read<Told>(RECORDS, { limits: { rowsPerRequest: 10 } }, { ndjson: true });
      expect([answer.status, answer.json.code]).toEqual([422, 'exchange.stream_over_limit']);
      expect(
        (await exchange.read(`${RECORDS}?limit=10`, { limits: { rowsPerRequest: 10 } }, { ndjson: true })).status,
      ).toBe(200);
    });
  });

  describe('leaves behind what left', () => {
    const keyFor = async (id: string) =>
      (await exchange.pool.query<{ key: Buffer }>('SELECT key FROM hash_key WHERE id = $1', [id])).rows[0]!.key;
    const hashed = (key: Buffer, record: string) => createHmac('sha256', key).update(record).digest().subarray(0, 16);

    it('[R14.9] in the answer’s head, as keyed hashes of its records and their root', async () => {
      for (const [target, keys] of [
        [`${RECORDS}/${keyOf(5)}`, [keyOf(5)]],
        [`${RECORDS}?limit=3`, ['100%25', keyOf(0), keyOf(1)]],
      ] as const) {
        const answer = await exchange.read(target, { items: ['certNo'] });
        const [form, keyId, rows, root, hashes] = answer.headers.get('qt-delivery')!.split(':');
        const key = await keyFor(keyId!);
        const digests = keys.map((record) => hashed(key, record));
        expect([form, Number(rows)]).toEqual(['inline', keys.length]);
        expect(hashes!.split(',')).toEqual(digests.map((digest) => digest.toString('base64url')));
        expect(root).toBe(createHash('sha256').update(Buffer.concat(digests)).digest('hex'));
      }
    });

    it('[R14.9] in chunks that are stored, closed by a fact, when it is more', async () => {
      const page = await exchange.read<Page>(`${RECORDS}?limit=150`, { items: ['certNo'] });
      const stream = await exchange.read(RECORDS, { items: ['certNo'] }, { ndjson: true });
      const [form, , rows, root, deliveryId] = page.headers.get('qt-delivery')!.split(':');
      expect([form, rows]).toEqual(['stored', '150']);
      const streamed = stream.headers.get('qt-delivery')!.split(':');
      expect(streamed[0]).toBe('stream');
      const left = stream.text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { certNo: string }).certNo);
      for (const [id, records] of [
        [deliveryId!, page.json.items.map(({ certNo }) => certNo as string)],
        [streamed[2]!, left],
      ] as const) {
        await until(async () =>
          (await exchange.said<DeliveryClosed['data']>('exchange.delivery-closed.v1')).some(
            (fact) => fact.deliveryId === id,
          ),
        );
        const fact = (await exchange.said<DeliveryClosed['data']>('exchange.delivery-closed.v1')).find(
          (f) => f.deliveryId === id,
        )!;
        expect(fact).toMatchObject({
          outcome: 'complete',
          rows: records.length,
          batches: { from: 1 },
          resourceId: RESOURCE,
        });
        const { rows: chunks } = await exchange.pool.query<{ hashes: Buffer; digest: Buffer }>(
          'SELECT hashes, digest FROM delivery_chunk WHERE delivery_id = $1 ORDER BY n',
          [id],
        );
        const key = await keyFor(fact.hashKeyId);
        const keys = records.map((certNo) => encodeURIComponent(certNo).replaceAll('~', '%7E'));
        expect(Buffer.concat(chunks.map(({ hashes }) => hashes))).toEqual(
          Buffer.concat(keys.map((record) => hashed(key, record))),
        );
        expect(fact.root).toBe(
          createHash('sha256')
            .update(Buffer.concat(chunks.map(({ digest }) => digest)))
            .digest('hex'),
        );
        if (id === deliveryId) expect(fact.root).toBe(root);
      }
    });

    it('[R14.9] also of a stream that its reader leaves', async () => {
      const rows = Array.from({ length: 20_000 }, (_, n) => aRow(n, { remark: 'x'.repeat(800) }));
      expect((await exchange.push(ndjson(rows), { resourceId: 'big' })).status).toBe(201);
      const target = '/v1/resources/big/records';
      const items = ['certNo', 'remark'];
      const delivery = await readAndLeave(exchange, target, items);
      await until(async () =>
        (await exchange.said<DeliveryClosed['data']>('exchange.delivery-closed.v1')).some(
          (fact) => fact.deliveryId === delivery,
        ),
      );
      const fact = (await exchange.said<DeliveryClosed['data']>('exchange.delivery-closed.v1')).find(
        (f) => f.deliveryId === delivery,
      )!;
      expect(fact.outcome).toBe('aborted');
      expect(fact.rows).toBeGreaterThan(0);
      expect(fact.rows).toBeLessThan(20_000);
    });
  });

  describe('without the right release', () => {
    const target = `${RECORDS}/${keyOf(1)}`;
    const use = aUse({ resourceId: RESOURCE });
    it.each([
      ['no token', { token: '' }, 401, 'hop.invalid'],
      ['a token that is none', { token: 'a.b.c' }, 401, 'hop.invalid'],
      ['no decision', {}, 401, 'hop.invalid'],
      [
        'a decision to push',
        { release: aRelease({ ...use, action: 'push' }, { items: ['certNo'] }) },
        401,
        'hop.invalid',
      ],
      [
        'a decision on another resource',
        { release: aRelease({ ...use, resourceId: 'big' }, { items: ['certNo'] }) },
        404,
        'access.resource_unknown',
      ],
    ])('is refused: %s', async (_what, options, status, code) => {
      const answer = await exchange.call<Told>('GET', target, {
        principal: principalOf('mzj-system', 'mzj'),
        ...options,
      });
      expect([answer.status, answer.json.code]).toEqual([status, code]);
    });

    it('is refused for another target than the token was made for', async () => {
      const { hop } = exchange.hopFor('GET', target, aRelease(use, { items: ['certNo'] }));
      const other = await exchange.call<Told>('GET', `${RECORDS}/${keyOf(2)}`, { token: hop });
      expect([other.status, other.json.code]).toEqual([401, 'hop.invalid']);
      expect((await exchange.call('GET', target, { token: hop })).status).toBe(200);
    });

    it('is refused as a stream on a decision to query, and the other way round', async () => {
      const release = aRelease(use, { items: ['certNo'] });
      const stream = await exchange.call<Told>('GET', RECORDS, {
        release,
        headers: { accept: 'application/x-ndjson' },
      });
      expect(stream.json.code).toBe('hop.invalid');
    });
  });

  it('is made by a role that can change nothing', async () => {
    const { rows } = await exchange.readerPool.query<{ may: boolean }>(
      `SELECT has_table_privilege('record', 'INSERT, UPDATE, DELETE') AS may`,
    );
    expect(rows[0]!.may).toBe(false);
  });
});

/** Takes the head of a stream and hangs up; answers the delivery it named. */
function readAndLeave(exchange: TestExchange, target: string, items: string[]): Promise<string> {
  const { hop } = exchange.hopFor(
    'GET',
    target,
    aRelease(aUse({ resourceId: 'big', action: 'batch', items }), { items }),
  );
  return new Promise((resolve, reject) => {
    const sent = request(
      exchange.service.url + target,
      { headers: { [HOP_HEADER]: hop, accept: 'application/x-ndjson' } },
      (answer) => {
        const named = String(answer.headers['qt-delivery']).split(':')[2]!;
        answer.once('data', () => {
          sent.destroy();
          resolve(named);
        });
      },
    );
    sent.once('error', reject).end();
  });
}
