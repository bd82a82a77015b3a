import { gzipSync } from 'node:zlib';
import type { BatchApplied, BatchRefused, SecretMarkingFound } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import type { BatchReport } from '../src/batches/batch.store';
import { ChangeStore } from '../src/changes/change.store';
import { aRelease, aRow, keyOf, ndjson, principalOf, RESOURCE, sha256, TestExchange, until } from './exchange';
import { aUse } from '@qiongtong/testing';

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => aRow(from + i));
const digestHeader = (body: string | Buffer) => ({ 'content-digest': `sha-256=:${sha256(body).toString('base64')}:` });

describe('a batch pushed by HTTP', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start({ ROW_BYTES: '65536', BATCH_ROWS: '250000' });
  });
  afterAll(() => exchange.stop());

  const stored = (resourceId = RESOURCE) => exchange.count('record WHERE resource_id = $1', [resourceId]);
  const problem = (body: unknown) => body as Problem;

  it('[R9.2] is applied whole, with its changes, its report and its fact', async () => {
    const body = ndjson(rows(0, 10));
    const { status, json } = await exchange.push<BatchReport>(body, { headers: digestHeader(body) });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      status: 'APPLIED',
      batchNo: 1,
      channel: 'REST',
      systemId: 'mzt-system',
      counts: { received: 10, inserted: 10, updated: 0, unchanged: 0, deleted: 0, quarantined: 0, replaced: 0 },
      digest: sha256(body).toString('hex'),
    });
    expect(await stored()).toBe(10);
    expect(await exchange.count('record_change WHERE batch_no = 1')).toBe(10);
    await until(async () => (await exchange.count('staged_row')) === 0);
    const [fact] = await exchange.said<BatchApplied['data']>('exchange.batch-applied.v1');
    expect(fact).toMatchObject({ batchNo: 1, rows: 10, counts: { inserted: 10 } });
    expect(JSON.stringify(fact)).not.toContain('王小明');
  });

  it('compares with what is there and records only what changed, the last row of a key counting', async () => {
    const body = [aRow(0), aRow(1, { fee: '1.00' }), aRow(1, { fee: '2.00' }), aRow(10)];
    const { json } = await exchange.push<BatchReport>(ndjson(body));
    expect(json.counts).toEqual({
      received: 4,
      inserted: 1,
      updated: 1,
      unchanged: 1,
      deleted: 0,
      quarantined: 0,
      replaced: 1,
    });
    const { rows: changes } = await exchange.pool.query(
      'SELECT before FROM record_change WHERE batch_no = $1 ORDER BY record_key',
      [json.batchNo],
    );
    expect(changes).toHaveLength(2);
    expect(changes[0]).toMatchObject({ before: { fee: '9.00' } });
    expect(changes[1]).toMatchObject({ before: null });
  });

  it('takes a JSON array, packed or not, and deletes by key', async () => {
    const array = gzipSync(JSON.stringify(rows(20, 23), null, 2));
    const pushed = await exchange.push<BatchReport>(array, {
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...digestHeader(array) },
    });
    expect(pushed.json.counts).toMatchObject({ received: 3, inserted: 3 });
    const keys = [{ certNo: keyOf(20) }, { certNo: keyOf(21) }, { certNo: 'nobody' }];
    const removed = await exchange.push<BatchReport>(ndjson(keys), { query: '?operation=delete' });
    expect(removed.json.counts).toMatchObject({ received: 3, deleted: 2, unchanged: 1 });
    expect(
      await exchange.count(`record_change WHERE batch_no = $1 AND before IS NOT NULL`, [removed.json.batchNo]),
    ).toBe(2);
  });

  it.each([
    ['a line that is no JSON', '{"certNo": ', '/2', 'line 2: is not JSON'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), '/2', 'line 2: is not JSON'],
    ['a row that is no object', '[1]', '/2', 'line 2: expected an object'],
    ['no key', JSON.stringify(aRow(50, { certNo: undefined })), '/2/certNo', 'line 2: is missing'],
    [
      'an empty key',
      JSON.stringify(aRow(50, { certNo: '' })),
      '/2/certNo',
      'line 2: expected text of at most 20 characters, not empty',
    ],
    [
      'an item the entry does not have',
      JSON.stringify(aRow(50, { colour: 'red' })),
      '/2/colour',
      'line 2: is no item here',
    ],
    ['a prototype key', '{"certNo":"x","__proto__":{"a":1}}', '/2/__proto__', 'line 2: is no item here'],
    [
      'a text that is too long',
      JSON.stringify(aRow(50, { regionCode: '4601000' })),
      '/2/regionCode',
      'line 2: expected text of at most 6 characters',
    ],
    [
      'a decimal as a number',
      JSON.stringify(aRow(50, { fee: 9.5 })),
      '/2/fee',
      'line 2: expected a decimal as text, at most 6 digits before and 2 after the point',
    ],
    [
      'too many digits',
      JSON.stringify(aRow(50, { fee: '9.501' })),
      '/2/fee',
      'line 2: expected a decimal as text, at most 6 digits before and 2 after the point',
    ],
    [
      'a date that does not exist',
      JSON.stringify(aRow(50, { registeredOn: '2023-02-29' })),
      '/2/registeredOn',
      'line 2: expected a date that exists, as YYYY-MM-DD',
    ],
    [
      'a value outside the code list',
      JSON.stringify(aRow(50, { status: '3' })),
      '/2/status',
      'line 2: expected one of the values of its code list',
    ],
    [
      'half a surrogate pair',
      '{"certNo":"x","personName":"\\ud800"}',
      '/2/personName',
      'line 2: has characters that no text may have',
    ],
    ['a NUL', '{"certNo":"x","personName":"\\u0000"}', '/2/personName', 'line 2: has characters that no text may have'],
  ])(
    '[R9.2] with %s is refused as a whole, naming line and item and no value',
    async (_what, bad, pointer, message) => {
      const before = await stored();
      const body = Buffer.concat([Buffer.from(ndjson([aRow(60)])), Buffer.from(bad), Buffer.from('\n')]);
      const { status, json } = await exchange.push(body);
      expect(status).toBe(422);
      expect(json).toMatchObject({
        code: 'exchange.rows_invalid',
        requirement: 'R9.2',
        errors: [{ pointer, message }],
      });
      expect(await stored()).toBe(before);
      await until(async () => (await exchange.count('staged_row')) === 0);
    },
  );

  it('tells the first hundred errors of many', async () => {
    const { json } = await exchange.push(ndjson(Array.from({ length: 5_000 }, () => ({ certNo: 1 }))));
    expect(problem(json).errors).toHaveLength(100);
    const refused = await exchange.said<BatchRefused['data']>('exchange.batch-refused.v1');
    expect(refused.at(-1)).toMatchObject({ code: 'exchange.rows_invalid', resourceId: RESOURCE });
  });

  it('[R9.2] sets bad rows aside when asked to, for download and repair by the provider alone', async () => {
    const body = `${ndjson([aRow(70)])}{"broken\n${ndjson([aRow(71, { status: '9' })])}`;
    const { status, json } = await exchange.push<BatchReport>(body, { query: '?onInvalid=quarantine' });
    expect(status).toBe(201);
    expect(json).toMatchObject({ status: 'QUARANTINED_PARTLY', counts: { received: 3, inserted: 1, quarantined: 2 } });

    const target = `/v1/resources/${RESOURCE}/batches/${json.id}`;
    const report = await exchange.call<BatchReport>('GET', target);
    expect(report.json).toEqual({ ...json, quality: [] });
    const download = await exchange.call('GET', `${target}/quarantine`);
    const lines = download.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { n: number; row: string; errors: object[] });
    expect(lines.map(({ n, row }) => [n, row])).toEqual([
      [2, '{"broken'],
      [3, JSON.stringify(aRow(71, { status: '9' }))],
    ]);
    expect(lines[1]!.errors).toEqual([{ pointer: '/status', message: 'expected one of the values of its code list' }]);

    const listed = await exchange.call<{ items: BatchReport[] }>('GET', `/v1/resources/${RESOURCE}/batches?limit=1`);
    expect(listed.json.items.map((batch) => batch.id)).toEqual([json.id]);
    for (const path of [target, `${target}/quarantine`, `/v1/resources/${RESOURCE}/batches`]) {
      const foreign = await exchange.call('GET', path, { principal: principalOf('gat-system', 'gat') });
      const unknown = await exchange.call('GET', path.replace(RESOURCE, 'no-such'), {
        principal: principalOf('gat-system', 'gat'),
      });
      expect([foreign.status, problem(foreign.json).code]).toEqual([404, 'request.not_found']);
      expect({ ...problem(foreign.json), traceId: '' }).toEqual({ ...problem(unknown.json), traceId: '' });
    }
  });

  it('[R9.2] a bad row near the end of a large batch is named, and nothing of the batch is stored unless it may be set aside', async () => {
    const [ROWS, BAD] = [200_000, 199_990];
    function* lines(): Generator<Buffer> {
      for (let from = 0; from < ROWS; from += 1_000)
        yield Buffer.from(
          ndjson(
            Array.from({ length: 1_000 }, (_, i) =>
              aRow(1_000_000 + from + i, from + i + 1 === BAD ? { status: '9' } : {}),
            ),
          ),
        );
    }
    const body = () => ReadableStream.from(lines()) as ReadableStream;
    const before = await stored('big');
    const refused = await exchange.push(body(), { resourceId: 'big' });
    expect([refused.status, problem(refused.json).errors]).toEqual([
      422,
      [{ pointer: `/${BAD}/status`, message: `line ${BAD}: expected one of the values of its code list` }],
    ]);
    expect(await stored('big')).toBe(before);
    const parted = await exchange.push<BatchReport>(body(), { resourceId: 'big', query: '?onInvalid=quarantine' });
    expect(parted.json.counts).toMatchObject({ received: ROWS, inserted: ROWS - 1, quarantined: 1 });
    await until(async () => (await exchange.count('staged_row')) === 0);
  }, 120_000);

  it.each([
    ['of another department’s resource', { resourceId: 'foreign' }, 403, 'access.not_provider'],
    ['by a system of another department', { systemId: 'gat-system', departmentId: 'gat' }, 403, 'access.not_provider'],
    ['by a system that is not registered', { systemId: 'stranger' }, 403, 'access.caller_unknown'],
    ['of a resource that does not exist', { resourceId: 'no-such' }, 404, 'access.resource_unknown'],
    ['of a resource that is not hosted', { resourceId: 'elsewhere' }, 403, 'access.not_provider'],
  ] as const)('[R9.2] is refused %s, whatever the gateway decided', async (_what, options, status, code) => {
    const answer = await exchange.push(ndjson([aRow(1)]), options);
    expect([answer.status, problem(answer.json).code]).toEqual([status, code]);
  });

  it('[R4.4] is refused without the gateway’s decision, or with one for something else', async () => {
    const target = `/v1/resources/${RESOURCE}/batches`;
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': 'k' };
    const use = aUse({ systemId: 'mzt-system', departmentId: 'mzt', resourceId: 'big', action: 'push' });
    for (const options of [
      {},
      { token: 'x' },
      { release: aRelease(use, {}, 'push') },
      { release: aRelease({ ...use, resourceId: RESOURCE, action: 'query' }, {}) },
    ]) {
      const answer = await exchange.call('POST', target, { ...options, headers, body: ndjson([aRow(1)]) });
      expect([answer.status, problem(answer.json).code]).toEqual([401, 'hop.invalid']);
    }
  });

  it.each([
    ['no idempotency key', { headers: { 'idempotency-key': '' } }, 400, 'request.idempotency_key_required'],
    ['an unknown parameter', { query: '?colour=red' }, 400, 'request.invalid'],
    ['another content type', { headers: { 'content-type': 'application/xml' } }, 415, 'request.unsupported_media_type'],
    ['another encoding', { headers: { 'content-encoding': 'br' } }, 415, 'request.unsupported_media_type'],
    ['a digest it cannot check', { headers: { 'content-digest': 'md5=:AAAA:' } }, 400, 'exchange.digest_malformed'],
    ['what gzip cannot unpack', { headers: { 'content-encoding': 'gzip' } }, 400, 'request.malformed'],
  ] as const)('is refused with %s', async (_what, options, status, code) => {
    const answer = await exchange.push(ndjson([aRow(1)]), options);
    expect([answer.status, problem(answer.json).code]).toEqual([status, code]);
  });

  it.each([
    [
      'a row larger than one may be',
      ndjson([aRow(1, { remark: 'x'.repeat(70_000) })]),
      'application/x-ndjson',
      413,
      'exchange.row_too_large',
    ],
    [
      'an element larger than one may be',
      `["${'x'.repeat(70_000)}"]`,
      'application/json',
      413,
      'exchange.row_too_large',
    ],
    ['no rows', '\n\n', 'application/x-ndjson', 422, 'exchange.batch_empty'],
    ['an empty array', ' [ ] ', 'application/json', 422, 'exchange.batch_empty'],
    ['an object where an array belongs', '{}', 'application/json', 400, 'request.malformed'],
    ['an array that does not end', '[{"certNo":"1"}', 'application/json', 400, 'request.malformed'],
    ['a comma too many', '[{"certNo":"1"},]', 'application/json', 400, 'request.malformed'],
    ['something after the array', '[] []', 'application/json', 400, 'request.malformed'],
  ])('is refused with %s', async (_what, body, type, status, code) => {
    const answer = await exchange.push(body, { headers: { 'content-type': type } });
    expect([answer.status, problem(answer.json).code]).toEqual([status, code]);
    await until(async () => (await exchange.count('staged_row')) === 0);
  });

  it('[R9.2] is refused when what arrived is not what the digest says; the same key then takes the right bytes', async () => {
    const body = ndjson([aRow(80)]);
    const before = await stored();
    const key = 'digest-1';
    const wrong = await exchange.push(`${body}\n`, { key, headers: digestHeader(body) });
    expect([wrong.status, problem(wrong.json).code]).toEqual([422, 'exchange.digest_mismatch']);
    expect(await stored()).toBe(before);
    expect((await exchange.push(body, { key, headers: digestHeader(body) })).status).toBe(201);
  });

  it('has one effect and one answer under one idempotency key, and another body under it is refused', async () => {
    const body = ndjson([aRow(90)]);
    const key = 'again-1';
    const first = await exchange.push<BatchReport>(body, { key });
    const again = await exchange.push<BatchReport>(body, { key });
    expect(again.json).toEqual(first.json);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await exchange.push(ndjson([aRow(91)]), { key });
    expect([other.status, problem(other.json).code]).toEqual([422, 'request.idempotency_key_reused']);
    const otherWay = await exchange.push(body, { key, query: '?onInvalid=quarantine' });
    expect(problem(otherWay.json).code).toBe('request.idempotency_key_reused');
    const refusedTwice = [await exchange.push('{}', { key: 'bad-1' }), await exchange.push('{}', { key: 'bad-1' })];
    expect(refusedTwice.map(({ status, json }) => [status, problem(json).errors])).toEqual(
      Array.from({ length: 2 }, () => [422, [{ pointer: '/1/certNo', message: 'line 1: is missing' }]]),
    );
  });

  it('[R2.3] with a secrecy marking is stopped; only who, when and which rule is kept', async () => {
    const before = await stored();
    const marked = ['机密★', '\\u7edd\\u5bc6\\u2605'];
    for (const mark of marked) {
      const body = `${ndjson([aRow(95)])}{"certNo":"s","remark":"本件为${mark}10年"}\n`;
      const { status, json, text } = await exchange.push(body, { query: '?onInvalid=quarantine' });
      expect([status, problem(json).code]).toEqual([422, 'exchange.secret_marking']);
      expect(text).not.toContain('★10年');
    }
    expect(await stored()).toBe(before);
    for (const table of ['staged_row', "quarantined_row WHERE row LIKE '%★%'", "batch WHERE status = 'RECEIVING'"])
      expect(await exchange.count(table)).toBe(0);
    const found = await exchange.said<SecretMarkingFound['data']>('exchange.secret-marking-found.v1');
    expect(found).toEqual([
      { systemId: 'mzt-system', channel: 'REST', rule: 'secret-mark:SECRET' },
      { systemId: 'mzt-system', channel: 'REST', rule: 'secret-mark:TOP_SECRET' },
    ]);
  });

  it('that breaks off leaves nothing, and its key takes the whole one later', async () => {
    const key = 'broken-1';
    const half = new ReadableStream({
      async pull(controller) {
        controller.enqueue(new TextEncoder().encode(ndjson([aRow(100)])));
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.error(new Error('the line is cut'));
      },
    });
    await exchange.push(half, { key }).catch(() => undefined);
    await until(async () => (await exchange.count("batch WHERE status = 'RECEIVING'")) === 0);
    expect((await exchange.push(ndjson([aRow(100), aRow(101)]), { key })).status).toBe(201);
  });

  it('goes on when its caller waits no longer, and its key has the outcome', async () => {
    const [key, body, impatience] = ['left-1', ndjson([aRow(110)]), new AbortController()];
    const holder = await exchange.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM resource_counter WHERE resource_id = $1 FOR UPDATE', [RESOURCE]);
      const left = exchange.push(body, { key, signal: impatience.signal }).catch((error: Error) => error.name);
      await until(async () => (await exchange.count(`pg_stat_activity WHERE wait_event_type = 'Lock'`)) > 0);
      impatience.abort();
      expect(await left).toBe('AbortError');
    } finally {
      await holder.query('COMMIT');
      holder.release();
    }
    await until(async () => (await exchange.count(`record WHERE record_key = $1`, [keyOf(110)])) === 1);
    const { status, headers } = await exchange.push(body, { key });
    expect([status, headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  });

  it('takes its number under the resource’s lock: batch order is commit order', async () => {
    const pushes = Array.from({ length: 12 }, (_, i) =>
      exchange.push<BatchReport>(ndjson([...rows(0, 50), aRow(1_000, { copies: i })]), { resourceId: 'order' }),
    );
    const reports = await Promise.all(pushes);
    const busy = reports.filter(({ status }) => status === 503);
    const applied = reports.filter(({ status }) => status === 201).map(({ json }) => json);
    expect(applied.length + busy.length).toBe(12);
    expect(applied.map(({ batchNo }) => batchNo).sort((a, b) => a! - b!)).toEqual(applied.map((_, i) => i + 1));
    // Each batch changed what the one before had left, and the last number is what is stored.
    const changes = (
      await exchange.service.app.get(ChangeStore).after('order', { batchNo: 0, key: '' }, 10_000)
    ).filter(({ key }) => key === keyOf(1_000));
    expect(changes[0]!.before).toBeNull();
    changes.slice(1).forEach(({ before }, i) => expect(before).toEqual(changes[i]!.after));
    const { rows: now } = await exchange.pool.query<{ payload: object }>(
      `SELECT payload FROM record WHERE resource_id = 'order' AND record_key = $1`,
      [keyOf(1_000)],
    );
    expect(now[0]!.payload).toEqual(changes.at(-1)!.after);
    expect(await exchange.count(`record_change WHERE resource_id = 'order'`)).toBe(50 + changes.length);
  });
});
