import type { Obligations, Use } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import { aGrant, aResource, aUse } from '@qiongtong/testing';
import { ChangesRetention } from '../src/changes/changes-retention';
import { LivePolicy } from '../src/policy/live-policy';
import { aRelease, aRow, keyOf, marriages, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

type Item = { op: 'upserted' | 'removed'; id: string; row?: Record<string, unknown> };
type Changes = { items: Item[]; next: string; more: boolean };
const GRANTED = { items: ['certNo', 'personName', 'fee'], rowFilter: null, mask: {}, limits: {} };
const HAIKOU = { item: 'regionCode', op: 'eq', value: '460100' } as const;

describe('the changes of a resource', () => {
  let exchange: TestExchange;
  const read = <T = Changes>(
    query = '',
    obligations: Partial<Obligations> = {},
    over: Partial<Use> & { grantId?: string | null; resourceId?: string } = {},
  ) => {
    const { grantId = 'g1', resourceId = 'big', ...use } = over;
    const target = `/v1/resources/${resourceId}/changes${query}`;
    const named = aUse({ resourceId, action: 'subscribe', items: GRANTED.items, ...use });
    const basis = grantId === null ? 'unconditional' : 'grant';
    return exchange.call<T>('GET', target, {
      principal: principalOf('mzj-system', 'mzj'),
      release: aRelease(named, { ...GRANTED, ...obligations }, basis, grantId),
    });
  };
  /** Everything from a cursor on. */
  const follow = async (cursor: string | null, obligations: Partial<Obligations> = {}, limit = 100) => {
    const items: Item[] = [];
    for (let next = cursor; ;) {
      const { json } = await read(`?limit=${limit}${next === null ? '' : `&cursor=${next}`}`, obligations);
      items.push(...json.items);
      next = json.next;
      if (!json.more) return { items, next };
    }
  };
  const push = (rows: readonly unknown[], query = '', resourceId = 'big') =>
    exchange.push(ndjson(rows), { resourceId, query });

  beforeAll(async () => {
    exchange = await TestExchange.start();
    await exchange.state(
      'policy.grants',
      aGrant({ id: 'g1', resourceId: 'big' }),
      aGrant({ id: 'g2', resourceId: 'big' }),
    );
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.grant('g2') !== undefined);
  });
  afterAll(() => exchange.stop());

  it('[R12.7] are told in order from the beginning, with the granted items and no key', async () => {
    await push([aRow(0), aRow(1)]);
    await push([aRow(1, { fee: '1.00' })]);
    await push([{ certNo: keyOf(0) }], '?operation=delete');
    const { items } = await follow(null);
    expect(items.map(({ op, row }) => [op, row?.['fee']])).toEqual([
      ['upserted', '9.00'],
      ['upserted', '9.00'],
      ['upserted', '1.00'],
      ['removed', undefined],
    ]);
    expect(items[0]!.row).toEqual({ certNo: keyOf(0), personName: '王小明', fee: '9.00' });
    expect(items[3]).toEqual({ op: 'removed', id: items[0]!.id });
    expect(items[1]!.id).toBe(items[2]!.id);
    expect(JSON.stringify(items[3])).not.toContain('J460000');
  });

  it('come a page at a time, and the same again from the same cursor', async () => {
    const whole = await follow(null);
    expect((await follow(null, {}, 1)).items).toEqual(whole.items);
    const first = await read('?limit=2');
    expect(first.json).toMatchObject({ more: true });
    const again = [await read(`?cursor=${first.json.next}`), await read(`?cursor=${first.json.next}`)];
    expect(again[0]!.json.items).toEqual(whole.items.slice(2));
    expect(again[1]!.json.items).toEqual(whole.items.slice(2));
  });

  it('begin at the end with `now`, and go on from there', async () => {
    const { json } = await read('?cursor=now');
    expect(json).toMatchObject({ items: [], more: false });
    await push([aRow(7)]);
    const { items, next } = await follow(json.next);
    expect(items).toMatchObject([{ op: 'upserted', row: { certNo: keyOf(7) } }]);
    expect((await follow(next)).items).toEqual([]);
  });

  it('[R12.7] are seen through the row filter, and what is behind a mask or not granted is no change', async () => {
    const only = { rowFilter: HAIKOU, items: ['certNo', 'personName'], mask: { personName: 'name' as const } };
    const { json: start } = await read('?cursor=now', only);
    await push([aRow(20), aRow(21), aRow(22)]);
    await push([aRow(20, { regionCode: '460200' }), aRow(21, { regionCode: '460100' }), aRow(22, { fee: '3.00' })]);
    const { items } = await follow(start.next, only);
    expect(items.map(({ op, row }) => [op, row?.['certNo']])).toEqual([
      ['upserted', keyOf(20)],
      ['upserted', keyOf(22)],
      ['removed', undefined],
      ['upserted', keyOf(21)],
    ]);
    expect(items[0]!.row!['personName']).not.toBe('王小明');
  });

  it('of one reader have other names than those of another', async () => {
    const mine = await follow(null);
    const { json: theirs } = await read('', {}, { grantId: 'g2' });
    expect(theirs.items[0]!.row).toEqual(mine.items[0]!.row);
    expect(theirs.items[0]!.id).not.toBe(mine.items[0]!.id);
  });

  it('replayed, are what the store holds, also through a snapshot that is replaced meanwhile', async () => {
    const replica = new Map<string, unknown>();
    let cursor: string | null = null;
    const catchUp = async () => {
      const { items, next }: { items: Item[]; next: string } = await follow(cursor, { rowFilter: HAIKOU }, 7);
      cursor = next;
      for (const { op, id, row } of items)
        if (op === 'removed') expect(replica.delete(id)).toBe(true);
        else replica.set(id, row);
    };
    for (let n = 0; n < 6; n++) {
      const rows = Array.from({ length: 30 }, (_, i) =>
        aRow((i * 7 + n * 3) % 40, { fee: `${n}.00`, regionCode: (i + n) % 3 === 0 ? '460100' : '460200' }),
      );
      await Promise.all([push(rows, n % 2 === 0 ? '?operation=snapshot' : ''), catchUp()]);
    }
    await catchUp();
    const { rows } = await exchange.pool.query<{ row: unknown }>(
      `SELECT jsonb_build_object('certNo', payload -> 'certNo', 'personName', payload -> 'personName', 'fee', payload -> 'fee') AS row
       FROM record WHERE resource_id = 'big' AND payload ->> 'regionCode' = '460100'`,
    );
    const sorted = (all: readonly unknown[]) =>
      all.map((row) => JSON.stringify(Object.entries(row as object).sort())).sort();
    expect(sorted([...replica.values()])).toEqual(sorted(rows.map(({ row }) => row)));
  });

  it.each([
    ['a filter of the caller’s', '?filter[fee]=9.00', 400, 'request.invalid'],
    ['a cursor that was made up', '?cursor=abcdef', 400, 'request.bad_cursor'],
    ['items beyond the grant', '?fields=idNumber', 403, 'access.items_beyond_grant'],
  ])('[R12.7] are refused with %s', async (_what, query, status, code) => {
    const { status: answered, json } = await read<Problem>(query);
    expect([answered, json.code]).toEqual([status, code]);
  });

  it('[R12.7] cannot be read on with another grant’s cursor, nor under a decision on another action', async () => {
    const { json } = await read('?cursor=now');
    const other = await read<Problem>(`?cursor=${json.next}`, {}, { grantId: 'g2' });
    expect(other.json.code).toBe('request.bad_cursor');
    const query = await read<Problem>('', {}, { action: 'query' });
    expect([query.status, query.json.code]).toEqual([401, 'hop.invalid']);
  });

  it('[R12.7] have to be begun anew after an amendment of the grant or the entry', async () => {
    const { json } = await read('?cursor=now');
    const { index } = exchange.service.app.get(LivePolicy);
    await exchange.state('policy.grants', aGrant({ id: 'g1', resourceId: 'big', version: 2 }));
    await until(() => index.grant('g1')?.version === 2);
    const amended = await read<Problem>(`?cursor=${json.next}`);
    expect([amended.status, amended.json.code]).toEqual([409, 'exchange.changes_other_version']);
    const anew = await read('?cursor=now');
    await exchange.state('policy.resources', aResource({ ...marriages, id: 'big', version: 5 }));
    await until(() => index.resource('big')?.version === 5);
    expect((await read<Problem>(`?cursor=${anew.json.next}`)).json.code).toBe('exchange.changes_other_version');
  });

  it('are no longer told when they are no longer kept; a position behind them goes on', async () => {
    const { json: old } = await read('?limit=1');
    const { json: now } = await read('?cursor=now');
    await exchange.service.app.get(ChangesRetention).forget(new Date(Date.now() + 91 * 24 * 3600 * 1000));
    expect(await exchange.count(`record_change WHERE resource_id = 'big'`)).toBe(0);
    for (const query of ['', `?cursor=${old.next}`]) {
      const gone = await read<Problem>(query);
      expect([gone.status, gone.json.code]).toEqual([410, 'exchange.changes_gone']);
    }
    await push([aRow(900)]);
    expect((await follow(now.next)).items).toMatchObject([{ row: { certNo: keyOf(900) } }]);
    expect(await exchange.count(`record WHERE resource_id = 'big'`)).toBeGreaterThan(1);
  });

  it('are kept while their batches are young', async () => {
    await push([aRow(1)], '', RESOURCE);
    await exchange.service.app.get(ChangesRetention).forget(new Date());
    expect(await exchange.count('record_change WHERE resource_id = $1', [RESOURCE])).toBe(1);
  });
});
