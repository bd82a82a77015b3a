import { readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SecretMarkingFound } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import { aSystem, aUse } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import type { Part } from '../src/uploads/domain/upload';
import { UploadUpkeep } from '../src/uploads/upload-upkeep';
import type { UploadView, WholeUploadView } from '../src/uploads/uploads.service';
import { aRelease, aRow, keyOf, ndjson, principalOf, RESOURCE, sha256, TestExchange, until } from './exchange';

jest.setTimeout(60_000);

const PATH = `/v1/resources/${RESOURCE}/uploads`;
const NOBODYS = '00000000-0000-4000-8000-000000000000';
const HOUR_MS = 3_600_000;

type Told = Pick<Problem, 'code' | 'errors'>;

describe('a batch uploaded in parts', () => {
  let exchange: TestExchange;
  let keys = 0;
  beforeAll(async () => {
    exchange = await TestExchange.start({
      ...{ UPLOAD_PART_BYTES: '100000', BATCH_BYTES: '400000', UPLOADS_PER_SYSTEM: '40', UPLOAD_LEASE_MS: '1000' },
    });
  });
  afterAll(() => exchange.stop());

  type Asked = Readonly<{ systemId?: string; resourceId?: string; headers?: Record<string, string>; key?: string }>;
  const call = <T>(method: string, path: string, body: string | Buffer | ReadableStream, asked: Asked = {}) => {
    const { systemId = 'mzt-system', resourceId = RESOURCE, headers = {}, key = `upload-${++keys}` } = asked;
    const departmentId = systemId.split('-')[0]!;
    const use = aUse({ systemId, departmentId, resourceId, action: 'push', items: null, purpose: null, address: null });
    return exchange.call<T>(method, path, {
      principal: principalOf(systemId, departmentId),
      release: aRelease(use, { items: [] }, 'push'),
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      body,
    });
  };
  const open = (over: object = {}, asked: Asked = {}) =>
    call<UploadView & Told>('POST', PATH, JSON.stringify({ contentType: 'application/x-ndjson', ...over }), asked);
  const opened = async (over: object = {}): Promise<string> => {
    const { status, json } = await open(over);
    expect([status, json.status]).toEqual([201, 'OPEN']);
    return json.id;
  };
  const send = (id: string, n: number | string, bytes: string | Buffer, asked: Asked = {}) =>
    call<Part & Told>('PUT', `${PATH}/${id}/parts/${n}`, bytes, {
      ...asked,
      headers: {
        'content-type': 'application/octet-stream',
        'content-digest': `sha-256=:${sha256(bytes).toString('base64')}:`,
        ...asked.headers,
      },
    });
  const complete = (id: string, parts: number, over: object = {}) =>
    call<UploadView & Told>('POST', `${PATH}/${id}/completion`, JSON.stringify({ parts, ...over }));
  const see = async (id: string) => (await exchange.call<WholeUploadView>('GET', `${PATH}/${id}`)).json;
  const ended = async (id: string): Promise<WholeUploadView> => {
    await until(async () => !['QUEUED', 'RUNNING'].includes((await see(id)).status));
    return see(id);
  };
  const files = () => readdirSync(exchange.folder).filter((name) => name.startsWith('upload.'));
  const cutUp = (whole: Buffer, parts: number): Buffer[] =>
    Array.from({ length: parts }, (_, i) =>
      whole.subarray(Math.floor((whole.length * i) / parts), Math.floor((whole.length * (i + 1)) / parts)),
    );
  const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => aRow(from + i));

  it('[R9.2] takes parts in any order, tells which it has, and applies them as one batch with the id of the upload', async () => {
    const whole = gzipSync(ndjson(rows(0, 500)));
    const parts = cutUp(whole, 5);
    const id = await opened({ contentEncoding: 'gzip' });
    for (const i of [3, 0, 4, 1]) expect((await send(id, i + 1, parts[i]!)).status).toBe(200);
    expect((await see(id)).kept.map(({ n }) => n)).toEqual([1, 2, 4, 5]);
    const early = await complete(id, 5);
    expect([early.status, early.json.code, early.json.errors]).toEqual([
      ...[422, 'upload.incomplete'],
      [{ pointer: '/parts/3', message: 'is missing' }],
    ]);
    await send(id, 3, parts[2]!);
    const digest = sha256(whole).toString('hex');
    const answer = await complete(id, 5, { digest });
    expect([answer.status, answer.json.status]).toEqual([202, 'QUEUED']);
    const { status, batch, bytes } = await ended(id);
    expect([status, bytes]).toEqual(['SETTLED', whole.length]);
    expect(batch).toMatchObject({ id, status: 'APPLIED', digest, counts: { received: 500, inserted: 500 } });
    // Saying so again changes nothing.
    expect((await complete(id, 5, { digest })).status).toBe(202);
    expect(await exchange.count('batch WHERE id = $1', [id])).toBe(1);
    await exchange.service.app.get(UploadUpkeep).keep(new Date());
    expect(files()).toEqual([]);
  });

  it('takes a CSV snapshot, and a dry run that applies nothing', async () => {
    const sheet = `certNo,copies,status\n${keyOf(1)},1,1\n${keyOf(2)},2,1\n`;
    for (const [dryRun, outcome] of [
      [true, 'CHECKED'],
      [false, 'APPLIED'],
    ] as const) {
      const id = await opened({ contentType: 'text/csv; charset=utf-8', operation: 'snapshot', dryRun });
      await send(id, 1, sheet.slice(0, 30));
      await send(id, 2, sheet.slice(30));
      await complete(id, 2);
      expect((await ended(id)).batch).toMatchObject({ status: outcome, counts: { received: 2, deleted: 498 } });
    }
    expect(await exchange.count('record WHERE resource_id = $1', [RESOURCE])).toBe(2);
  });

  it('sends a part again without harm, and refuses another one under its number', async () => {
    const id = await opened();
    const line = ndjson([aRow(1)]);
    const [first, second] = await Promise.all([send(id, 1, line), send(id, 1, line)]);
    expect([first.json, second.json]).toEqual([first.json, first.json]);
    const other = await send(id, 1, ndjson([aRow(2)]));
    expect([other.status, other.json.code]).toEqual([409, 'upload.part_differs']);
    expect((await see(id)).kept).toHaveLength(1);
    expect(files().filter((name) => name.includes(id))).toHaveLength(1);
  });

  it.each([
    ['a digest of another kind', { 'content-digest': 'md5=:AAAA:' }, 400, 'exchange.digest_malformed'],
    [
      'another digest',
      { 'content-digest': `sha-256=:${sha256('x').toString('base64')}:` },
      422,
      'upload.part_digest_mismatch',
    ],
  ])('keeps nothing of a part with %s', async (_what, headers, status, code) => {
    const id = await opened();
    const answer = await send(id, 1, ndjson([aRow(1)]), { headers });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect((await see(id)).kept).toEqual([]);
    expect(files().filter((name) => name.includes(id))).toEqual([]);
  });

  it('takes no part without its digest', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await call<Told>('PUT', `${PATH}/${await opened()}/parts/1`, 'x', { headers });
    expect([answer.status, answer.json.code]).toEqual([400, 'upload.part_digest_required']);
  });

  it('keeps nothing of a part that is cut off', async () => {
    const id = await opened();
    const cut = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(Buffer.from(ndjson([aRow(1)])));
        controller.error(new Error('gone'));
      },
    });
    const headers = {
      'content-type': 'application/octet-stream',
      'content-digest': `sha-256=:${sha256('x').toString('base64')}:`,
    };
    await expect(call('PUT', `${PATH}/${id}/parts/1`, cut, { headers })).rejects.toThrow();
    await until(() => files().every((name) => !name.includes(id)));
    expect((await see(id)).kept).toEqual([]);
  });

  it('refuses a part that is too large, and one that makes the whole too large', async () => {
    const id = await opened();
    const large = await send(id, 1, Buffer.alloc(100_001, 32));
    expect([large.status, large.json.code]).toEqual([413, 'upload.part_too_large']);
    for (const n of [1, 2, 3, 4]) expect((await send(id, n, Buffer.alloc(100_000, 32))).status).toBe(200);
    const beyond = await send(id, 5, Buffer.alloc(1, 32));
    expect([beyond.status, beyond.json.code]).toEqual([413, 'upload.part_too_large']);
    await exchange.call('POST', `${PATH}/${id}/cancellation`);
  });

  it.each(['0', '-1', '1.5', 'x', '10001'])('has no part of the number %s', async (n) => {
    expect((await send(NOBODYS, n, 'x')).status).toBe(400);
  });

  it.each([
    ['a media type nobody knows', { contentType: 'application/xml' }, 415],
    ['a compression nobody knows', { contentEncoding: 'br' }, 400],
    ['a snapshot that sets rows aside', { operation: 'snapshot', onInvalid: 'quarantine' }, 422],
    ['a field nobody knows', { colour: 'red' }, 400],
  ])('is not opened with %s', async (_what, over, status) => {
    expect((await open(over)).status).toBe(status);
  });

  it('[R9.2] says of rows that are wrong where they stand, as any batch does, and applies none', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(900), aRow(901, { status: '7' })]));
    await complete(id, 1);
    const { status, batch } = await ended(id);
    expect(status).toBe('SETTLED');
    expect(batch).toMatchObject({ status: 'REFUSED', refusal: { code: 'exchange.rows_invalid' } });
    expect(await exchange.count('record WHERE record_key = $1', [keyOf(900)])).toBe(0);
  });

  it('applies nothing when the whole is not what its sender says it is', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(902)]));
    await complete(id, 1, { digest: sha256('something else').toString('hex') });
    expect((await ended(id)).batch).toMatchObject({
      status: 'REFUSED',
      refusal: { code: 'exchange.digest_mismatch' },
    });
  });

  it('[R2.3] keeps nothing of one with a secrecy marking, also when it is cut between two parts', async () => {
    const whole = Buffer.from(ndjson([aRow(903, { remark: '机密★启用前' })]));
    const at = whole.indexOf('密') + 1;
    const id = await opened();
    await send(id, 1, whole.subarray(0, at));
    await send(id, 2, whole.subarray(at));
    await complete(id, 2);
    const { status, failure, batch } = await ended(id);
    expect([status, failure, batch]).toEqual(['FAILED', 'exchange.secret_marking', null]);
    const facts = await exchange.said<SecretMarkingFound['data']>('exchange.secret-marking-found.v1');
    expect(facts.at(-1)).toMatchObject({ systemId: 'mzt-system' });
    await exchange.service.app.get(UploadUpkeep).keep(new Date());
    expect(files().filter((name) => name.includes(id))).toEqual([]);
  });

  it('is cancelled before it is complete; nothing more is taken, and its parts are gone', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(904)]));
    const { status, json } = await exchange.call<UploadView>('POST', `${PATH}/${id}/cancellation`);
    expect([status, json.status]).toEqual([200, 'CANCELLED']);
    expect((await send(id, 2, 'x')).json.code).toBe('upload.not_open');
    expect((await complete(id, 1)).json.code).toBe('upload.not_open');
    await exchange.service.app.get(UploadUpkeep).keep(new Date());
    expect(files().filter((name) => name.includes(id))).toEqual([]);
  });

  it('looks to others like one that does not exist', async () => {
    const id = await opened();
    const gat = { systemId: 'gat-system' };
    for (const answer of [
      await exchange.call<Problem>('GET', `${PATH}/${id}`, { principal: principalOf('gat-system', 'gat') }),
      await exchange.call<Problem>('POST', `${PATH}/${id}/cancellation`, {
        principal: principalOf('gat-system', 'gat'),
      }),
      await send(NOBODYS, 1, 'x'),
    ])
      expect([answer.status, answer.json.code]).toEqual([404, 'request.not_found']);
    const foreign = `/v1/resources/foreign/uploads/${id}/parts/1`;
    const asked = {
      ...gat,
      resourceId: 'foreign',
      headers: { 'content-digest': `sha-256=:${sha256('x').toString('base64')}:` },
    };
    expect((await call<Problem>('PUT', foreign, 'x', asked)).json.code).toBe('request.not_found');
    // Without the gateway's decision nothing is taken, whoever asks.
    const bare = await exchange.call<Problem>('POST', PATH, {
      headers: { 'content-type': 'application/json', 'idempotency-key': 'bare' },
      body: JSON.stringify({ contentType: 'text/csv' }),
    });
    expect(bare.json.code).toBe('hop.invalid');
  });

  it('[R14.7] is not taken when its system may no longer push', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(905)]));
    const system = { id: 'mzt-system', departmentId: 'mzt', ownerId: 'mzt', kafka: true } as const;
    const { index } = exchange.service.app.get(LivePolicy);
    await exchange.state('policy.systems', aSystem({ ...system, provides: ['big'], version: 2 }));
    await until(() => !index.system('mzt-system')!.provides.includes(RESOURCE));
    for (const answer of [await complete(id, 1), await send(id, 2, 'x'), await open()])
      expect([answer.status, answer.json.code]).toEqual([403, 'access.not_provider']);
    await exchange.state('policy.systems', aSystem({ ...system, provides: [RESOURCE, 'big', 'order'], version: 3 }));
    await until(() => index.system('mzt-system')!.provides.includes(RESOURCE));
    expect((await complete(id, 1)).status).toBe(202);
    expect((await ended(id)).batch).toMatchObject({ status: 'APPLIED' });
  });

  it('is read anew when its reader dies, also between the outcome of the batch and the word of it', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(906)]));
    // A reader that died at once: its lease runs out.
    await exchange.pool.query(
      `UPDATE upload SET status = 'RUNNING', attempt = 1, leased_until = clock_timestamp() + interval '300 ms' WHERE id = $1`,
      [id],
    );
    expect(await ended(id)).toMatchObject({ status: 'SETTLED', batch: { status: 'APPLIED' } });
    await exchange.pool.query(
      `UPDATE upload SET status = 'RUNNING', settled_at = NULL, leased_until = NULL WHERE id = $1`,
      [id],
    );
    expect(await ended(id)).toMatchObject({ status: 'SETTLED', batch: { status: 'APPLIED' } });
    expect(await exchange.count('batch WHERE id = $1', [id])).toBe(1);
  });

  it('fails, and says so, when its parts cannot be read again and again', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(907)]));
    for (const name of files()) if (name.includes(id)) rmSync(join(exchange.folder, name));
    await exchange.pool.query('UPDATE upload SET attempt = 5 WHERE id = $1', [id]);
    await complete(id, 1);
    expect(await ended(id)).toMatchObject({ status: 'FAILED', failure: 'service.failed', batch: null });
  });

  it('answers that it cannot keep a part while its folder is away, and takes it afterwards', async () => {
    const id = await opened();
    renameSync(exchange.folder, `${exchange.folder}-away`);
    writeFileSync(exchange.folder, 'no folder');
    const away = await send(id, 1, ndjson([aRow(908)]));
    rmSync(exchange.folder);
    renameSync(`${exchange.folder}-away`, exchange.folder);
    expect([away.status, away.json.code, away.headers.get('retry-after')]).toEqual([503, 'upload.not_kept', '30']);
    expect((await send(id, 1, ndjson([aRow(908)]))).status).toBe(200);
  });

  it('expires when nothing more comes, and files that nobody names are swept away', async () => {
    const id = await opened();
    await send(id, 1, ndjson([aRow(909)]));
    const upkeep = exchange.service.app.get(UploadUpkeep);
    const orphan = join(exchange.folder, `upload.${NOBODYS}.1.x`);
    writeFileSync(orphan, 'left behind');
    writeFileSync(`${orphan}2.part`, 'half');
    await upkeep.sweep(new Date());
    expect(files()).toContain(`upload.${NOBODYS}.1.x`);
    const old = new Date(Date.now() - 25 * HOUR_MS);
    for (const name of files()) utimesSync(join(exchange.folder, name), old, old);
    await upkeep.sweep(new Date());
    expect(files().filter((name) => name.includes(NOBODYS))).toEqual([]);
    expect(files().some((name) => name.includes(id))).toBe(true);
    await upkeep.keep(new Date(Date.now() + 25 * HOUR_MS));
    expect((await see(id)).status).toBe('EXPIRED');
    expect(files()).toEqual([]);
  });

  it('is one of a few of its system, and listed for its provider, the latest first', async () => {
    const all: string[] = [];
    for (;;) {
      const answer = await open();
      if (answer.status !== 201) {
        expect([answer.status, answer.json.code]).toEqual([429, 'upload.too_many']);
        break;
      }
      all.push(answer.json.id);
    }
    const page = await exchange.call<{ items: UploadView[]; next: string }>('GET', `${PATH}?limit=2`);
    expect(page.json.items.map(({ id }) => id)).toEqual([...all].reverse().slice(0, 2));
    const more = await exchange.call<{ items: UploadView[] }>('GET', `${PATH}?limit=2&cursor=${page.json.next}`);
    expect(more.json.items.map(({ id }) => id)).toEqual([...all].reverse().slice(2, 4));
  });
});
