import { HOP_HEADER, type RowFilter, type Use } from '@qiongtong/contracts';
import { aResource, aUse } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import { aRelease, aRow, keyOf, marriages, ndjson, RESOURCE, TestExchange, until, type Answer } from './exchange';

const RECORDS = `/v1/resources/${RESOURCE}/records`;
const HAIKOU: RowFilter = { item: 'regionCode', op: 'eq', value: '460100' };
/** Even rows are of 460100, odd ones of 460200. */
const INSIDE = keyOf(2);
const OUTSIDE = keyOf(3);
const NOWHERE = keyOf(77);

describe('what is not given cannot be asked out of it either', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start();
    const rows = ndjson(Array.from({ length: 8 }, (_, n) => aRow(n)));
    expect((await exchange.push(rows)).status).toBe(201);
    await exchange.state(
      'policy.resources',
      aResource({ ...marriages, id: 'big', version: 2, matterNumberPerSubject: true }),
    );
    const policy = exchange.service.app.get(LivePolicy);
    await until(() => policy.index.resource('big')?.matterNumberPerSubject === true);
    expect((await exchange.push(rows, { resourceId: 'big' })).status).toBe(201);
  });
  afterAll(() => exchange.stop());

  /** Everything a caller can see of an answer, but for the ids of this very request. */
  const seen = ({ status, headers, text }: Answer) => ({
    status,
    headers: [...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)),
    body: text
      .replaceAll(/"traceId":"\w+"/g, '')
      .replaceAll(OUTSIDE, '·')
      .replaceAll(NOWHERE, '·'),
  });

  const verify = (
    key: object,
    values: object,
    use: Partial<Use> = {},
    resource = RESOURCE,
    rowFilter: RowFilter | null = HAIKOU,
  ) =>
    exchange.read<{ matches: boolean; code?: string; about?: string[] }>(
      `/v1/resources/${resource}/records:verify`,
      { items: [], rowFilter },
      { action: 'verify', touchedItems: ['certNo', 'personName', 'copies'], ...use, body: { key, values } },
    );

  it('[R12.7] a row outside the filter is answered by key exactly as one that does not exist: status, headers and body', async () => {
    const obligations = { rowFilter: HAIKOU };
    const [outside, nowhere] = [
      await exchange.read(`${RECORDS}/${OUTSIDE}`, obligations),
      await exchange.read(`${RECORDS}/${NOWHERE}`, obligations),
    ];
    expect(outside.status).toBe(404);
    expect(seen(outside)).toEqual(seen(nowhere));
    expect(outside.headers.get('qt-delivery')).toBeNull();
  });

  it('[R12.7] and by filter, and as a stream', async () => {
    const obligations = { rowFilter: HAIKOU };
    for (const over of [{}, { ndjson: true }]) {
      const [outside, nowhere] = [
        await exchange.read(`${RECORDS}?filter[certNo]=${OUTSIDE}`, obligations, over),
        await exchange.read(`${RECORDS}?filter[certNo]=${NOWHERE}`, obligations, over),
      ];
      expect(outside.status).toBe(200);
      // A stream names its delivery; a page says what left, which is nothing for both.
      const plain = (answer: Answer) => {
        const { headers, ...rest } = seen(answer);
        return { ...rest, headers: headers.filter(([name]) => name !== 'qt-delivery' || !('ndjson' in over)) };
      };
      expect(plain(outside)).toEqual(plain(nowhere));
    }
  });

  describe('by a filter that tries something', () => {
    const found = (filter: unknown) =>
      exchange.read<{ items: unknown[]; code?: string; errors?: { pointer: string }[] }>(
        `${RECORDS}:query`,
        {},
        { body: { filter, limit: 100 } },
      );

    it.each([
      ['a value that ends the statement', "'; DROP TABLE record; --"],
      ['a value that is always true', "' OR '1'='1"],
      ['a value with a parameter', '$1'],
      ['a value that is JSON', '{"op":"ne"}'],
      ['a value with a backslash and quotes', String.raw`\' OR 1=1 --`],
      ['a pattern of SQL', '%'],
      ['a pattern of regular expressions', '(a+)+$'],
    ])('[R12.7] takes %s for nothing but a text', async (_what, value) => {
      for (const op of ['eq', 'prefix', 'in'])
        expect((await found({ item: 'personName', op, value: op === 'in' ? [value] : value })).json.items).toEqual([]);
      expect((await found({ item: 'personName', op: 'ne', value })).json.items).toHaveLength(8);
    });

    it.each([
      ['an item that is SQL', { item: "certNo' OR '1'='1", op: 'eq', value: 'x' }],
      ['an operator that is SQL', { item: 'certNo', op: '= ANY (SELECT', value: 'x' }],
      ['an object for a value', { item: 'personName', op: 'eq', value: { toString: 'x' } }],
      ['a list for a value', { item: 'personName', op: 'eq', value: ['王小明'] }],
      ['a text for a number', { item: 'copies', op: 'ge', value: '1 OR 1=1' }],
      ['a boolean for a number', { item: 'copies', op: 'eq', value: true }],
      ['a number for a text', { item: 'personName', op: 'eq', value: 1 }],
      ['a day that is none', { item: 'registeredOn', op: 'ge', value: '2024-02-30' }],
      ['a NUL', { item: 'personName', op: 'eq', value: 'a\u0000b' }],
      ['a prototype', JSON.parse('{"__proto__":{"item":"certNo"},"op":"eq","value":"x"}') as object],
      ['two groups in one', { all: [{ item: 'certNo', op: 'isNull' }], any: [{ item: 'certNo', op: 'isNull' }] }],
      [
        'a depth without end',
        Array.from({ length: 30 }).reduce<object>((inner) => ({ all: [inner] }), { item: 'certNo', op: 'isNull' }),
      ],
      ['conditions without end', { any: Array.from({ length: 65 }, () => ({ item: 'certNo', op: 'isNull' })) }],
    ])('[R12.7] refuses %s', async (_what, filter) => {
      const { status, json } = await found(filter);
      expect([400, 422]).toContain(status);
      expect(json.code).toMatch(/^request\.|^access\.items_unknown$/);
    });

    it('costs no more for a text made to be slow', async () => {
      const from = performance.now();
      await found({
        all: Array.from({ length: 60 }, () => ({ item: 'personName', op: 'prefix', value: 'a'.repeat(500) })),
      });
      expect(performance.now() - from).toBeLessThan(1_000);
    });
  });

  describe('by yes and no', () => {
    it('answers whether the values are those of the record, and nothing else', async () => {
      expect((await verify({ certNo: INSIDE }, { personName: '王小明', copies: 2 })).text).toBe('{"matches":true}');
      expect((await verify({ certNo: INSIDE }, { personName: '王小明', copies: 3 })).text).toBe('{"matches":false}');
    });

    it('[R12.7] says no to a row outside the filter and to one that does not exist, alike', async () => {
      const [outside, nowhere] = [
        await verify({ certNo: OUTSIDE }, { personName: '王小明' }),
        await verify({ certNo: NOWHERE }, { personName: '王小明' }),
      ];
      expect(outside.text).toBe('{"matches":false}');
      const plain = (answer: Answer) => seen(answer).headers.filter(([name]) => name !== 'qt-delivery');
      expect([outside.status, plain(outside)]).toEqual([nowhere.status, plain(nowhere)]);
    });

    it('[R14.9] leaves which subject was asked about, also by a no, as the same hash a read leaves', async () => {
      const hashOf = (answer: Answer) => answer.headers.get('qt-delivery')!.split(':').at(-1);
      const no = await verify({ certNo: INSIDE }, { personName: '李某' });
      const read = await exchange.read(`${RECORDS}/${INSIDE}`);
      expect(no.headers.get('qt-rows')).toBe('0');
      expect(hashOf(no)).toBe(hashOf(read));
    });

    it.each([
      ['without the key', { personName: '王小明' }, 'access.verify_key_incomplete'],
      ['with more than the key', { certNo: INSIDE, personName: '王小明' }, 'access.verify_key_incomplete'],
      ['with a key that is no text', { certNo: { gt: '' } }, 'request.invalid'],
    ])('[R14.7] needs the full key: %s', async (_what, key, code) => {
      expect((await verify(key, { personName: '王小明' })).json.code).toBe(code);
    });

    it.each([
      ['a list', { personName: ['王小明', '李某'] }, 'request.invalid'],
      ['an operator', { personName: { op: 'prefix', value: '王' } }, 'request.invalid'],
      ['another type', { copies: 'many' }, 'request.invalid'],
      ['an item that was not decided', { idNumber: '460100199001011234' }, 'access.items_beyond_grant'],
    ])('compares by equality alone: %s is refused', async (_what, values, code) => {
      expect((await verify({ certNo: INSIDE }, values)).json.code).toBe(code);
    });

    it('[R12.7] refuses an item that is masked: its value could be guessed', async () => {
      const answer = await exchange.read<{ code: string; about: string[] }>(
        `${RECORDS}:verify`,
        { items: [], mask: { personName: 'name' } },
        {
          action: 'verify',
          touchedItems: ['certNo', 'personName'],
          body: { key: { certNo: INSIDE }, values: { personName: '王小明' } },
        },
      );
      expect(answer.json).toMatchObject({ code: 'access.items_beyond_grant', about: ['personName'] });
    });

    it('[R14.7] is no way to read, nor a read a way to verify', async () => {
      const asVerification = { action: 'verify' } as const;
      expect((await exchange.read<{ code: string }>(`${RECORDS}/${INSIDE}`, {}, asVerification)).json.code).toBe(
        'hop.invalid',
      );
      expect((await verify({ certNo: INSIDE }, { personName: 'x' }, { action: 'query' })).json.code).toBe(
        'hop.invalid',
      );
    });
  });

  describe('under a matter number that belongs to one subject', () => {
    const read = (key: string, matterNumber: string, over: Partial<Use> = {}) =>
      exchange.read<{ code?: string }>(`/v1/resources/big/records/${key}`, {}, { matterNumber, ...over });

    it('[R13.4] opens one record as often as needed, and no other', async () => {
      expect((await read(keyOf(1), '琼A-1')).status).toBe(200);
      expect((await read(keyOf(1), '琼A-1')).status).toBe(200);
      const other = await read(keyOf(2), '琼A-1');
      expect([other.status, other.json.code]).toEqual([403, 'access.matter_number_of_another_subject']);
      expect((await read(keyOf(2), '琼A-2')).status).toBe(200);
    });

    it('[R13.4] does not tell which other records exist', async () => {
      await read(keyOf(1), '琼B-1');
      const [existing, missing] = [await read(keyOf(5), '琼B-1'), await read(NOWHERE, '琼B-1')];
      expect(seen(existing)).toEqual(seen(missing));
    });

    it('[R13.4] is each department’s own', async () => {
      await read(keyOf(1), '琼C-1');
      expect((await read(keyOf(2), '琼C-1', { departmentId: 'gat' })).status).toBe(200);
    });

    it('[R13.4] holds for pages, streams and verifications too', async () => {
      const list = (query: string, over: object) =>
        exchange.read<{ code?: string }>(`/v1/resources/big/records${query}`, {}, { matterNumber: '琼D-1', ...over });
      expect((await list('?limit=2', {})).json.code).toBe('access.matter_number_of_another_subject');
      expect((await list('', { ndjson: true })).json.code).toBe('access.matter_number_of_another_subject');
      expect((await list(`?filter[certNo]=${keyOf(4)}`, {})).status).toBe(200);
      const verified = (n: number) =>
        verify({ certNo: keyOf(n) }, { personName: '王小明' }, { matterNumber: '琼D-1' }, 'big', null);
      expect((await verified(4)).json).toEqual({ matches: true });
      expect((await verified(5)).json.code).toBe('access.matter_number_of_another_subject');
    });

    it('[R13.4] goes to one subject when two ask at the same time', async () => {
      const answers = await Promise.all([1, 2, 3, 4].map((n) => read(keyOf(n), '琼E-1')));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  it('[R14.7] a release that is shown twice, or for another target, is refused', async () => {
    const target = `${RECORDS}/${INSIDE}`;
    const { hop } = exchange.hopFor('GET', target, aRelease(aUse({ resourceId: RESOURCE }), { items: ['certNo'] }));
    const show = async (path: string) =>
      (await fetch(exchange.service.url + path, { headers: { [HOP_HEADER]: hop } })).status;
    expect(await show(`${RECORDS}/${keyOf(4)}`)).toBe(401);
    expect(await show(target)).toBe(200);
    expect(await show(target)).toBe(401);
  });
});
