import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { withClient } from '@qiongtong/testing';
import { granted as grantedTo } from './journeys/asks';
import { DEPARTMENTS, ORGANS, reviewerOf, submitterOf, systemOf } from './province/bodies';
import { sealedFacts, typesOf } from './province/log';
import { Province } from './province/province';
import { admit, publish, push, register, registerSystem } from './province/registers';
import { MARRIAGES } from './province/resources';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const BY = { purpose: PURPOSE, officer: submitterOf('ybj') };
const EXPORTS = `/v1/resources/${MARRIAGES.id}/exports`;
const ROWS = 200_000;
const LEASE_MS = 2_000;

type Job = Readonly<{
  id: string;
  status: string;
  failure: string | null;
  rows: number;
  bytes: number;
  digest: string;
}>;

describe('a department that takes a resource home as a file', () => {
  let province: Province;
  const done = (by: string, path: string, body: object) => province.done(by, 'POST', path, body);
  const granted = (over: object) => grantedTo(province, MARRIAGES, PURPOSE, over);
  const call = async (by: 'ybj' | 'wjw', method: string, path: string, body?: object) =>
    province.call(await province.system(systemOf(by)), method, path, {
      body,
      headers: { ...BY, officer: submitterOf(by) },
    });
  const ask = async (body: object): Promise<Job> => {
    const key = randomUUID();
    return province.eventually('the export taken', async () => {
      const token = await province.system(systemOf('ybj'));
      const answer = await province.call(token, 'POST', EXPORTS, { body, headers: BY, key });
      return answer.status === 202 && (answer.body as Job);
    });
  };
  const see = async (id: string): Promise<Job> => (await call('ybj', 'GET', `${EXPORTS}/${id}`)).body as Job;
  const ready = (id: string) =>
    province.eventually('the file', async () => {
      const job = await see(id);
      if (job.status === 'FAILED') throw new Error(`the export failed: ${job.failure}`);
      return job.status === 'READY' && job;
    });
  const linkOf = async (id: string): Promise<string> =>
    String((await call('ybj', 'POST', `${EXPORTS}/${id}/links`, {})).body['link']);
  const download = async (link: string) => {
    const authorization = `Bearer ${await province.system(systemOf('ybj'))}`;
    return fetch(province.platform.gatewayUrl + link, { headers: { authorization, ...BY } });
  };
  const inExchange = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
    withClient(
      province.platform.databaseUrl('exchange'),
      async (client) => (await client.query(sql, values)).rows as T[],
    );
  const filesOf = (id: string): string[] => {
    const folder = province.platform.instance.path('exports');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(id)) : [];
  };

  beforeAll(async () => {
    province = await Province.start({
      name: 'journey-exports',
      env: { exchange: { EXPORT_LEASE_MS: String(LEASE_MS) } },
    });
    const departments = (['mzt', 'ybj', 'wjw'] as const).map((id) => DEPARTMENTS[id]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      admit(province, DEPARTMENTS.wjw),
      registerSystem(province, 'ybj'),
      registerSystem(province, 'wjw'),
      registerSystem(province, 'mzt', { provides: [MARRIAGES.id] }),
      publish(province, MARRIAGES),
    ]);
    await push(province, MARRIAGES);
  });
  afterAll(() => province?.stop());

  it('[R12.7] [R13.4] [R14.9] is given it by a link, once, with every byte on record before it leaves', async () => {
    await granted({ items: ['certNo', 'status'], actions: ['download'] });
    const job = await ready((await ask({ format: 'CSV', fields: ['certNo', 'status'], bom: true })).id);
    const link = await linkOf(job.id);
    const answer = await download(link);
    const file = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, createHash('sha256').update(file).digest('hex')]).toEqual([200, job.digest]);
    expect(answer.headers.get('content-disposition')).toContain(`${job.id}.csv`);
    expect(file.toString().trimEnd().split('\r\n').sort().at(-1)).toBe('\ufeffcertNo,status');
    const [record] = await sealedFacts(province, answer.headers.get('qt-decision-id')!, 'access.released.v1');
    expect(record!.data).toMatchObject({
      operation: 'GET /v1/resources/:resourceId/exports/:exportId/file',
      ...{ rows: 4, bytes: file.length, digest: job.digest },
      delivery: expect.stringMatching(/^stored:/) as string,
    });
    expect((await download(link)).status).toBe(410);
    const facts = await sealedFacts(province, job.id, 'exchange.export-redemption-refused.v1');
    expect(typesOf(facts)).toEqual(['export-asked', 'export-completed', 'export-link-issued', 'export-redeemed', 'export-redemption-refused']); // prettier-ignore
  });

  it('[R12.7] [R14.7] is not given more than was granted, and nobody else is given anything', async () => {
    const more = await call('ybj', 'POST', EXPORTS, { format: 'CSV', fields: ['personName'] });
    expect([more.status, more.body['code']]).toEqual([403, 'access.items_beyond_grant']);
    const job = await ready((await ask({ format: 'NDJSON', fields: 'granted' })).id);
    const link = await linkOf(job.id);
    const leaked = await call('wjw', 'GET', link);
    expect([leaked.status, leaked.body['code']]).toEqual([403, 'access.no_grant']);
    const bare = await fetch(province.platform.gatewayUrl + link);
    expect(bare.status).toBe(401);
    const other = { headers: { ...BY, purpose: 'medical-aid.other' } };
    const otherUse = await province.call(await province.system(systemOf('ybj')), 'GET', link, other);
    expect(otherUse.status).toBe(403);
    expect((await download(link)).status).toBe(200);
  });

  it('[R14.9] gets a whole file, made anew, when exchange is killed while it is written', async () => {
    const row = `jsonb_build_object('certNo', 'K' || n, 'status', '01', 'personName', repeat('名', 100), 'idNumber', '460100199001011234')`;
    await inExchange(`INSERT INTO record SELECT $1, 'K' || n, ${row}, 1, now() FROM generate_series(1, ${ROWS}) n`, [
      MARRIAGES.id,
    ]);
    const { id } = await ask({ format: 'CSV', fields: ['certNo', 'status'] });
    await province.eventually('the export running, with a part of its file', async () => {
      const [job] = await inExchange<{ status: string }>('SELECT status FROM export_job WHERE id = $1', [id]);
      if (job!.status === 'READY') throw new Error('it was made before it could be broken off');
      return job!.status === 'RUNNING' && filesOf(id).length > 0;
    });
    await province.platform.kill('exchange');
    const [left] = await inExchange<object>('SELECT status, attempt FROM export_job WHERE id = $1', [id]);
    expect(left).toEqual({ status: 'RUNNING', attempt: 1 });
    expect(filesOf(id)).toEqual([`${id}.1.part`]);
    await province.platform.restart('exchange');
    const job = await ready(id);
    expect(job.rows).toBe(ROWS + MARRIAGES.rows.length);
    expect(filesOf(id)).toEqual([`${id}.2`]);
    const answer = await download(await linkOf(id));
    const file = Buffer.from(await answer.arrayBuffer());
    expect(createHash('sha256').update(file).digest('hex')).toBe(job.digest);
    const keys = new Set(
      file
        .toString()
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[0]),
    );
    expect(keys.size).toBe(job.rows);
    const unclosed = await inExchange<{ n: number }>('SELECT count(*)::int AS n FROM delivery WHERE closed_at IS NULL');
    expect(unclosed[0]!.n).toBe(0);
  });

  it('[R12.7] loses the file when the grant is revoked, also while it is being downloaded', async () => {
    await inExchange(`UPDATE record SET payload = payload || jsonb_build_object('status', repeat('x', 400)) WHERE resource_id = $1`, [MARRIAGES.id]); // prettier-ignore
    const { items } = await province.done(reviewerOf('mzt'), 'GET', `/v1/grants?resourceId=${MARRIAGES.id}`);
    const { id } = await ready((await ask({ format: 'NDJSON', fields: ['certNo', 'status'] })).id);
    const answer = await download(await linkOf(id));
    const reader = answer.body!.getReader();
    await reader.read();
    const next = await linkOf(id);
    for (const grant of items as { id: string; status: string }[])
      await done(reviewerOf('mzt'), `/v1/grants/${grant.id}/revocation`, { ground: 'MISUSE', narrative: '超范围使用' });
    const facts = await sealedFacts(province, answer.headers.get('qt-decision-id')!, 'access.aborted.v1');
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow();
    expect(Number(facts.at(-1)!.data['bytes'])).toBeLessThan((await see(id)).bytes);
    await province.eventually('the file deleted', async () => filesOf(id).length === 0);
    const refused = await download(next);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      403,
      'access.grant_not_active',
    ]);
    const said = await sealedFacts(province, id, 'exchange.export-file-deleted.v1');
    expect(typesOf(said)).toContain('export-failed');
  });
});
