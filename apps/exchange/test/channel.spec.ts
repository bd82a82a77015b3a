import type { Principal, RowFilter } from '@qiongtong/contracts';
import { aResource } from '@qiongtong/testing';
import { aRow, keyOf, marriages, ndjson, principalOf, TestExchange, until } from './exchange';
import { digestOf, json, lines, SampleProvider, type Answering } from './sample-provider';

jest.setTimeout(120_000);

const elsewhere = aResource({ ...marriages, id: 'elsewhere', deliveryMode: 'EXCHANGE_CHANNEL' });
const ALL = marriages.items.map(({ code }) => code);
const ENDPOINT = '/v1/resources/elsewhere/endpoint';
const RECORDS = '/v1/resources/elsewhere/records';
const officer = (departmentId: string, roles: Principal['roles'] = ['RESPONSIBLE_OFFICER']): Principal => ({
  ...principalOf('none', departmentId),
  kind: 'officer',
  officerId: `${departmentId}-officer`,
  systemId: null,
  roles,
});
const HAIKOU: RowFilter = { item: 'regionCode', op: 'eq', value: '460100' };
type Problem = { code: string; errors?: { pointer: string; message: string }[] };

/** Items of a row that were asked for, as a faithful provider sends them. */
const cut = (row: Record<string, unknown>, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(row).filter(([code]) => fields.includes(code)));

describe('a resource that stays with its provider [R9.1, R9.3]', () => {
  let exchange: TestExchange;
  let provider: SampleProvider;
  let revision = 0;

  const register = (body: object, etag: number, by = officer('mzt')) =>
    exchange.call<
      { revision: number; url: string; health: { circuit: string; lastFailure: { code: string } | null } } & Problem
    >('PUT', ENDPOINT, {
      principal: by,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'if-match': `"${etag}"` },
    });
  /** Registers anew, so that what an earlier test broke counts no more. */
  const answers = async (answering: Answering): Promise<void> => {
    provider.answering = answering;
    provider.asked.length = 0;
    const answer = await register({ url: `${provider.url}/base/`, status: 'ACTIVE' }, revision);
    expect(answer.status).toBe(200);
    revision = answer.json.revision;
  };
  const health = async () =>
    (
      await exchange.call<{ health: { circuit: string; lastFailure: { code: string } } }>('GET', ENDPOINT, {
        principal: officer('mzt'),
      })
    ).json.health;

  beforeAll(async () => {
    provider = await SampleProvider.start();
    exchange = await TestExchange.start({
      CHANNEL_NODES: 'localhost=127.0.0.0/8|::1/128,node.gov.example=10.0.0.0/8',
      CHANNEL_ANSWER_MS: '1500',
      CHANNEL_STREAM_BYTES: String(2 * 1024 * 1024),
      CHANNEL_CONCURRENCY: '2',
      CHANNEL_FAILURES: '3',
      CHANNEL_REST_MS: '1000',
    });
    provider.trust((await exchange.call('GET', '/v1/channel-keys')).json);
  });
  afterAll(async () => {
    await exchange?.stop();
    await provider?.stop();
  });

  it('is not answered while its provider has registered nothing', async () => {
    const answer = await exchange.read<Problem>(RECORDS);
    expect([answer.status, answer.json.code]).toEqual([503, 'channel.no_endpoint']);
    const seen = await exchange.call('GET', ENDPOINT, { principal: officer('mzt') });
    expect(seen.json).toMatchObject({ status: 'NOT_REGISTERED', revision: 0, url: null });
  });

  it.each([
    ['another department', officer('gat'), {}, 404, 'request.not_found'],
    ['an officer in another post', officer('mzt', ['SUBMITTER']), {}, 403, 'access.role_required'],
    ['a system', principalOf('mzt-system', 'mzt'), {}, 403, 'access.role_required'],
    ['a node that is not listed', officer('mzt'), { url: 'https://other.example' }, 422, 'channel.node_not_listed'],
    ['an address', officer('mzt'), { url: 'http://127.0.0.1:5432' }, 422, 'channel.node_not_listed'],
    ['a query', officer('mzt'), { url: 'https://localhost/?a=1' }, 422, 'channel.node_not_listed'],
    ['an unknown field', officer('mzt'), { port: 1 }, 400, 'request.invalid'],
  ])('is not registered by or at %s', async (_what, by, over, status, code) => {
    const answer = await register({ url: provider.url, status: 'ACTIVE', ...over }, 0, by);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it('is registered only where it is a channel, and seen by nobody else', async () => {
    const hosted = await exchange.call<Problem>('PUT', '/v1/resources/203000-000001/endpoint', {
      principal: officer('mzt'),
      body: JSON.stringify({ url: provider.url, status: 'ACTIVE' }),
      headers: { 'content-type': 'application/json', 'if-match': '"0"' },
    });
    expect([hosted.status, hosted.json.code]).toEqual([422, 'channel.not_channel']);
    for (const by of [officer('gat'), principalOf('gat-system', 'gat')])
      expect((await exchange.call('GET', ENDPOINT, { principal: by })).status).toBe(404);
    const operator = officer('gat', ['PLATFORM_OPERATOR']);
    expect((await exchange.call('GET', ENDPOINT, { principal: operator })).status).toBe(200);
  });

  it('is listed for its provider, the operator and who oversees it, before anything is registered', async () => {
    const listed = async (by: Principal, query = '') => {
      const answer = await exchange.call<{ items: { resourceId: string; status: string }[]; next: string | null }>(
        'GET',
        `/v1/channel-endpoints${query}`,
        { principal: by },
      );
      return answer.json.items?.map(({ resourceId, status }) => `${resourceId} ${status}`) ?? answer.status;
    };
    for (const by of [officer('mzt'), officer('gat', ['PLATFORM_OPERATOR']), officer('gat', ['PROVINCIAL_AUTHORITY'])])
      expect(await listed(by)).toEqual(['elsewhere NOT_REGISTERED']);
    expect(await listed(officer('mzt'), '?circuit=OPEN')).toEqual([]);
    expect(await listed(officer('mzt'), '?cursor=forged')).toBe(400);
    for (const by of [officer('gat'), principalOf('gat-system', 'gat')]) expect(await listed(by)).toEqual([]);
  });

  it('is registered once by two at once, and says so in a fact', async () => {
    const both = await Promise.all([1, 2].map(() => register({ url: provider.url, status: 'ACTIVE' }, 0)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(both.find(({ status }) => status === 200)!.headers.get('etag')).toBe('"1"');
    revision = 1;
    const host = new URL(provider.url).host;
    expect(await exchange.said('exchange.endpoint-registered.v1')).toEqual([
      { resourceId: 'elsewhere', providerId: 'mzt', officerId: 'mzt-officer', revision: 1, host, status: 'ACTIVE' },
    ]);
  });

  it('[R12.7] is asked for the least, under a token for this provider, and a page leaves cut, filtered and masked again', async () => {
    await answers(({ body }, response) =>
      json(response, { items: [1, 2, 4].map((n) => cut(aRow(n), body.fields)), next: 'their-position' }),
    );
    const items = ['certNo', 'personName'];
    const answer = await exchange.read<{ items: object[]; next: string }>(
      `${RECORDS}?limit=3`,
      { items, rowFilter: HAIKOU, mask: { personName: 'name' } },
      { purpose: 'aid.check', touchedItems: [] },
    );
    // The first row is of another region: beyond the filter, whatever the provider thinks.
    expect(answer.json.items).toEqual([2, 4].map((n) => ({ certNo: keyOf(n), personName: '王**' })));
    expect(answer.headers.get('qt-rows')).toBe('2');
    expect(answer.headers.get('qt-delivery')).toMatch(/^inline:[^:]+:2:/);
    const [asked] = provider.asked;
    expect(asked!.body).toEqual({
      resourceId: 'elsewhere',
      fields: ['certNo', 'personName', 'regionCode'],
      filter: HAIKOU,
      sort: [],
      limit: 3,
      cursor: null,
    });
    expect(asked!.claims).toMatchObject({ aud: 'mzt', sub: 'elsewhere', purpose: 'aid.check', departmentId: 'mzj' });

    expect(answer.json.next).not.toContain('their-position');
    await exchange.read(
      `${RECORDS}?limit=3&cursor=${answer.json.next}`,
      { items, rowFilter: HAIKOU },
      { touchedItems: [] },
    );
    expect(provider.asked[1]!.body['cursor']).toBe('their-position');
    const other = await exchange.read<Problem>(
      `${RECORDS}?limit=3&cursor=${answer.json.next}`,
      {},
      { departmentId: 'gat' },
    );
    expect(other.json.code).toBe('request.bad_cursor');
  });

  it('answers by key, and a row beyond the filter as one that does not exist', async () => {
    await answers(({ body }, response) => json(response, { items: [cut(aRow(1), body.fields)], next: null }));
    const found = await exchange.read(`${RECORDS}/${keyOf(1)}`, { items: ['certNo', 'status'] });
    expect(found.json).toEqual({ certNo: keyOf(1), status: '1' });
    const beyond = await exchange.read<Problem>(`${RECORDS}/${keyOf(1)}`, { rowFilter: HAIKOU });
    expect([beyond.status, beyond.json.code]).toEqual([404, 'request.not_found']);
    // The provider answers with somebody else.
    const other = await exchange.read<Problem>(`${RECORDS}/${keyOf(2)}`);
    expect([other.status, other.json.code]).toEqual([404, 'request.not_found']);
  });

  it('[R14.7] verifies without telling the provider what is claimed', async () => {
    await answers(({ body }, response) => json(response, { items: [cut(aRow(1), body.fields)], next: null }));
    const verify = (status: string) =>
      exchange.read(
        `${RECORDS}:verify`,
        {},
        { action: 'verify', body: { key: { certNo: keyOf(1) }, values: { status } } },
      );
    expect((await verify('1')).json).toEqual({ matches: true });
    expect((await verify('2')).json).toEqual({ matches: false });
    expect(provider.asked.map(({ body }) => [body.fields, JSON.stringify(body['filter'])])).toEqual(
      Array(2).fill([['certNo', 'status'], JSON.stringify({ all: [{ item: 'certNo', op: 'eq', value: keyOf(1) }] })]),
    );
  });

  it('streams row by row, with the hashes of what left stored and no row of it', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => aRow(n));
    await answers(({ body }, response) => {
      const text = ndjson(many.map((row) => cut(row, body.fields)));
      lines(response, text, { 'content-digest': digestOf(text) });
    });
    const items = ['certNo', 'fee'];
    const answer = await exchange.read(RECORDS, { items, rowFilter: HAIKOU }, { ndjson: true, touchedItems: [] });
    const rows = answer.text.trimEnd().split('\n').map((line) => JSON.parse(line) as object); // prettier-ignore
    expect(rows).toHaveLength(1_000);
    expect(rows[1]).toEqual({ certNo: keyOf(2), fee: '9.00' });
    const id = answer.headers.get('qt-delivery')!.split(':')[2]!;
    expect(await exchange.count(`delivery WHERE id = $1 AND outcome = 'complete' AND rows = 1000`, [id])).toBe(1);
    expect(await exchange.count(`record WHERE resource_id = 'elsewhere'`)).toBe(0);
  });

  const good = aRow(2);
  it.each<[string, Answering, number, string]>([
    ['points to an internal address', (_a, r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 502, 'channel.provider_redirects'],
    ['fails', (_a, r) => r.writeHead(500).end('secret trace'), 502, 'channel.provider_failed'],
    ['hangs up', (_a, r) => r.destroy(), 502, 'channel.provider_unreachable'],
    ['says nothing', () => undefined, 504, 'channel.provider_timeout'],
    ['stops half way', (_a, r) => void r.writeHead(200, { 'content-type': 'application/json', 'content-length': '900' }).write('{"items":[', () => r.destroy()), 502, 'channel.answer_broken_off'],
    ['falls silent half way', (_a, r) => r.writeHead(200, { 'content-type': 'application/json' }).write('{"items":['), 504, 'channel.provider_timeout'],
    ['lies about its digest', (_a, r) => json(r, { items: [good], next: null }, { 'content-digest': digestOf('other') }), 502, 'channel.answer_digest'],
    ['has a digest that nobody can check', (_a, r) => json(r, { items: [], next: null }, { 'content-digest': 'md5=:AAAA:' }), 502, 'channel.answer_invalid'],
    ['sends an item that was not asked for', (_a, r) => json(r, { items: [{ ...good, other: 1 }], next: null }), 502, 'channel.answer_invalid'],
    ['hides a value in a name', (_a, r) => json(r, { items: [{ ...good, 'J460000-1': 1 }], next: null }), 502, 'channel.answer_invalid'],
    ['drips', (_a, r) => drip(r), 504, 'channel.provider_timeout'],
    ['sends a wrong type', (_a, r) => json(r, { items: [{ ...good, copies: '2' }], next: null }), 502, 'channel.answer_invalid'],
    ['leaves out the key', (_a, r) => json(r, { items: [{ ...good, certNo: null }], next: null }), 502, 'channel.answer_invalid'],
    ['sends no object', (_a, r) => json(r, { items: ['row'], next: null }), 502, 'channel.answer_invalid'],
    ['sends no JSON', (_a, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"items":'), 502, 'channel.answer_invalid'],
    ['sends another form', (_a, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 502, 'channel.answer_invalid'],
    ['sends what is packed', (_a, r) => json(r, {}, { 'content-encoding': 'gzip' }), 502, 'channel.answer_invalid'],
    ['sends more rows than asked for', (_a, r) => json(r, { items: [aRow(2), aRow(4), aRow(6)], next: null }), 502, 'channel.answer_invalid'],
    ['sends an endless page', (_a, r) => endless(r, 'application/json', `{"items":[${JSON.stringify('x'.repeat(65_000))}`), 502, 'channel.answer_too_large'],
  ])('is refused clearly when the provider %s', async (_what, answering, status, code) => { // prettier-ignore
    await answers(answering);
    const answer = await exchange.read<Problem>(`${RECORDS}?limit=2`);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.text).not.toMatch(/王小明|secret trace|J460000/);
  }); // prettier-ignore

  it.each<[string, (text: string) => string, Record<string, string>]>([
    ['has a wrong row at its end', (text) => `${text}{"certNo":7}\n`, {}],
    ['has half a row at its end', (text) => `${text}{"certNo":"J4600`, {}],
    ['has a row larger than a row may be', (text) => `${text}{"remark":"${'x'.repeat(300_000)}"}\n`, {}],
    ['lies about its digest', (text) => text, { 'content-digest': digestOf('other') }],
  ])('is refused when a short stream %s, and reset when rows have left', async (_what, made, headers) => {
    for (const [rows, reset] of [
      [10, false],
      [1_500, true],
    ] as const) {
      // prettier-ignore
      await answers((_asked, response) => lines(response, made(ndjson(Array.from({ length: rows }, (_, n) => aRow(n)))), headers));
      const answer = await exchange.read<Problem>(RECORDS, {}, { ndjson: true }).catch(() => 'reset' as const);
      if (reset) expect(answer).toBe('reset');
      else expect((answer as { status: number }).status).toBe(502);
    }
    await until(() => exchange.count(`delivery WHERE closed_at IS NULL`).then((open) => open === 0));
  });

  it('is reset when a stream never ends, and the provider is let go', async () => {
    let closed = false;
    await answers((_asked, response) => {
      response.on('close', () => (closed = true));
      endless(response, 'application/x-ndjson', ndjson([good]));
    });
    expect(await exchange.read(RECORDS, {}, { ndjson: true }).catch(() => 'reset')).toBe('reset');
    await until(() => closed);
    // To ask for everything is the reader's doing; the endpoint goes on being called.
    expect((await health()).circuit).toBe('CLOSED');
  });

  it('rests after failures in a row, is tried by one, and answers again', async () => {
    await answers((_asked, response) => response.writeHead(500).end());
    for (let n = 0; n < 3; n++) expect((await exchange.read(RECORDS)).status).toBe(502);
    const resting = await exchange.read<Problem>(RECORDS);
    expect([resting.status, resting.json.code]).toEqual([503, 'channel.provider_resting']);
    expect(Number(resting.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(provider.asked).toHaveLength(3);
    expect(await health()).toMatchObject({ lastFailure: { code: 'channel.provider_failed' } });
    provider.answering = (_asked, response) => json(response, { items: [], next: null });
    await until(async () => (await exchange.read(RECORDS)).status === 200);
    expect((await health()).circuit).toBe('CLOSED');
  });

  it('is asked so many times at once and no more', async () => {
    const held: (() => void)[] = [];
    await answers((_asked, response) => held.push(() => json(response, { items: [], next: null })));
    const first = [exchange.read(RECORDS), exchange.read(RECORDS)];
    await until(() => held.length === 2);
    const third = await exchange.read<Problem>(RECORDS);
    expect([third.status, third.json.code]).toEqual([503, 'channel.provider_busy']);
    for (const answer of held) answer();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('is no longer asked when its provider suspends the endpoint or is another body', async () => {
    await answers((_asked, response) => json(response, { items: [], next: null }));
    const suspended = await register({ url: provider.url, status: 'SUSPENDED' }, revision);
    revision = suspended.json.revision;
    expect((await exchange.read<Problem>(RECORDS)).json.code).toBe('channel.no_endpoint');
    await answers((_asked, response) => json(response, { items: [], next: null }));
    expect((await exchange.read(RECORDS)).status).toBe(200);
    await exchange.state('policy.resources', aResource({ ...elsewhere, providerId: 'gat', version: 2 }));
    await until(async () => (await exchange.read(RECORDS)).status === 503);
    const seen = await exchange.call('GET', ENDPOINT, { principal: officer('gat') });
    expect(seen.json).toMatchObject({ providerId: 'gat', status: 'NOT_REGISTERED', url: null });
  });
});

describe('a name that leads inside [R13.4]', () => {
  it('is not called: the node’s addresses are others', async () => {
    const provider = await SampleProvider.start();
    const exchange = await TestExchange.start({ CHANNEL_NODES: 'localhost=10.0.0.0/8' });
    try {
      const registered = await exchange.call('PUT', ENDPOINT, {
        principal: officer('mzt'),
        body: JSON.stringify({ url: provider.url, status: 'ACTIVE' }),
        headers: { 'content-type': 'application/json', 'if-match': '"0"' },
      });
      expect(registered.status).toBe(200);
      const answer = await exchange.read<Problem>(RECORDS, { items: ALL });
      expect([answer.status, answer.json.code]).toEqual([502, 'channel.provider_address']);
      expect(provider.asked).toHaveLength(0);
    } finally {
      await exchange.stop();
      await provider.stop();
    }
  });
});

function endless(response: Parameters<Answering>[1], type: string, text: string): void {
  response.writeHead(200, { 'content-type': type });
  const go = (): void => {
    while (!response.destroyed && response.write(text));
  };
  response.on('drain', go);
  go();
}

/** A byte now and then, for ever. */
function drip(response: Parameters<Answering>[1]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
}
