import { createHash } from 'node:crypto';
import type { HopClaims, PermitState } from '@qiongtong/contracts';
import { aGrant, anOrganisation, aPermit, aResource, aStop } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

const ROWS = [
  { certNo: 'A1', registeredOn: '2026-01-05' },
  { certNo: 'A2', registeredOn: null },
];
const CSV = '\ufeffcertNo,registeredOn\r\nA1,2026-01-05\r\nA2,\r\n';
const LINES = ROWS.map((row) => `${JSON.stringify(row)}\n`).join('');

let gateway: RunningGateway;
let asked: HopClaims[] = [];
let lines = LINES;
beforeAll(async () => {
  gateway = await RunningGateway.start();
  gateway.upstream = (_request, response, claims) => {
    if (claims) asked.push(claims);
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'qt-delivery': 'stream:k:d1' });
    response.end(lines);
  };
});
afterAll(() => gateway.stop());
beforeEach(() => {
  asked = [];
  lines = LINES;
});

const open = (path: string, headers: Record<string, string> = {}) =>
  gateway.get(`/public/releases${path}`, null, headers);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

let permits = 0;
/** A permit that the gateway knows: its id. */
async function permitted(over: Partial<PermitState> = {}): Promise<string> {
  const id = over.id ?? `p${String(++permits).padStart(3, '0')}`;
  await gateway.publisher.publish('policy.permits', aPermit({ ...over, id }));
  await until(async () => (await open(`/${id}`)).status !== 404, `the permit ${id}`);
  return id;
}
const changed = (id: string, over: Partial<PermitState>) =>
  gateway.publisher.publish('policy.permits', aPermit({ version: 2, ...over, id }));
const ended = async (id: string) => {
  let response = await open(`/${id}/data?format=csv`);
  await until(async () => (response = await open(`/${id}/data?format=csv`)).status !== 200, `the end of ${id}`);
  return response;
};

describe('a release to society', () => {
  it('[R13.3] is read as CSV by anybody, exactly the permitted items, after its record', async () => {
    const id = await permitted({ publisherId: 'mzt' });
    const response = await open(`/${id}/data?format=csv`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.toString('utf8')).toBe(CSV);
    expect(asked).toMatchObject([
      {
        target: '/v1/resources/203000-000001/records',
        principal: { departmentId: 'mzt', officerId: null, systemId: null, roles: [] },
        release: {
          decision: { basis: 'permit', permitId: id, obligations: { items: ['certNo', 'registeredOn'] } },
          use: { departmentId: 'mzt', action: 'batch', officerId: null, systemId: null, address: null },
        },
      },
    ]);
    const { type, record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
    expect(type).toBe('access.released.v1');
    expect(record).toMatchObject({
      operation: 'GET /public/releases/:releaseId/data',
      outcome: 'released',
      basis: 'permit',
      permitId: id,
      providerId: 'mzt',
      requirement: 'R13.3',
      rows: 2,
      bytes: body.length,
      digest: createHash('sha256').update(body).digest('hex'),
      delivery: 'stream:k:d1',
      status: 200,
    });
    expect(record.decisionId).toBe(asked[0]!.release!.decisionId);
  });

  it('[R13.3] is read as JSON', async () => {
    const response = await open(`/${await permitted()}/data`);
    expect(response.headers.get('content-type')).toMatch('application/json');
    expect(await response.json()).toEqual({ items: ROWS });
  });

  it('[R14.9] is fetched once for a while, and each answer has a record of its own', async () => {
    const id = await permitted();
    const [first, second] = [await open(`/${id}/data?format=csv`), await open(`/${id}/data?format=csv`)];
    expect(asked).toHaveLength(1);
    const decisions = [first, second].map((response) => response.headers.get('qt-decision-id')!);
    expect(new Set(decisions).size).toBe(2);
    for (const decision of decisions) expect((await gateway.recordOf(decision)).record).toMatchObject({ rows: 2 });
    expect(first.headers.get('cache-control')).toBe('public, max-age=60, must-revalidate');
    const etag = first.headers.get('etag')!;
    const again = await open(`/${id}/data?format=csv`, { 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  });

  it('[R13.3] is not kept outside for longer than it stands', async () => {
    const until = new Date(Date.now() + 20_000).toISOString();
    const id = await permitted({ period: { from: '2026-01-01', until } });
    const age = (await open(`/${id}/data`)).headers.get('cache-control')!;
    expect(Number(/max-age=(\d+)/.exec(age)![1])).toBeLessThanOrEqual(20);
  });

  it('[R13.3] ends for everybody as soon as the permit is withdrawn, copy or not', async () => {
    const id = await permitted();
    const etag = (await open(`/${id}/data?format=csv`)).headers.get('etag')!;
    await changed(id, { status: 'REVOKED' });
    const response = await ended(id);
    expect(response.status).toBe(410);
    expect(await codeOf(response)).toBe('publication.ended');
    expect((await open(`/${id}/data?format=csv`, { 'if-none-match': etag })).status).toBe(410);
    expect((await open(`/${id}`)).status).toBe(410);
    expect(JSON.stringify(await (await open('?limit=1000')).json())).not.toContain(`"${id}"`);
    expect(asked).toHaveLength(1);
  });

  it('[R13.3] ends by itself with its period', async () => {
    const until = new Date(Date.now() + 1_500).toISOString();
    const id = await permitted({ period: { from: '2026-01-01', until } });
    expect((await open(`/${id}/data?format=csv`)).status).toBe(200);
    expect((await ended(id)).status).toBe(410);
  });

  it('[R13.3] shows other items from the moment the permit names others', async () => {
    const id = await permitted();
    await open(`/${id}/data?format=csv`);
    await changed(id, { items: ['certNo'] });
    let text = '';
    await until(
      async () => !(text = await (await open(`/${id}/data?format=csv`)).text()).includes('registeredOn'),
      'fewer items',
    );
    expect(text).toBe('certNo\r\nA1\r\nA2\r\n');
  });

  it.each([
    ['of a form that is not permitted', '/data?format=json', 422, 'publication.form_not_permitted'],
    ['of a form nobody knows', '/data?format=xls', 400, 'request.invalid'],
    ['with a filter of the reader', '/data?format=csv&filter[certNo]=A1', 400, 'request.invalid'],
    ['with items of the reader', '/data?format=csv&fields=idNumber', 400, 'request.invalid'],
    ['of anything below it', '/data/certNo', 404, 'request.not_found'],
  ])('[R13.3] answers no question %s', async (_what, path, status, code) => {
    const id = await permitted({ forms: ['CSV'] });
    const response = await open(`/${id}${path}`);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
    expect(asked).toEqual([]);
  });

  it.each(['nobody', '%2e%2e%2fpolicy', 'p001%00'])('[R13.3] %s is no release', async (id) => {
    const response = await open(`/${id}/data`);
    expect([response.status, await codeOf(response)]).toEqual([404, 'publication.not_found']);
  });

  it('[R13.3] of a grant ends with the grant', async () => {
    await gateway.publisher.publish('policy.grants', aGrant({ id: 'gp' }));
    const id = await permitted({ publisherId: 'mzj', grantId: 'gp' });
    expect((await open(`/${id}/data?format=csv`)).status).toBe(200);
    await gateway.publisher.publish('policy.grants', aGrant({ id: 'gp', version: 2, status: 'REVOKED' }));
    const response = await ended(id);
    expect([response.status, await codeOf(response)]).toEqual([404, 'publication.not_found']);
  });

  it('[R13.3] ends with a stop on its resource, and is there again when that is lifted', async () => {
    await gateway.publisher.publish('policy.resources', aResource({ id: 'halted' }));
    const id = await permitted({ resourceId: 'halted' });
    const stop = aStop({ id: 'halt', target: 'resource', targetId: 'halted' });
    await gateway.publisher.publish('policy.stops', stop);
    expect((await ended(id)).status).toBe(404);
    await gateway.publisher.publish('policy.stops', { ...stop, version: 2, status: 'LIFTED' });
    await until(async () => (await open(`/${id}/data`)).status === 200, 'the release again');
  });

  it.each([
    ['withdrawn', { status: 'WITHDRAWN' }],
    ['put under a special regime', { specialRegime: 'GEOGRAPHIC_INFORMATION' }],
    ['no longer shared', { sharingType: 'NOT_SHARED' }],
  ] as const)('[R13.3] ends when its resource is %s', async (what, over) => {
    const resourceId = `r-${createHash('sha256').update(what).digest('hex').slice(0, 8)}`;
    await gateway.publisher.publish('policy.resources', aResource({ id: resourceId }));
    const id = await permitted({ resourceId });
    await gateway.publisher.publish('policy.resources', aResource({ id: resourceId, version: 2, ...over }));
    expect((await ended(id)).status).toBe(404);
  });

  it('[R14.9] is not given while exchange is away, nor its refusal taken for data', async () => {
    const id = await permitted();
    const usual = gateway.upstream;
    gateway.upstream = (_request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end('{"code":"inner.secret"}');
    };
    const response = await open(`/${id}/data`);
    gateway.upstream = usual;
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('inner');
    expect((await open(`/${id}/data`)).status).toBe(200);
  });

  it('[R13.3] too large to keep is streamed to each, counted and cut when the permit is withdrawn', async () => {
    const id = await permitted();
    const row = `${JSON.stringify({ certNo: 'x'.repeat(1000), registeredOn: null })}\n`;
    lines = row.repeat(3000);
    const response = await open(`/${id}/data?format=csv`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await response.arrayBuffer()).byteLength).toBe(24 + 3000 * 1003);
    const decision = response.headers.get('qt-decision-id')!;
    const records = await gateway.recordsOf(decision, 2);
    expect(records.map(({ record }) => [record.outcome, record.rows])).toEqual([
      ['release-started', null],
      ['released', 3000],
    ]);
    const usual = gateway.upstream;
    gateway.upstream = (_request, answer) => {
      answer.writeHead(200, { 'content-type': 'application/x-ndjson', 'qt-delivery': 'stream:k:d2' });
      const timer = setInterval(() => answer.write(row.repeat(100)), 20);
      answer.on('close', () => clearInterval(timer));
    };
    const cut = await open(`/${id}/data?format=csv`);
    gateway.upstream = usual;
    const reading = cut.text().then(
      () => 'whole',
      () => 'cut',
    );
    await changed(id, { status: 'REVOKED' });
    expect(await reading).toBe('cut');
    const [, closing] = await gateway.recordsOf(cut.headers.get('qt-decision-id')!, 2);
    expect(closing!.record.outcome).toBe('aborted');
  });
});

describe('the list of releases', () => {
  it('[R13.3] says what is released by whom, and nothing of rows, people or grants', async () => {
    const rowFilter = { item: 'idNumber', op: 'eq', value: '460100199001010011' } as const;
    const id = await permitted({ rowFilter, mask: { certNo: 'full' }, title: '可查', forms: ['CSV'] });
    const release = await (await open(`/${id}`)).json();
    expect(release).toEqual({
      id,
      title: '可查',
      purpose: '便利社会查询',
      publisher: { id: 'mzt', name: anOrganisation().name },
      provider: { id: 'mzt', name: anOrganisation().name },
      resource: { id: '203000-000001', name: '婚姻登记信息' },
      items: [
        { code: 'certNo', name: '证件编号', type: 'C', masked: true },
        { code: 'registeredOn', name: '登记日期', type: 'D', masked: false },
      ],
      rowsRestricted: true,
      period: aPermit().period,
      issuedAt: aPermit().issuedAt,
      data: [{ form: 'CSV', mediaType: 'text/csv', url: `/public/releases/${id}/data?format=csv` }],
    });
  });

  it('[R13.3] comes in pages, each release once, and a catalogue in DCAT has the same', async () => {
    await Promise.all([permitted(), permitted(), permitted()]);
    const ids: string[] = [];
    for (let path: string | null = '/public/releases?limit=2'; path !== null;) {
      const page = (await (await gateway.get(path, null)).json()) as { items: { id: string }[]; next: string | null };
      ids.push(...page.items.map(({ id }) => id));
      path = page.next;
    }
    expect(new Set(ids).size).toBe(ids.length);
    const response = await open('/catalog.jsonld?limit=1000');
    expect(response.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
    const catalogue = (await response.json()) as Record<string, unknown> & {
      'dcat:dataset': Record<string, unknown>[];
    };
    expect(catalogue['@type']).toBe('dcat:Catalog');
    expect(catalogue['dcat:dataset'].map((dataset) => dataset['dct:identifier'])).toEqual(ids);
    expect(catalogue['dcat:dataset'][0]).toMatchObject({
      '@type': 'dcat:Dataset',
      'dcat:distribution': expect.arrayContaining([
        expect.objectContaining({ '@type': 'dcat:Distribution', 'dct:format': 'CSV' }),
      ]),
    });
    const etag = response.headers.get('etag')!;
    expect((await open('/catalog.jsonld?limit=1000', { 'if-none-match': etag })).status).toBe(304);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=%00'])('is not asked for with %s', async (query) => {
    expect((await open(`?${query}`)).status).toBe(400);
  });

  it('[R13.3] is not open to anything but reading', async () => {
    const response = await fetch(`${gateway.url}/public/releases`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
  });
});

describe('a reader who asks too often', () => {
  it('[R13.3] is told to wait, and what is refused to strangers is recorded as counts', async () => {
    let response = await open('');
    for (let n = 0; n < 160 && response.status === 200; n++) response = await open('');
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    await until(() => gateway.recorded.some(({ type }) => type === 'access.public-refused-counted.v1'), 'a count');
  });
});
