import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { granted as grantedTo } from './journeys/asks';
import { DEPARTMENTS, ORGANS, responsibleOf, reviewerOf, submitterOf, systemOf } from './province/bodies';
import { sealedFacts } from './province/log';
import { DepartmentService } from './province/provider';
import { Province } from './province/province';
import { admit, publish, register, registerSystem } from './province/registers';
import { MARRIAGES, type Resource } from './province/resources';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const BY = { purpose: PURPOSE, officer: submitterOf('ybj') };
const TEXT = 'x'.repeat(20_000);
/** More than all buffers between the provider and a reader that does not read. */
const KEPT: Resource = {
  ...MARRIAGES,
  id: '203000-000006',
  name: '婚姻登记历史档案',
  items: [
    ...MARRIAGES.items,
    { code: 'text', name: '内容', type: 'M', key: false, required: false, sensitive: false, queryable: false },
  ],
  rows: Array.from({ length: 2_000 }, (_, n) => ({ ...MARRIAGES.rows[n % 4]!, certNo: `K${n}`, text: TEXT })),
};
const codes = KEPT.items.map(({ code }) => code);
const RECORDS = `/v1/resources/${KEPT.id}/records`;

describe('a department that keeps its data with itself', () => {
  let province: Province;
  let service: DepartmentService;
  const done = (by: string, path: string, body: object) => province.done(by, 'POST', path, body);
  const granted = (over: object) => grantedTo(province, KEPT, PURPOSE, { systems: [], ...over });

  beforeAll(async () => {
    province = await Province.start({
      name: 'journey-channel',
      env: { exchange: { CHANNEL_NODES: 'localhost=127.0.0.0/8|::1/128', EXPORT_LEASE_MS: '2000' } },
    });
    const departments = (['mzt', 'ybj'] as const).map((id) => DEPARTMENTS[id]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      registerSystem(province, 'ybj'),
      publish(province, KEPT, { deliveryMode: 'EXCHANGE_CHANNEL' }),
    ]);
    const keysUrl = `${province.platform.gatewayUrl}/v1/channel-keys`;
    service = await DepartmentService.start({ organisationId: 'mzt', items: codes, rows: KEPT.rows, keysUrl });
  });
  afterAll(async () => {
    await service?.stop();
    await province?.stop();
  });

  it('[R9.3] finds the contract, and its service conforms to it', async () => {
    const contract = await province.call(null, 'GET', '/v1/channel-contract');
    expect(contract.body).toMatchObject({ openapi: '3.1.0', paths: { '/v1/records:query': {} } });
    const folder = mkdtempSync(join(tmpdir(), 'conform-'));
    const port = await freePort();
    const keysUrl = `http://127.0.0.1:${port}/v1/channel-keys`;
    const few = { organisationId: 'mzt', items: codes, rows: KEPT.rows.slice(0, 3), keysUrl };
    const right = await DepartmentService.start(few);
    // The same, for another department, and with a value that is not of its type.
    const wrong = await DepartmentService.start({ ...few, rows: few.rows.map((row) => ({ ...row, status: 1 })) });
    try {
      const items = join(folder, 'items.json');
      writeFileSync(items, JSON.stringify(KEPT.items));
      const conform = (url: string) =>
        run([url, '--resource', KEPT.id, '--provider', 'mzt', '--items', items, '--port', String(port)]);
      const good = await conform(right.url);
      expect([good.code, good.output]).toEqual([0, expect.stringContaining('Conforms: 17 checks.')]);
      const bad = await conform(wrong.url);
      expect([bad.code, bad.output]).toEqual([1, expect.stringMatching(/WRONG {3}a page.*status is not of type C/)]);
      expect((await run([])).code).toBe(2);
    } finally {
      await right.stop();
      await wrong.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('[R9.1] [R13.4] registers where it answers, and is asked for what was granted and no more', async () => {
    await granted({ items: ['certNo', 'status'], actions: ['query', 'verify'] });
    await province.reads(systemOf('ybj'), `${RECORDS}/K1?fields=granted`, BY, 'channel.no_endpoint');
    const path = `/v1/resources/${KEPT.id}/endpoint`;
    const first = { headers: { 'if-match': '"0"' } };
    await province.done(responsibleOf('mzt'), 'PUT', path, { url: service.url, status: 'ACTIVE' }, first);
    const one = await province.reads(systemOf('ybj'), `${RECORDS}/K1?fields=granted`, BY, 200);
    expect(one.body).toEqual({ certNo: 'K1', status: '02' });
    const page = await province.reads(systemOf('ybj'), `${RECORDS}?fields=certNo&limit=3`, BY, 200);
    expect(page.body['items']).toEqual(['K0', 'K1', 'K2'].map((certNo) => ({ certNo })));
    const more = `${RECORDS}?fields=certNo&limit=3&cursor=${String(page.body['next'])}`;
    expect((await province.reads(systemOf('ybj'), more, BY, 200)).body['items']).toEqual(
      ['K3', 'K4', 'K5'].map((certNo) => ({ certNo })),
    );
    await province.reads(systemOf('ybj'), `${RECORDS}/K1?fields=personName`, BY, 'access.items_beyond_grant');
    await province.reads(systemOf('ybj'), `${RECORDS}/K9999?fields=granted`, BY, 404);
    expect(new Set(service.purposes)).toEqual(new Set([PURPOSE]));
    const [record] = await sealedFacts(province, one.headers.get('qt-decision-id')!, 'access.released.v1');
    expect(record!.data).toMatchObject({ rows: 1, delivery: expect.stringMatching(/^inline:/) as string });
    const seen = await province.done(responsibleOf('mzt'), 'GET', path);
    expect(seen).toMatchObject({ status: 'ACTIVE', revision: 1, health: { circuit: 'CLOSED', failuresInARow: 0 } });
  });

  it('[R12.7] [R13.4] [R14.9] is asked in its own time, also when exchange is killed meanwhile, and never after a revocation', async () => {
    const grantId = await granted({ items: ['certNo', 'status'], actions: ['batch'] });
    const call = async (method: string, path: string, body?: object) =>
      province.call(await province.system(systemOf('ybj')), method, path, { body, headers: BY, key: randomUUID() });
    const order = (patience: number) => {
      service.patience = patience;
      const body = { filter: { item: 'certNo', op: 'in', value: ['K1', 'K2'] }, fields: ['certNo', 'status'] };
      return province.eventually('the query taken', async () => {
        const answer = await call('POST', `/v1/resources/${KEPT.id}/queries`, body);
        return answer.status === 202 && String(answer.body['id']);
      });
    };
    const status = (id: string, wanted: string) =>
      province.eventually(`the query ${wanted}`, async () => {
        const { body } = await call('GET', `/v1/queries/${id}`);
        return body['status'] === wanted && body;
      });
    const id = await order(5);
    await status(id, 'RUNNING');
    await province.platform.kill('exchange');
    await province.platform.restart('exchange');
    expect(await status(id, 'DONE')).toMatchObject({ rows: 2, attempts: 2 });
    const link = async () => String((await call('POST', `/v1/queries/${id}/links`, {})).body['link']);
    const fetched = async (at: string) => {
      const authorization = `Bearer ${await province.system(systemOf('ybj'))}`;
      return fetch(province.platform.gatewayUrl + at, { headers: { authorization, ...BY } });
    };
    const once = await link();
    const answer = await fetched(once);
    expect(await answer.text()).toBe('{"certNo":"K1","status":"02"}\n{"certNo":"K2","status":"01"}\n');
    const [record] = await sealedFacts(province, answer.headers.get('qt-decision-id')!, 'access.released.v1');
    expect(record!.data).toMatchObject({
      operation: 'GET /v1/resources/:resourceId/queries/:queryId/answer',
      ...{ rows: 2, delivery: expect.stringMatching(/^stored:/) as string },
    });
    expect((await fetched(once)).status).toBe(410);
    const [later, running] = [await link(), await order(1_000)];
    await status(running, 'RUNNING');
    await done(reviewerOf('mzt'), `/v1/grants/${grantId}/revocation`, { ground: 'MISUSE', narrative: '超范围使用' });
    expect(await status(running, 'FAILED')).toMatchObject({ failure: 'access.grant_not_active' });
    expect((await fetched(later)).status).toBe(403);
    await status(id, 'FAILED');
  });

  it('[R12.7] and whose stream runs through a revocation is cut off, with what left on record', async () => {
    const id = await granted({ actions: ['batch'] });
    const stream = await province.eventually('the stream', async () => {
      const authorization = `Bearer ${await province.system(systemOf('ybj'))}`;
      const url = `${province.platform.gatewayUrl}${RECORDS}?fields=certNo,text`;
      const answer = await fetch(url, { headers: { authorization, accept: 'application/x-ndjson', ...BY } });
      if (answer.status === 200) return answer;
      await answer.text();
      return null;
    });
    const reader = stream.body!.getReader();
    await reader.read();
    await done(reviewerOf('mzt'), `/v1/grants/${id}/revocation`, { ground: 'MISUSE', narrative: '超范围使用' });
    const facts = await sealedFacts(province, stream.headers.get('qt-decision-id')!, 'access.aborted.v1');
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow();
    const { rows } = facts.at(-1)!.data as { rows: number };
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(KEPT.rows.length);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const command = resolve(__dirname, '../tools/conform/conform.mjs');
  return new Promise((ended) => {
    execFile(process.execPath, [command, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      ended({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}
