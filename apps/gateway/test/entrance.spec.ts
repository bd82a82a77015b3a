import { createHash } from 'node:crypto';
import { aGrant, aResource } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

const PURPOSE = { purpose: 'social-aid.eligibility' };
const OPEN = '/v1/resources/102000-000001/records/A1';
const CONDITIONAL = '/v1/resources/203000-000001/records';

type Problem = {
  status: number;
  code: string;
  requirement?: string;
  article?: number;
  next: string;
  decisionId: string;
  about?: string[];
  reasons?: { code: string }[];
};

let gateway: RunningGateway;
let system: string;
beforeAll(async () => {
  gateway = await RunningGateway.start();
  system = await gateway.issuer.system('mzj-system');
});
afterAll(() => gateway.stop());

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as Problem;
};

describe('who enters', () => {
  it('[R14.6] nobody without a token', async () => {
    const response = await gateway.get(OPEN, null);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await problemOf(response)).toMatchObject({
      status: 401,
      code: 'token.missing',
      requirement: 'R14.6',
      article: 14,
    });
  });

  it.each([
    ['forged with another key', { signature: 'foreign' }, 'token.invalid'],
    ['unsigned', { signature: 'none' }, 'token.invalid'],
    ['signed by HMAC with the public key', { signature: 'public' }, 'token.invalid'],
    ['for another audience', { audience: 'elsewhere' }, 'token.invalid'],
    ['of another issuer', { issuer: 'http://127.0.0.1:9' }, 'token.invalid'],
    ['of another type', { typ: 'JWT' }, 'token.invalid'],
    ['without expiry', { without: ['exp'] }, 'token.invalid'],
    ['without id', { without: ['jti'] }, 'token.invalid'],
    ['that has expired', { issuedAt: 1_700_000_000 }, 'token.expired'],
  ] as const)('[R14.6] nobody with a token %s', async (_what, options, code) => {
    const response = await gateway.get(OPEN, await gateway.issuer.system('mzj-system', options));
    expect(await problemOf(response)).toMatchObject({ status: 401, code });
  });

  it('[R14.6] nobody who is not registered, whatever the issuer says', async () => {
    const response = await gateway.get(OPEN, await gateway.issuer.system('stranger'), PURPOSE);
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'access.caller_unknown' });
  });

  it('counts refusals before authentication instead of letting a stranger write the log', async () => {
    await until(() => gateway.recorded.some(({ type }) => type === 'access.unauthenticated-counted.v1'), 'a count');
  });
});

describe('a permitted read', () => {
  it('[R11.4] [R13.4] of an unconditional resource is answered at once, after its record', async () => {
    const response = await gateway.get(OPEN, system, PURPOSE);
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(body).toBe('{"certNo":"A1"}');
    const { type, record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
    expect(type).toBe('access.released.v1');
    expect(record).toMatchObject({
      outcome: 'released',
      basis: 'unconditional',
      requirement: 'R11.4',
      rows: 1,
      bytes: Buffer.byteLength(body),
      digest: createHash('sha256').update(body).digest('hex'),
      delivery: 'h1',
      status: 200,
      use: {
        systemId: 'mzj-system',
        departmentId: 'mzj',
        purpose: 'social-aid.eligibility',
        resourceId: '102000-000001',
      },
    });
  });

  it('[R14.7] reaches exchange with exactly the decision, for exactly this target', async () => {
    let seen: unknown;
    const usual = gateway.upstream;
    gateway.upstream = (request, response, claims) => {
      seen = claims;
      usual(request, response, claims);
    };
    await gateway.get(`${OPEN}?fields=certNo`, system, { ...PURPOSE, officer: 'li', 'matter-number': '%E6%B5%B7-7' });
    gateway.upstream = usual;
    expect(seen).toMatchObject({
      iss: 'gateway',
      method: 'GET',
      target: `${OPEN}?fields=certNo`,
      principal: { systemId: 'mzj-system', departmentId: 'mzj' },
      release: {
        decision: { effect: 'permit', obligations: { items: ['certNo'] } },
        use: { officerId: 'li', officerAsserted: true, matterNumber: '海-7' },
      },
    });
  });
});

describe('a read as of a moment', () => {
  it('[R13.4] [R14.7] names it in the release token and in the record', async () => {
    let seen: { release?: { use: { asOf?: string } } } = {};
    const usual = gateway.upstream;
    gateway.upstream = (request, response, claims) => {
      seen = claims as typeof seen;
      usual(request, response, claims);
    };
    const response = await gateway.get(`${OPEN}?asOf=2026-01-01T08:00:00%2B08:00`, system, PURPOSE);
    gateway.upstream = usual;
    expect(response.status).toBe(200);
    expect(seen.release?.use.asOf).toBe('2026-01-01T00:00:00.000Z');
    const { record } = await gateway.recordOf(response.headers.get('qt-decision-id')!);
    expect(record.use?.asOf).toBe('2026-01-01T00:00:00.000Z');
  });

  it('[R13.4] is refused before anything is decided when it is no moment', async () => {
    expect(await problemOf(await gateway.get(`${OPEN}?asOf=yesterday`, system, PURPOSE))).toMatchObject({
      status: 400,
      code: 'request.invalid',
    });
  });
});

describe('a refused read', () => {
  it('[R11.3] says why, by which article and what to do, and is on record before it is told', async () => {
    const response = await gateway.get(OPEN, await gateway.issuer.system('jyt-system'), PURPOSE);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 403, code: 'access.not_admitted', requirement: 'R11.3', article: 11 });
    expect(problem.next).toContain('Apply for first access');
    const { record } = await gateway.recordOf(problem.decisionId);
    expect(record).toMatchObject({
      outcome: 'refused',
      effect: 'deny',
      status: 403,
      reasons: expect.arrayContaining([{ code: 'access.not_admitted', requirement: 'R11.3', article: 11 }]),
    });
  });

  it('speaks Chinese unless asked otherwise', async () => {
    const response = await gateway.get(OPEN, await gateway.issuer.system('jyt-system'), {
      ...PURPOSE,
      'accept-language': '',
    });
    expect(JSON.stringify(await problemOf(response))).toMatch(/使用部门尚未获准接入/);
  });

  it('[R12.7] of a conditional resource needs a grant, then stays inside it', async () => {
    expect(await problemOf(await gateway.get(CONDITIONAL, system, PURPOSE))).toMatchObject({ code: 'access.no_grant' });
    await gateway.publisher.publish('policy.grants', aGrant({ id: 'g-inside' }));
    await until(
      async () => (await gateway.get(`${CONDITIONAL}?fields=granted`, system, PURPOSE)).status === 200,
      'the grant',
    );
    const beyond = await problemOf(
      await gateway.get(`${CONDITIONAL}?filter[personName]=x&fields=certNo`, system, PURPOSE),
    );
    expect(beyond).toMatchObject({ status: 403, code: 'access.items_beyond_grant', about: ['personName'] });
    await gateway.publisher.publish(
      'policy.grants',
      aGrant({ id: 'g-inside', version: 2, status: 'REVOKED', ground: 'misuse' }),
    );
    await until(
      async () => (await gateway.get(`${CONDITIONAL}?fields=granted`, system, PURPOSE)).status === 403,
      'the revocation',
    );
  });

  it('[R13.4] records a filter by its shape and hashes, never by its values', async () => {
    const secret = '460100199001011234';
    const response = await gateway.get(`${CONDITIONAL}?filter[idNumber]=${secret}`, system, PURPOSE);
    const { decisionId } = await problemOf(response);
    const { record } = await gateway.recordOf(decisionId);
    expect(record.filter).toMatch(/^idNumber\.eq#[\w-]{16}$/);
    expect(JSON.stringify(record)).not.toContain(secret);
  });

  it.each([
    ['an unknown parameter', `${CONDITIONAL}?colour=red`, 'request.invalid'],
    ['a bad operator', `${CONDITIONAL}?filter[certNo][like]=x`, 'request.invalid'],
    ['a matter number that is not encoded', OPEN, 'access.header_invalid'],
    ['a path nobody serves', '/v1/everything', 'request.not_found'],
  ])('answers %s clearly', async (_what, path, code) => {
    const headers = code === 'access.header_invalid' ? { ...PURPOSE, 'matter-number': '%E6%B5' } : PURPOSE;
    expect(await problemOf(await gateway.get(path, system, headers))).toMatchObject({ code });
  });
});

describe('a large answer', () => {
  const row = `${JSON.stringify({ certNo: 'A'.repeat(200) })}\n`;
  const streaming = { ...PURPOSE, accept: 'application/x-ndjson' };

  it('streams after its decision is on record, and is closed by a second record', async () => {
    const usual = gateway.upstream;
    gateway.upstream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'qt-delivery': 'd1' });
      response.end(row.repeat(2_000));
    };
    const response = await gateway.get('/v1/resources/102000-000001/records', system, streaming);
    const body = await response.text();
    gateway.upstream = usual;
    expect(body).toHaveLength(row.length * 2_000);
    const records = await gateway.recordsOf(response.headers.get('qt-decision-id')!, 2);
    expect(records.map(({ type }) => type)).toEqual(['access.release-started.v1', 'access.released.v1']);
    expect(records[1]!.record).toMatchObject({
      rows: 2_000,
      bytes: body.length,
      digest: createHash('sha256').update(body).digest('hex'),
      delivery: 'd1',
    });
  });

  it('[R14.7] is cut off within a second or so once it is no longer lawful', async () => {
    const usual = gateway.upstream;
    const timers: NodeJS.Timeout[] = [];
    gateway.upstream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(row.repeat(1_000));
      timers.push(setInterval(() => response.write(row), 20));
    };
    const response = await gateway.get('/v1/resources/102000-000001/records', system, streaming);
    const reading = response.text();
    await gateway.publisher.publish(
      'policy.resources',
      aResource({ id: '102000-000001', sharingType: 'UNCONDITIONAL', version: 2, status: 'SUSPENDED' }),
    );
    await expect(reading).rejects.toThrow();
    timers.forEach(clearInterval);
    gateway.upstream = usual;
    const records = await gateway.recordsOf(response.headers.get('qt-decision-id')!, 2);
    expect(records.map(({ type }) => type)).toEqual(['access.release-started.v1', 'access.aborted.v1']);
    await gateway.publisher.publish(
      'policy.resources',
      aResource({ id: '102000-000001', sharingType: 'UNCONDITIONAL', version: 3 }),
    );
    await until(async () => (await gateway.get(OPEN, system, PURPOSE)).status === 200, 'the resource again');
  });

  it('is on record as aborted when the caller leaves', async () => {
    const usual = gateway.upstream;
    let upstreamEnded = false;
    gateway.upstream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const timer = setInterval(() => response.write(row.repeat(100)), 5);
      response.on('close', () => {
        clearInterval(timer);
        upstreamEnded = true;
      });
    };
    const leave = new AbortController();
    const response = await fetch(`${gateway.url}/v1/resources/102000-000001/records`, {
      headers: { authorization: `Bearer ${system}`, ...streaming },
      signal: leave.signal,
    });
    leave.abort();
    const records = await gateway.recordsOf(response.headers.get('qt-decision-id')!, 2);
    gateway.upstream = usual;
    expect(records.map(({ type }) => type)).toEqual(['access.release-started.v1', 'access.aborted.v1']);
    await until(() => upstreamEnded, 'the end of the upstream');
  });
});

describe('the document of the API', () => {
  it('is open to anybody', async () => {
    const document = (await (await gateway.get('/v1/openapi.json', null)).json()) as { openapi: string; paths: object };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/v1/sharing-applications/{id}/consent');
  });
});

describe('the control plane', () => {
  it('[R14.7] refuses a role that may not, on record, and passes on a role that may', async () => {
    const officer = await gateway.issuer.officer('li');
    const send = (path: string) =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${officer}`, 'content-type': 'application/json' },
        body: '{}',
      });
    expect(await problemOf(await send('/v1/organisations'))).toMatchObject({
      status: 403,
      code: 'access.role_required',
    });
    let seen: unknown;
    const usual = gateway.upstream;
    gateway.upstream = (request, response) => {
      seen = request.url;
      usual(request, response, null);
    };
    expect((await send('/v1/sharing-applications')).status).toBe(200);
    gateway.upstream = usual;
    expect(seen).toBe('/v1/sharing-applications');
  });
});

describe('a projection that cannot be trusted', () => {
  it('[R14.7] is not decided on: a heartbeat from the future means that somebody is wrong about the time', async () => {
    gateway.publisher.pause();
    await gateway.publisher.beat(new Date(Date.now() + 60_000));
    await until(async () => (await gateway.get(OPEN, system, PURPOSE)).status === 503, 'indeterminate');
    const response = await gateway.get(OPEN, system, PURPOSE);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'access.policy_stale' });
  });

  it('[R14.6] [R14.7] calls nobody unknown, who may only not have been heard of yet', async () => {
    const response = await gateway.get(OPEN, await gateway.issuer.system('stranger'), PURPOSE);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'access.policy_stale' });
  });
});
