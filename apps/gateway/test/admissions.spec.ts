import type { OrganisationState } from '@qiongtong/contracts';
import { anOrganisation } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

const FREE = '/v1/resources/102000-000001/records';
const PURPOSE = { purpose: 'social-aid.eligibility' };
const row = `${JSON.stringify({ certNo: 'A'.repeat(200) })}\n`;
const PASSED = '2026-01-01T00:00:00.000Z';

/** What takes use away from a department, and the one reason with which it is refused from then on. */
const WITHOUT: readonly (readonly [string, Partial<OrganisationState>, string])[] = [
  ['an admission that is suspended', { admission: 'SUSPENDED' }, 'access.admission_suspended'],
  ['an admission that is revoked', { admission: 'REVOKED' }, 'access.admission_revoked'],
  ['an admission that was given up', { admission: 'NONE' }, 'access.not_admitted'],
  ['a pledge whose grace period is over', { pledgeValidUntil: PASSED }, 'access.pledge_outdated'],
];

describe('[R11.3] a department that uses', () => {
  let gateway: RunningGateway;
  let token: string;
  let version = 1;
  beforeAll(async () => {
    gateway = await RunningGateway.start();
    token = await gateway.issuer.system('mzj-system');
  });
  afterAll(() => gateway.stop());

  const become = (over: Partial<OrganisationState>) =>
    gateway.publisher.publish('policy.organisations', anOrganisation({ version: ++version, ...over }));
  const read = () => gateway.get(`${FREE}/A1`, token, PURPOSE);
  const reads = (status: number) => until(async () => (await read()).status === status, `${status} for the department`);

  it.each(WITHOUT)(
    'is refused with %s, told why and what to do, and answered again after it',
    async (_what, over, code) => {
      await become(over);
      await reads(403);
      const problem = (await (await read()).json()) as Record<string, unknown>;
      expect(problem).toMatchObject({ code, article: 11, about: ['mzj'], next: expect.stringMatching(/\w/) as string });
      await become({});
      await reads(200);
    },
  );

  it.each(WITHOUT)('loses the stream that is running with %s', async (_what, over) => {
    const usual = gateway.upstream;
    const timers: NodeJS.Timeout[] = [];
    gateway.upstream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(row.repeat(1_000));
      timers.push(setInterval(() => response.write(row), 20));
    };
    const stream = await gateway.get(FREE, token, { ...PURPOSE, accept: 'application/x-ndjson' });
    expect(stream.status).toBe(200);
    await become(over);
    await expect(stream.text()).rejects.toThrow();
    timers.forEach(clearInterval);
    gateway.upstream = usual;
    const records = await gateway.recordsOf(stream.headers.get('qt-decision-id')!, 2);
    expect(records.map(({ type }) => type)).toEqual(['access.release-started.v1', 'access.aborted.v1']);
    await become({});
    await reads(200);
  });
});
