import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  anItem,
  aResource,
  PolicyPublisher,
  startPlatform,
  testInfrastructure,
  testIssuer,
  uniqueTopicPrefix,
  type Platform,
  type TestIssuer,
} from '@qiongtong/testing';

jest.setTimeout(240_000);

const RESOURCE = '102000-000001';
const SINCE = '2026-01-01';
const PURPOSE = { purpose: 'political-consultation.survey' };

let issuer: TestIssuer;
let platform: Platform;
let publisher: PolicyPublisher;
beforeAll(async () => {
  issuer = await testIssuer();
  platform = await startPlatform({
    name: `journey-access-${process.pid}`,
    topicPrefix: uniqueTopicPrefix(),
    infrastructure: testInfrastructure(),
    processes: ['authorisation', 'exchange', 'gateway'],
    env: { all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' } },
    // The entry stands in the catalogue already: what the catalogue would tell of it.
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      const items = [anItem({ code: 'uscc', length: '18', key: true, required: true }), anItem({ code: 'entName' })];
      await publisher.publish(
        'policy.resources',
        aResource({ id: RESOURCE, providerId: 'scjgj', sharingType: 'UNCONDITIONAL', items }),
      );
    },
  });
});
afterAll(async () => {
  await publisher?.stop();
  await platform?.remove();
  await issuer?.close();
});

type Answer = Readonly<{ status: number; body: Record<string, unknown> }>;

async function call(
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: object = {},
): Promise<Answer> {
  const answer = await fetch(platform.gatewayUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'accept-language': 'zh',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

/** A change made a moment ago is asked for again until the gateway knows of it. */
async function settled(what: string, ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (const end = Date.now() + 60_000; ;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${JSON.stringify(answer)}`);
    await sleep(100);
  }
}
const as = async (officerId: string, method: string, path: string, body?: unknown, headers?: object) => {
  const token = await issuer.officer(officerId);
  return settled(
    `${officerId} ${method} ${path}`,
    () => call(token, method, path, body, headers),
    ({ status }) => status < 300,
  );
};

/** Registered by the authority: the body, its officers, its unit, and what it is for. */
async function aBody(id: string, name: string, type: string, roles: Record<string, readonly string[]>): Promise<void> {
  const organisation = { id, name, type, level: 'PROVINCE', regionCode: '460000' };
  await as('gxt-admin', 'POST', '/v1/organisations', organisation);
  for (const [officerId, held] of Object.entries(roles))
    await as('gxt-admin', 'POST', '/v1/officers', {
      id: officerId,
      name: officerId,
      appointments: [{ organisationId: id, unit: '办公室', post: '干部', roles: held, from: SINCE }],
    });
  await as('gxt-admin', 'POST', `/v1/organisations/${id}/responsible-units`, {
    name: '办公室',
    head: '主任',
    contacts: [{ name: '值班室', phone: '0898-65300000' }],
    dutyText: '牵头落实共享工作',
    from: SINCE,
    appointmentDocument: `${id}〔2026〕1号`,
  });
}

/** Registered by the department and attested by the authority. */
async function aSystem(id: string, departmentId: string, provides: readonly string[] = []): Promise<string> {
  await as(`${departmentId}-head`, 'POST', '/v1/systems', { id, name: id, ownerId: departmentId, provides });
  await as('gxt-admin', 'POST', `/v1/systems/${id}/attestation`, { ownerId: departmentId, evidence: '现场核验' });
  return issuer.system(id);
}

describe('situation 10: 政协办公厅 comes to the platform for the first time', () => {
  let token: string;
  const read = (headers: object = PURPOSE) =>
    call(token, 'GET', `/v1/resources/${RESOURCE}/records?limit=1`, undefined, headers);
  const answers = (status: number) =>
    settled(
      `an answer ${status}`,
      () => read(),
      (answer) => answer.status === status,
    );

  beforeAll(async () => {
    await aBody('scjgj', '省市场监督管理局', 'ADMINISTRATIVE', { 'scjgj-head': ['RESPONSIBLE_OFFICER'] });
    await aBody('zx', '省政协办公厅', 'CPPCC', { 'zx-submitter': ['SUBMITTER'], 'zx-head': ['RESPONSIBLE_OFFICER'] });
    const duties = [
      { code: 'political-consultation', title: '政治协商', basis: '政协章程', purposes: [PURPOSE.purpose] },
    ];
    const { body } = await as('gxt-admin', 'GET', '/v1/organisations/zx');
    await as(
      'gxt-admin',
      'PUT',
      '/v1/organisations/zx/duties',
      { duties },
      { 'if-match': `"${String(body['revision'])}"` },
    );
    const source = await aSystem('scjgj-system', 'scjgj', [RESOURCE]);
    const push = () =>
      call(source, 'POST', `/v1/resources/${RESOURCE}/batches`, [{ uscc: '91460000MA5T000001', entName: '某公司' }]);
    await settled('a first batch', push, ({ status }) => status < 300);
    token = await aSystem('zx-system', 'zx');
  });

  it('[R11.3] and is refused what every department may use: it was never admitted', async () => {
    const refused = await settled(
      'its own system known',
      () => read(),
      ({ body }) => body['code'] === 'access.not_admitted',
    );
    expect(refused).toMatchObject({ status: 403, body: { article: 11, requirement: 'R11.3' } });
    // Also before a use is named, a text of the pledge is there to be read.
    const { body } = await as('zx-submitter', 'GET', '/v1/pledge-texts/current');
    expect(body).toMatchObject({ version: '2026-1', text: { zh: { confidentiality: expect.any(String) as string } } });
  });

  it('[R11.1] [R11.2] [R11.4] applies, pledges, is approved, and uses an unconditional resource at once', async () => {
    const pledge = {
      textVersion: '2026-1',
      signerName: '秘书长',
      signerPost: '负责人',
      acceptsSharingRules: true,
      acceptsConfidentiality: true,
    };
    const applied = await as('zx-submitter', 'POST', '/v1/access-applications', { statement: '协商议政调研', pledge });
    expect(applied.body).toMatchObject({ status: 'SUBMITTED', organisationId: 'zx' });
    const path = `/v1/access-applications/${String(applied.body['id'])}`;
    const own = await call(await issuer.officer('zx-submitter'), 'POST', `${path}/approval`, {});
    expect(own).toMatchObject({ status: 403, body: { code: 'access.role_required' } });
    await as('gxt-admin', 'POST', `${path}/review`, {});
    const approved = await as('gxt-admin', 'POST', `${path}/approval`, {});
    expect(approved.body).toMatchObject({ status: 'APPROVED' });
    const answer = await answers(200);
    expect(JSON.stringify(answer.body)).toContain('某公司');
    // For its own duty, and for nothing else.
    expect((await read({ purpose: 'advertising.contacts' })).body).toMatchObject({
      code: 'access.purpose_not_registered',
    });
  });

  it('[R11.5] is refused while its admission is suspended, and goes on after it', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await as('gxt-admin', 'POST', '/v1/admissions/zx/suspension', {
      ground: 'SECURITY_RISK',
      reason: '凭证外泄',
      until,
    });
    expect((await answers(403)).body).toMatchObject({ code: 'access.admission_suspended' });
    await as('gxt-admin', 'POST', '/v1/admissions/zx/resumption', {});
    await answers(200);
  });
});
