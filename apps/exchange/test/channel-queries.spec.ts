import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { HOP_HEADER, type Obligations, type Use } from '@qiongtong/contracts';
import type { Page, Problem } from '@qiongtong/platform';
import { aUse } from '@qiongtong/testing';
import { ExportUpkeep } from '../src/exports/export-upkeep';
import type { LinkView } from '../src/exports/exports.service';
import type { QueryView } from '../src/queries/query-view';
import { CallbackReceiver } from './callback-receiver';
import { aRelease, aRow, keyOf, ndjson, principalOf, TestExchange, until } from './exchange';
import { granting } from './granting';
import { digestOf, lines, SampleProvider, type Asked } from './sample-provider';

jest.setTimeout(120_000);

const ITEMS = ['certNo', 'personName', 'regionCode'];
const RESOURCE = 'elsewhere';
const PATH = `/v1/resources/${RESOURCE}/queries`;
const HAIKOU = { item: 'regionCode', op: 'eq', value: '460100' } as const;
const MINE = principalOf('mzj-system', 'mzj');
const OTHERS = principalOf('gat-system', 'gat');
const PROVIDER = { ...principalOf('none', 'mzt'), kind: 'officer', officerId: 'li', systemId: null, roles: ['RESPONSIBLE_OFFICER'] } as const; // prettier-ignore
type Answered = QueryView & Pick<Problem, 'code'>;

describe('a query that its provider answers in its own time [R9.3]', () => {
  let exchange: TestExchange;
  let provider: SampleProvider;
  let receiver: CallbackReceiver;
  let keys = 0;
  let revision = 0;

  const grant = granting(() => exchange, { resourceId: RESOURCE, items: ITEMS, actions: ['batch'] });
  const releaseOf = (over: Partial<Use> = {}, obligations: Partial<Obligations> = {}) => {
    const use = aUse({
      resourceId: RESOURCE,
      action: 'batch',
      items: ITEMS,
      touchedItems: ['regionCode', 'certNo'],
      ...over,
    });
    return aRelease(use, { items: ITEMS, ...obligations }, 'grant', 'g1');
  };
  const ask = (body: object = {}, { key = `ask-${++keys}`, path = PATH, ...over }: Partial<Use> & { key?: string; path?: string } = {}) =>
    exchange.call<Answered>('POST', path, {
      principal: MINE,
      release: releaseOf(over),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    }); // prettier-ignore
  const asked = async (body?: object): Promise<string> => {
    const { status, json, headers } = await ask(body);
    expect([status, headers.get('location')]).toEqual([202, `/v1/queries/${json.id}`]);
    return json.id;
  };
  const see = async (id: string, by = MINE) =>
    (await exchange.call<Answered>('GET', `/v1/queries/${id}`, { principal: by })).json;
  const ended = async (id: string): Promise<Answered> => {
    await until(async () => !['QUEUED', 'RUNNING'].includes((await see(id)).status));
    return see(id);
  };
  const act = <T = Answered>(id: string, what: string, by: typeof MINE = MINE) =>
    exchange.call<T>('POST', `/v1/queries/${id}/${what}`, {
      principal: by,
      headers: { 'idempotency-key': `act-${++keys}` },
    });
  const linkOf = async (id: string): Promise<string> => (await act<LinkView>(id, 'links')).json.link;
  /** A link, redeemed as the gateway would pass it on. */
  const redeem = async (link: string, over: Partial<Use> = {}) => {
    const { hop } = exchange.hopFor('GET', link, releaseOf({ items: null, touchedItems: [], ...over }));
    const answer = await fetch(exchange.service.url + link, { headers: { [HOP_HEADER]: hop } });
    const text = await answer.text();
    const code = answer.ok ? null : (JSON.parse(text) as Problem).code;
    return { status: answer.status, headers: answer.headers, text, code };
  };
  const factsOf = async (id: string): Promise<string[]> => {
    const sql = `SELECT headers ->> 'ce_type' AS type FROM outbox WHERE key = $1 ORDER BY id`;
    const { rows } = await exchange.pool.query<{ type: string }>(sql, [id]);
    return rows.map(({ type }) => type.replace(/^exchange\.(.*)\.v1$/, '$1'));
  };
  const cut = (row: Record<string, unknown>, { body }: Asked) =>
    Object.fromEntries(Object.entries(row).filter(([code]) => body.fields.includes(code)));
  const rows = (asked: Asked, ...ns: number[]) => ndjson(ns.map((n) => cut(aRow(n), asked)));
  const later = (response: ServerResponse, location?: string, seconds = 1): void =>
    void response.writeHead(202, { ...(location !== undefined && { location }), 'retry-after': `${seconds}` }).end();
  const retryNow = (id: string) =>
    exchange.pool.query(`UPDATE export_job SET leased_until = NULL WHERE id = $1 AND status = 'QUEUED'`, [id]);
  /** Registers anew, so that what an earlier test broke counts no more. */
  const register = async () => {
    const answer = await exchange.call<{ revision: number }>('PUT', `/v1/resources/${RESOURCE}/endpoint`, {
      principal: PROVIDER,
      body: JSON.stringify({ url: `${provider.url}/base`, status: 'ACTIVE' }),
      headers: { 'content-type': 'application/json', 'if-match': `"${revision}"` },
    });
    expect(answer.status).toBe(200);
    revision = answer.json.revision;
  };

  beforeAll(async () => {
    provider = await SampleProvider.start();
    const here = 'localhost=127.0.0.0/8|::1/128';
    exchange = await TestExchange.start({
      CHANNEL_NODES: here,
      WEBHOOK_NODES: `${here},inside.gov.example=10.0.0.0/8`,
      CHANNEL_ANSWER_MS: '1500',
      CHANNEL_STREAM_BYTES: String(64 * 1024),
      CHANNEL_FAILURES: '50',
      CHANNEL_CONCURRENCY: '3',
      EXPORT_LEASE_MS: '1000',
      EXPORTS_PER_DEPARTMENT: '1',
      QUERIES_PER_DEPARTMENT: '4',
    });
    const published = (await exchange.call('GET', '/v1/channel-keys')).json;
    provider.trust(published);
    receiver = await CallbackReceiver.start(published);
  });
  afterAll(async () => {
    await exchange?.stop();
    await receiver?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    await grant();
    await register();
    provider.asked.length = 0;
    provider.answering = (asked, response) => lines(response, rows(asked, 0, 2));
    receiver.answering = (response) => void response.writeHead(204).end();
  });
  afterEach(async () => {
    expect(receiver.forged).toBe(0);
    await exchange.pool.query(
      `UPDATE export_job SET status = 'CANCELLED', callback_due_at = NULL WHERE status IN ('QUEUED', 'RUNNING', 'READY')`,
    );
    await until(async () => {
      await exchange.service.app.get(ExportUpkeep).keep(new Date());
      return readdirSync(exchange.folder).length === 0;
    });
  });

  it('[R12.7] [R13.4] [R14.9] is ordered, told to have ended, and fetched by a link that opens once', async () => {
    const order = { filter: HAIKOU, fields: ITEMS, sort: ['certNo'], limit: 5, callbackUrl: receiver.url };
    const id = await asked(order);
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'DONE', failure: null, rows: 2, attempts: 1, askedBy: 'mzj-system' });
    expect(provider.asked[0]!.body).toMatchObject({ filter: HAIKOU, sort: [{ item: 'certNo' }], limit: 5 });
    await until(async () => (await see(id)).callback?.status === 'TOLD');
    expect(receiver.of(id)).toEqual([
      {
        id: `${id}.DONE`,
        said: {
          type: 'query.ended',
          jobId: id,
          resourceId: RESOURCE,
          status: 'DONE',
          failure: null,
          at: job.settledAt,
        },
      },
    ]);
    const link = await linkOf(id);
    expect(link).toContain(`${PATH}/${id}/answer?link=`);
    const answer = await redeem(link);
    const mine = [0, 2].map((n) => ({ certNo: keyOf(n), personName: '王小明', regionCode: '460100' }));
    expect([answer.status, answer.text]).toEqual([200, ndjson(mine)]);
    expect(answer.headers.get('content-digest')).toBe(digestOf(answer.text));
    expect(job.digest).toBe(createHash('sha256').update(answer.text).digest('hex'));
    expect(answer.headers.get('qt-delivery')).toMatch(/^stored:[^:]+:2:/);
    expect((await redeem(link)).code).toBe('export.link_spent');
    expect(await factsOf(id)).toEqual(['export-asked', 'export-completed', 'export-link-issued', 'export-redeemed', 'export-redemption-refused']); // prettier-ignore
    const [fact] = await exchange.said('exchange.export-asked.v1');
    expect(fact).toMatchObject({ kind: 'QUERY', callbackHost: 'localhost', use: { action: 'batch' } });
  });

  it('[R12.7] leaves cut, filtered and masked by what is decided when it runs', async () => {
    await grant({ rowFilter: HAIKOU, mask: { personName: 'name' } });
    provider.answering = (asked, response) => lines(response, rows(asked, 1, 2));
    const id = await asked({ fields: ['certNo', 'personName'] });
    expect((await ended(id)).rows).toBe(1);
    expect((await redeem(await linkOf(id))).text).toBe(ndjson([{ certNo: keyOf(2), personName: '王**' }]));
  });

  it('is asked for by a provider’s own job: 202, looked at with a token of its own until it is there', async () => {
    const looks: (string | undefined)[] = [];
    provider.answering = (asked, response, request) => {
      looks.push([request.method, request.url, request.headers['idempotency-key'], request.headers.prefer].join(' '));
      if (looks.length === 1) later(response, '/base/jobs/7?part=1');
      else if (looks.length === 2) later(response);
      else lines(response, ndjson([aRow(4)].map(({ certNo }) => ({ certNo }))));
    };
    const id = await asked({ fields: ['certNo'] });
    expect(await ended(id)).toMatchObject({ status: 'DONE', rows: 1, attempts: 1 });
    const look = `GET /base/jobs/7?part=1 ${id} `;
    expect(looks).toEqual([`POST /base/v1/records:query ${id} respond-async`, look, look]);
    expect(new Set(provider.asked.map(({ claims }) => claims['jti'])).size).toBe(3);
  });

  it.each([
    ['points inside', (r: ServerResponse) => later(r, 'http://169.254.169.254/latest/meta-data/'), 'channel.answer_invalid'],
    ['points beside its endpoint', (r: ServerResponse) => later(r, '/admin'), 'channel.answer_invalid'],
    ['points nowhere', (r: ServerResponse) => later(r), 'channel.answer_invalid'],
    ['redirects', (r: ServerResponse) => void r.writeHead(307, { location: 'http://10.0.0.1/' }).end(), 'channel.provider_redirects'],
    ['sends an item that was not asked for', (r: ServerResponse) => lines(r, ndjson([aRow(0)])), 'channel.answer_invalid'],
    ['lies about its digest', (r: ServerResponse) => lines(r, '', { 'content-digest': digestOf('other') }), 'channel.answer_digest'],
    ['sends without end', (r: ServerResponse) => lines(r, `${JSON.stringify({ certNo: 'J' })}\n`.repeat(6_000)), 'channel.answer_too_large'],
  ])('[R13.4] has failed when its provider %s, and nothing of it is kept', async (_what, answering, code) => {
    provider.answering = (_asked, response) => answering(response);
    const id = await asked({ fields: ['certNo'], callbackUrl: receiver.url });
    expect(await ended(id)).toMatchObject({ status: 'FAILED', failure: code, attempts: 1 });
    await until(() => receiver.of(id).length === 1);
    expect(receiver.of(id)[0]!.said).toMatchObject({ status: 'FAILED', failure: code });
    expect((await act<Problem>(id, 'links')).json.code).toBe('export.ended');
    expect(await factsOf(id)).toEqual(['export-asked', 'export-failed']);
    await until(() => readdirSync(exchange.folder).length === 0);
    expect(await exchange.count('delivery WHERE closed_at IS NULL')).toBe(0);
    expect(provider.asked).toHaveLength(1);
  }); // prettier-ignore

  it('asks a provider again that broke off half, was silent or not there, and not for ever', async () => {
    const ways: ((asked: Asked, response: ServerResponse) => void)[] = [
      (asked, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' });
        response.write(rows(asked, 0), () => response.destroy());
      },
      (_asked, response) => void response.writeHead(503).end(),
      () => undefined,
      (asked, response) => lines(response, rows(asked, 0, 2)),
    ];
    provider.answering = (asked, response) => ways[Math.min(provider.asked.length, 4) - 1]!(asked, response);
    const id = await asked();
    const hurry = setInterval(() => void retryNow(id), 200);
    try {
      expect(await ended(id)).toMatchObject({ status: 'DONE', rows: 2, attempts: 4 });
      provider.answering = (_asked, response) => void response.writeHead(500).end();
      const hopeless = await asked();
      const hurryToo = setInterval(() => void retryNow(hopeless), 200);
      const job = await ended(hopeless).finally(() => clearInterval(hurryToo));
      expect(job).toMatchObject({ status: 'FAILED', failure: 'channel.provider_failed', attempts: 5 });
    } finally {
      clearInterval(hurry);
    }
  });

  it('waits for a provider that is asked as much as it may be, and loses no attempt by it', async () => {
    let hangs = true;
    provider.answering = (asked, response) => {
      if (!hangs) lines(response, rows(asked, 0));
    };
    const reads = [1, 2, 3].map(() => exchange.read(`/v1/resources/${RESOURCE}/records?limit=1`));
    await until(() => provider.asked.length === 3);
    hangs = false;
    const id = await asked();
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual([504, 504, 504]);
    expect(provider.asked).toHaveLength(3);
    expect(await ended(id)).toMatchObject({ status: 'DONE', attempts: 1 });
  });

  it('[R12.7] ends with the grant, while its provider still asks for patience', async () => {
    provider.answering = (_asked, response) => later(response, '/base/jobs/1', 60);
    const id = await asked();
    await until(() => provider.asked.length === 1);
    await grant({ status: 'REVOKED' });
    const job = await ended(id);
    expect([job.status, job.failure]).toEqual(['FAILED', 'access.grant_not_active']);
    expect(provider.asked).toHaveLength(1);
  });

  it('[R12.7] [R14.7] is not given out after the grant has ended or changed, and its answer is deleted', async () => {
    const id = await asked();
    await ended(id);
    const link = await linkOf(id);
    await grant({ items: ['certNo'] });
    const answer = await redeem(link);
    expect([403, 410]).toContain(answer.status);
    expect(['export.no_longer_permitted', 'access.items_beyond_grant', 'export.ended']).toContain(answer.code);
    await until(() => readdirSync(exchange.folder).length === 0);
    expect((await see(id)).status).toBe('FAILED');
  });

  it('[R14.9] is kept for its time and then deleted', async () => {
    const id = await asked();
    const kept = new Date((await ended(id)).expiresAt!).getTime() - Date.now();
    expect(Math.round(kept / 60_000)).toBe(60);
    const link = await linkOf(id);
    await exchange.pool.query(`UPDATE export_job SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    expect((await redeem(link)).code).toBe('export.ended');
    await until(async () => (await factsOf(id)).at(-1) === 'export-file-deleted');
    expect([(await see(id)).status, readdirSync(exchange.folder)]).toEqual(['EXPIRED', []]);
  });

  it('ends after its time, however often its provider asks for patience', async () => {
    provider.answering = (_asked, response) => later(response, '/base/jobs/1');
    const id = await asked();
    await until(() => provider.asked.length >= 1);
    await exchange.pool.query(`UPDATE export_job SET asked_at = asked_at - interval '1 hour' WHERE id = $1`, [id]);
    await exchange.pool.query(`UPDATE export_job SET attempt = attempt + 1, leased_until = now() WHERE id = $1`, [id]);
    expect(await ended(id)).toMatchObject({ status: 'FAILED', failure: 'export.took_too_long' });
  });

  it('is begun anew when its runner is gone, under the same name', async () => {
    provider.answering = () => undefined;
    const id = await asked();
    await until(() => provider.asked.length === 1);
    provider.answering = (asked, response) => lines(response, rows(asked, 0));
    // Whoever ran it is dead to everybody: its lease is over, and the next attempt is somebody's else's.
    await exchange.pool.query(`UPDATE export_job SET leased_until = now() - interval '1 second' WHERE id = $1`, [id]);
    const job = await ended(id);
    expect([job.status, job.rows]).toEqual(['DONE', 1]);
    expect(job.attempts).toBeGreaterThan(1);
    expect((await factsOf(id)).filter((type) => type === 'export-completed')).toHaveLength(1);
  });

  it('[R13.1] is nothing to another department, and to another system of the same one only to be seen', async () => {
    const id = await asked();
    await ended(id);
    const nobodys = await exchange.call<Problem>('GET', '/v1/queries/nobodys', { principal: OTHERS });
    for (const [method, path] of [['GET', ''], ['POST', '/links'], ['POST', '/cancellation']] as const) {
      const answer = await exchange.call<Problem>(method, `/v1/queries/${id}${path}`, {
        principal: OTHERS,
        headers: { 'idempotency-key': `other-${++keys}` },
      });
      expect([answer.status, answer.json.code]).toEqual([nobodys.status, nobodys.json.code]);
    } // prettier-ignore
    const colleague = principalOf('mzj-other', 'mzj');
    expect((await act<Problem>(id, 'links', colleague)).json.code).toBe('export.of_another');
    expect((await act<Problem>(id, 'cancellation', colleague)).json.code).toBe('export.of_another');
    const link = await linkOf(id);
    expect((await redeem(link, { departmentId: 'gat' })).code).toBe('request.not_found');
    expect((await redeem(link, { purpose: 'other' })).code).toBe('export.other_use');
    // A query is no export, and an export is no query.
    expect((await exchange.call('GET', `/v1/resources/${RESOURCE}/exports/${id}`, { principal: MINE })).status).toBe(
      404,
    );
    const listed = async (by: typeof MINE) =>
      (await exchange.call<Page<QueryView>>('GET', '/v1/queries?limit=100', { principal: by })).json.items.map(
        (it) => it.id,
      );
    expect(await listed(MINE)).toContain(id);
    expect(await listed(OTHERS)).toEqual([]);
  });

  it('is cancelled while it waits, and its provider is asked no more', async () => {
    provider.answering = (_asked, response) => later(response, '/base/jobs/1');
    const id = await asked({ callbackUrl: receiver.url });
    await until(() => provider.asked.length >= 1);
    expect((await act(id, 'cancellation')).json.status).toBe('CANCELLED');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const looks = provider.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(provider.asked).toHaveLength(looks);
    expect(receiver.of(id)).toEqual([]);
  });

  it.each([
    ['an address', { callbackUrl: 'https://169.254.169.254/' }, 'query.callback_not_listed'],
    ['a node that is not listed', { callbackUrl: 'https://evil.example/' }, 'query.callback_not_listed'],
    ['credentials', { callbackUrl: 'http://user:word@localhost/' }, 'query.callback_not_listed'],
    ['something else', { callbackUrl: 1 }, 'request.invalid'],
    ['a position', { cursor: 'x' }, 'request.invalid'],
    ['an unknown field', { format: 'CSV' }, 'request.invalid'],
    ['too many rows', { limit: 1_001 }, 'request.invalid'],
    ['an item that was not decided on', { filter: { item: 'fee', op: 'eq', value: '1.00' } }, 'access.items_beyond_grant'],
  ])('[R13.4] is not ordered with %s', async (_what, body, code) => {
    expect((await ask(body)).json.code).toBe(code);
  }); // prettier-ignore

  it('is ordered once under one key, only of a channel, only under a release, and not without bound', async () => {
    provider.answering = (_asked, response) => later(response, '/base/jobs/1', 60);
    const twice = [await ask({}, { key: 'same' }), await ask({}, { key: 'same' })];
    expect(twice[0]!.json.id).toBe(twice[1]!.json.id);
    expect((await ask({ limit: 3 }, { key: 'same' })).status).toBe(422);
    const hosted = await ask({}, { path: '/v1/resources/big/queries', resourceId: 'big' });
    expect([hosted.status, hosted.json.code]).toEqual([409, 'query.not_channel']);
    expect((await ask({}, { action: 'query' })).json.code).toBe('hop.invalid');
    for (let n = 0; n < 3; n++) await asked();
    const more = await ask();
    expect([more.status, more.json.code]).toEqual([429, 'export.too_many']);
    // Two of one provider run at the same time; the others wait.
    await until(() => provider.asked.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await exchange.count(`export_job WHERE status = 'RUNNING'`)).toBe(2);
  });

  it('waits for two answers of one department’s receivers at most, so that others are told meanwhile', async () => {
    const held: ServerResponse[] = [];
    receiver.answering = (response) => void held.push(response);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push(await asked({ callbackUrl: receiver.url }));
    for (const id of ids) expect((await ended(id)).status).toBe('DONE');
    await until(() => held.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(held).toHaveLength(2);
    receiver.answering = (response) => void response.writeHead(204).end();
    for (const response of held) response.writeHead(204).end();
    await until(async () =>
      (await Promise.all(ids.map((id) => see(id)))).every((job) => job.callback?.status === 'TOLD'),
    );
    expect(ids.map((id) => receiver.of(id).length)).toEqual([1, 1, 1]);
  });

  it('tells again who did not listen, and never at an address inside', async () => {
    receiver.answering = (response) => void response.writeHead(307, { location: 'http://10.0.0.1/' }).end();
    const id = await asked({ callbackUrl: receiver.url });
    await until(async () => ((await see(id)).callback?.failures ?? 0) >= 1);
    expect((await see(id)).callback).toMatchObject({ status: 'DUE', lastFailure: 'status 307' });
    receiver.answering = (response) => void response.writeHead(200).end();
    await until(async () => (await see(id)).callback?.status === 'TOLD');
    expect(new Set(receiver.of(id).map((told) => told.id))).toEqual(new Set([`${id}.DONE`]));
    receiver.answering = (response) => void response.writeHead(410).end();
    const unwanted = await asked({ callbackUrl: receiver.url });
    await until(async () => (await see(unwanted)).callback?.status === 'GIVEN_UP');
    expect(receiver.of(unwanted)).toHaveLength(1);
  });
});
