import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@qiongtong/testing';
import { BY_REST, startPushingWorld, type PushingWorld } from './pushing-world';

jest.setTimeout(300_000);

const ROWS = 60_000;
const PARTS = 6;

let world: PushingWorld | undefined;
beforeAll(async () => {
  world = await startPushingWorld('journey-uploads', ['exchange', 'gateway']);
});
afterAll(() => world?.stop());

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

it('[R9.2] a batch goes in parts through kills of exchange and gateway: who sends asks what is there, sends the rest, and it is applied once', async () => {
  const { platform, issuer } = world!;
  const token = await issuer.system('source', { expiresIn: 3600 });
  const base = `${platform.gatewayUrl}/v1/resources/${BY_REST}/uploads`;
  /** As a careful sender does: what has no answer, or one that says to come again, is asked again. */
  const call = async (method: string, url: string, body?: object | Buffer, headers: Record<string, string> = {}) => {
    for (let tries = 0; tries < 200; tries++, await sleep(200)) {
      const answer = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body: Buffer.isBuffer(body) ? new Uint8Array(body) : body && JSON.stringify(body),
      }).catch(() => null);
      if (!answer || answer.status >= 500 || answer.status === 429) continue;
      const json = (await answer.json().catch(() => null)) as Record<string, unknown> | null;
      if (json === null) continue;
      if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(json)}`);
      return json;
    }
    throw new Error(`${method} ${url}: in vain`);
  };

  const text = 'x'.repeat(90);
  const whole = Buffer.from(
    Array.from({ length: ROWS }, (_, i) => `${JSON.stringify({ no: `N${i}`, text })}\n`).join(''),
  );
  const cut = (n: number) => Math.floor((whole.length * n) / PARTS);
  const way = { contentType: 'application/x-ndjson' };
  const { id } = await call('POST', base, way, { 'idempotency-key': randomUUID() });
  const upload = `${base}/${String(id)}`;
  const send = (n: number) => {
    const part = whole.subarray(cut(n - 1), cut(n));
    return call('PUT', `${upload}/parts/${n}`, part, {
      'content-type': 'application/octet-stream',
      'content-digest': `sha-256=:${sha256(part).toString('base64')}:`,
    });
  };

  await Promise.all([1, 2, 4].map(send));
  await platform.kill('exchange');
  await Promise.all([platform.restart('exchange'), send(5)]);
  const { kept } = (await call('GET', upload)) as { kept: { n: number }[] };
  expect(kept.map(({ n }) => n)).toEqual([1, 2, 4, 5]);
  await platform.kill('gateway');
  await Promise.all([platform.restart('gateway'), send(3), send(6)]);

  const digest = sha256(whole).toString('hex');
  await call('POST', `${upload}/completion`, { parts: PARTS, digest });
  // While its rows are being read.
  await sleep(300);
  await platform.kill('exchange');
  await platform.restart('exchange');
  await call('POST', `${upload}/completion`, { parts: PARTS, digest });
  for (;;) {
    const { status, batch } = (await call('GET', upload)) as { status: string; batch: Record<string, unknown> };
    if (status === 'QUEUED' || status === 'RUNNING') {
      await sleep(200);
      continue;
    }
    expect([status, batch]).toMatchObject(['SETTLED', { status: 'APPLIED', digest, counts: { inserted: ROWS } }]);
    break;
  }
  const count = (sql: string) =>
    withClient(platform.databaseUrl('exchange'), async (client) => Number((await client.query(sql)).rows[0].n));
  expect(await count(`SELECT count(*) AS n FROM record WHERE resource_id = '${BY_REST}'`)).toBe(ROWS);
  expect(await count(`SELECT count(*) AS n FROM record_change WHERE resource_id = '${BY_REST}'`)).toBe(ROWS);
});
