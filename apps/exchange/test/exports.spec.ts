import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { HOP_HEADER, type GrantState, type Obligations, type Use } from '@qiongtong/contracts';
import { HmacSha256, type Page, type Problem } from '@qiongtong/platform';
import { aSystem, aUse } from '@qiongtong/testing';
import { KeyHasher } from '../src/deliveries/hash-keys';
import { ExportUpkeep } from '../src/exports/export-upkeep';
import type { ExportView, LinkView } from '../src/exports/exports.service';
import { LivePolicy } from '../src/policy/live-policy';
import { aRelease, aRow, keyOf, marriages, ndjson, principalOf, TestExchange, until } from './exchange';
import { granting } from './granting';

jest.setTimeout(60_000);

const ITEMS = ['certNo', 'personName', 'regionCode', 'fee', 'copies', 'remark'];
const EVERYTHING = marriages.items.map(({ code }) => code);
const PATH = '/v1/resources/big/exports';
const FIVE = [0, 1, 2, 3, 4].map((n) => aRow(n, { remark: 'plain' }));
const HAIKOU = { item: 'regionCode', op: 'eq', value: '460100' } as const;

describe('exports', () => {
  let exchange: TestExchange;
  let keys = 0;

  const use = (over: Partial<Use> = {}) => aUse({ resourceId: 'big', action: 'download', items: ITEMS, ...over });
  const releaseOf = (over: Partial<Use> = {}, obligations: Partial<Obligations> = {}) => {
    const named = use(over);
    return aRelease(named, { items: named.items ?? ITEMS, ...obligations }, 'grant', 'g1');
  };
  const mine = principalOf('mzj-system', 'mzj');
  const ask = <T = ExportView>(
    body: object = { format: 'NDJSON' },
    over: Partial<Use> & { key?: string; path?: string } = {},
  ) => {
    const { key = `ask-${++keys}`, path = PATH, ...named } = over;
    return exchange.call<T>('POST', path, {
      principal: mine,
      release: releaseOf(named),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
  };
  const see = async (id: string, by = mine, path = PATH) =>
    (await exchange.call<ExportView>('GET', `${path}/${id}`, { principal: by })).json;
  const ended = async (id: string, path = PATH): Promise<ExportView> => {
    await until(async () => !['QUEUED', 'RUNNING'].includes((await see(id, mine, path)).status));
    return see(id, mine, path);
  };
  const made = async (body?: object, over?: Partial<Use> & { path?: string }): Promise<ExportView> => {
    const asked = await ask(body, over);
    expect([asked.status, asked.text]).toEqual([202, expect.stringContaining('QUEUED')]);
    const job = await ended(asked.json.id, over?.path);
    expect([job.status, job.failure]).toEqual(['READY', null]);
    return job;
  };
  const linkOf = async (id: string, by = mine) =>
    exchange.call<LinkView & Pick<Problem, 'code'>>('POST', `${PATH}/${id}/links`, {
      principal: by,
      headers: { 'idempotency-key': `link-${++keys}` },
    });
  /** A link, redeemed as the gateway would pass it on. */
  const redeem = async (link: string, over: Partial<Use> = {}, obligations: Partial<Obligations> = {}) => {
    const { hop } = exchange.hopFor('GET', link, releaseOf({ items: null, ...over }, obligations));
    const answer = await fetch(exchange.service.url + link, {
      headers: { [HOP_HEADER]: hop, 'accept-language': 'en' },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const isProblem = (answer.headers.get('content-type') ?? '').includes('problem');
    const code = isProblem ? (JSON.parse(bytes.toString()) as Problem).code : null;
    return { status: answer.status, headers: answer.headers, bytes, text: bytes.toString('utf8'), code };
  };
  const fileOf = async (id: string) => redeem((await linkOf(id)).json.link);
  const rowsOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .sort((a, b) => String(a['certNo']).localeCompare(String(b['certNo'])));
  const grant = granting(() => exchange, { resourceId: 'big', items: ITEMS, actions: ['download'] });
  /** What is asked from now on waits until it is let go. */
  const hold = () =>
    exchange.pool.query(`
      CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.leased_until := clock_timestamp() + interval '1 hour'; RETURN NEW; END $$;
      CREATE OR REPLACE TRIGGER hold BEFORE INSERT ON export_job FOR EACH ROW EXECUTE FUNCTION hold()`);
  const letGo = async () => {
    await exchange.pool.query('DROP TRIGGER IF EXISTS hold ON export_job');
    await exchange.pool.query(`UPDATE export_job SET leased_until = NULL WHERE status = 'QUEUED'`);
  };
  const factsOf = async (id: string): Promise<string[]> => {
    const sql = `SELECT headers ->> 'ce_type' AS type FROM outbox WHERE key = $1 ORDER BY id`;
    const { rows } = await exchange.pool.query<{ type: string }>(sql, [id]);
    return rows.map(({ type }) => type.replace(/^exchange\.(.*)\.v1$/, '$1'));
  };
  const files = () => readdirSync(exchange.folder);
  const upkeep = () => exchange.service.app.get(ExportUpkeep).keep(new Date());

  beforeAll(async () => {
    exchange = await TestExchange.start({
      EXPORTS_PER_DEPARTMENT: '3',
      EXPORT_ROW_BYTES: '2000',
      EXPORT_BYTES: '100000',
      EXPORT_LEASE_MS: '1000',
    });
    const another = aSystem({ id: 'mzj-other' });
    await exchange.state('policy.systems', another);
  });
  afterAll(() => exchange?.stop());
  beforeEach(async () => {
    await grant();
    await exchange.push(ndjson(FIVE), { resourceId: 'big', query: '?operation=snapshot' });
  });
  afterEach(async () => {
    await letGo();
    await exchange.pool.query(
      `UPDATE export_job SET status = 'CANCELLED' WHERE status IN ('QUEUED', 'RUNNING', 'READY')`,
    );
    await until(async () => {
      await upkeep();
      return (await exchange.count(`export_job WHERE blob IS NOT NULL`)) === 0;
    });
    // Whoever was in the middle of one when it was cancelled removes it a moment later.
    await until(() => files().length === 0);
    expect(files()).toEqual([]);
  });

  it('[R12.7] [R14.9] are asked for, made, and given out once, with every step a fact', async () => {
    const job = await made();
    expect(job).toMatchObject({
      rows: 5,
      format: 'NDJSON',
      askedBy: 'mzj-system',
      departmentId: 'mzj',
      redemptions: 0,
    });
    const { json, status } = await linkOf(job.id);
    expect(status).toBe(201);
    const file = await redeem(json.link);
    expect(file.status).toBe(200);
    expect(rowsOf(file.text)).toEqual(
      FIVE.map((row) => Object.fromEntries(ITEMS.map((code) => [code, (row as Record<string, unknown>)[code]]))),
    );
    const digest = createHash('sha256').update(file.bytes).digest();
    expect([job.digest, job.bytes]).toEqual([digest.toString('hex'), file.bytes.length]);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-length': String(file.bytes.length),
      'content-digest': `sha-256=:${digest.toString('base64')}:`,
      'content-disposition': `attachment; filename="big-${job.id}.ndjson"`,
      'cache-control': 'no-store',
      'qt-rows': '5',
    });
    expect(await factsOf(job.id)).toEqual([
      'export-asked',
      'export-completed',
      'export-link-issued',
      'export-redeemed',
    ]);
    expect((await see(job.id)).redemptions).toBe(1);
  });

  it('[R14.9] let a record be followed to every file it is in, and to who asked for what', async () => {
    const job = await made({ format: 'CSV' });
    const file = await fileOf(job.id);
    const delivery = file.headers.get('qt-delivery')!;
    const { rows: hashKeys } = await exchange.pool.query<{ id: string; key: Buffer }>(
      `SELECT id, key FROM hash_key WHERE resource_id = 'big'`,
    );
    const hash = new HmacSha256(hashKeys[0]!.key).of(keyOf(3)).subarray(0, 16);
    const { rows: found } = await exchange.pool.query<{ id: string; decision_id: string }>(
      `SELECT d.id, d.decision_id FROM delivery d JOIN delivery_chunk c ON c.delivery_id = d.id
       WHERE position($1::bytea IN c.hashes) > 0 AND d.outcome = 'complete' AND d.id = $2`,
      [hash, delivery.split(':')[4]],
    );
    expect(found).toHaveLength(1);
    expect(delivery).toBe(`stored:${hashKeys[0]!.id}:5:${delivery.split(':')[3]}:${found[0]!.id}`);
    const completed = await exchange.said<{ deliveryId: string; exportId: string }>('exchange.export-completed.v1');
    const { exportId } = completed.find(({ deliveryId }) => deliveryId === found[0]!.id)!;
    expect(exportId).toBe(job.id);
    const asked = await exchange.said<{ exportId: string; decisionId: string; use: Use }>('exchange.export-asked.v1');
    expect(asked.find((one) => one.exportId === exportId)).toMatchObject({
      decisionId: found[0]!.decision_id,
      use: { systemId: 'mzj-system', purpose: 'social-aid.eligibility', items: ITEMS },
    });
    const closed = await exchange.said<{ deliveryId: string; root: string }>('exchange.delivery-closed.v1');
    expect(closed.find(({ deliveryId }) => deliveryId === found[0]!.id)!.root).toBe(delivery.split(':')[3]);
  });

  it('[R13.4] have the rows of the same resource each in an order of its own, by which an excerpt is told apart', async () => {
    const many = Array.from({ length: 150 }, (_, n) => ({ ...FIVE[0]!, certNo: `C-${n}` }));
    await exchange.push(ndjson(many), { resourceId: 'big', query: '?operation=snapshot' });
    const keysOf = async (job: ExportView) => {
      const { text, headers } = await fileOf(job.id);
      expect(headers.get('qt-trace-id')).toBe(job.traceId);
      return text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { certNo: string }).certNo); // prettier-ignore
    };
    const [one, other] = [await made(), await made()];
    const [ofOne, ofOther] = [await keysOf(one), await keysOf(other)];
    expect(ofOne).not.toEqual(ofOther);
    expect(ofOne.toSorted()).toEqual(many.map(({ certNo }) => certNo).toSorted());
    expect(ofOther.toSorted()).toEqual(ofOne.toSorted());
    // What is stored of each delivery has the order of its file.
    const { rows } = await exchange.pool.query<{ id: string; key: Buffer; hashes: Buffer }>(
      `SELECT k.id, k.key, string_agg(c.hashes, ''::bytea ORDER BY c.n) AS hashes
       FROM delivery d JOIN delivery_chunk c ON c.delivery_id = d.id JOIN hash_key k ON k.id = d.hash_key_id
       WHERE d.id = $1 GROUP BY k.id`,
      [one.traceId],
    );
    expect(rows[0]!.hashes).toEqual(new KeyHasher(rows[0]!.id, rows[0]!.key).hashes(ofOne));
  });

  it('[R9.2] as CSV can be pushed as they are, compressed, with a byte order mark', async () => {
    const odd = ['=HYPERLINK("x")', ' padded,"quoted"', 'two\r\nlines', "'=1", '-5', null];
    await exchange.push(ndjson(odd.map((remark, n) => aRow(n, { remark }))), { resourceId: 'big', query: '?operation=snapshot' }); // prettier-ignore
    await grant({ items: EVERYTHING });
    const csv = { format: 'CSV', gzip: true, bom: true, formulas: 'AS_IS' };
    const { id } = await made(csv, { items: EVERYTHING });
    const file = await fileOf(id);
    expect(file.headers.get('content-type')).toBe('application/gzip');
    const sheet = gunzipSync(file.bytes);
    expect(sheet.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const pushed = await exchange.push(sheet, {
      resourceId: 'order',
      query: '?operation=snapshot',
      headers: { 'content-type': 'text/csv' },
    });
    expect([pushed.status, pushed.text]).toEqual([201, expect.stringContaining('"received":6')]);
    const { rows } = await exchange.pool.query<{ id: string; payloads: object }>(
      `SELECT resource_id AS id, jsonb_agg(jsonb_strip_nulls(payload) ORDER BY record_key) AS payloads
       FROM record WHERE resource_id IN ('big', 'order') GROUP BY 1 ORDER BY 1`,
    );
    expect(rows[1]!.payloads).toEqual(rows[0]!.payloads);
  });

  it('mark what a spreadsheet would run, count it, and lose nothing of it', async () => {
    await exchange.push(ndjson([aRow(1, { remark: '=1+1', personName: '@x' }), aRow(2, { remark: "'quoted" })]), {
      resourceId: 'big',
      query: '?operation=snapshot',
    });
    const job = await made({ format: 'CSV' });
    const { text } = await fileOf(job.id);
    expect(text.split('\r\n').slice(1, 3).sort()).toEqual([
      `${keyOf(1)},'@x,460200,9.00,1,'=1+1`,
      `${keyOf(2)},王小明,460100,9.00,2,''quoted`,
    ]);
    expect(job.markedValues).toBe(3);
  });

  it('[R12.7] hold the granted rows and items, masked, and nothing that the entry does not have', async () => {
    await exchange.pool.query(
      `UPDATE record SET payload = payload || '{"former": "x"}' WHERE resource_id = 'big' AND record_key = $1`,
      [keyOf(0)],
    );
    await exchange.pool.query(
      `UPDATE record SET payload = payload - 'remark' WHERE resource_id = 'big' AND record_key = $1`,
      [keyOf(2)],
    );
    const all = rowsOf((await fileOf((await made()).id)).text);
    expect(all.map((row) => [Object.keys(row).sort(), row['remark']])).toEqual(
      FIVE.map((_, n) => [[...ITEMS].sort(), n === 2 ? null : 'plain']),
    );
    await grant({ rowFilter: HAIKOU, mask: { personName: 'name' } });
    const items = ['certNo', 'personName', 'copies'];
    const filter = { item: 'copies', op: 'ge', value: 1 };
    const job = await made({ format: 'NDJSON', fields: items, filter }, { items, touchedItems: ['copies'] });
    expect(rowsOf((await fileOf(job.id)).text)).toEqual([
      { certNo: keyOf(2), personName: expect.stringMatching(/^王\*/) as string, copies: 2 },
      { certNo: keyOf(4), personName: expect.stringMatching(/^王\*/) as string, copies: 4 },
    ]);
    const kept = await exchange.count('export_job WHERE id = $1 AND query IS NULL', [job.id]);
    expect(kept).toBe(1);
  });

  it.each([
    [
      'a filter of the wrong type',
      { filter: { item: 'copies', op: 'ge', value: 'many' } },
      ['copies'],
      'request.invalid',
    ],
    ['an item that is no condition', { filter: { item: 'remark', op: 'eq', value: 'x' } }, ['remark'], 'exchange.item_not_queryable'], // prettier-ignore
    ['another form', { format: 'XLSX' }, [], 'request.invalid'],
    ['a limit', { limit: 10 }, [], 'request.invalid'],
  ])('are refused at once with %s', async (_what, body, touchedItems, code) => {
    const refused = await ask<Problem>({ format: 'NDJSON', ...body }, { touchedItems });
    expect(refused.json.code).toBe(code);
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });

  it('of what stays with its provider are refused', async () => {
    const path = '/v1/resources/elsewhere/exports';
    const refused = await ask<Problem>({ format: 'NDJSON' }, { path, resourceId: 'elsewhere' });
    expect(refused.json.code).toBe('access.delivery_elsewhere');
  });

  it('are one for one key, and another body under it is refused', async () => {
    const [first, second] = [
      await ask({ format: 'CSV' }, { key: 'same' }),
      await ask({ format: 'CSV' }, { key: 'same' }),
    ];
    expect([second.status, second.json.id]).toEqual([202, first.json.id]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await ask<Problem>({ format: 'NDJSON' }, { key: 'same' });
    expect([other.status, other.json.code]).toEqual([422, 'request.idempotency_key_reused']);
    await ended(first.json.id);
  });

  it.each(['query', 'batch', 'push'] as const)('[R14.7] need a decision on a download, not on %s', async (action) => {
    expect((await ask<Problem>(undefined, { action })).json.code).toBe('hop.invalid');
    const { id } = await made();
    const { json } = await linkOf(id);
    expect(await redeem(json.link, { action })).toMatchObject({ status: 401, code: 'hop.invalid' });
    expect(await redeem(json.link, { resourceId: 'order' })).toMatchObject({ status: 401, code: 'hop.invalid' });
    const bare = await exchange.call<Problem>('GET', json.link, { principal: mine });
    expect(bare.json.code).toBe('hop.invalid');
  });

  describe('links', () => {
    it('[R14.7] open the file once; a new one opens it again', async () => {
      const { id } = await made();
      const { link } = (await linkOf(id)).json;
      expect((await redeem(link)).status).toBe(200);
      expect(await redeem(link)).toMatchObject({ status: 410, code: 'export.link_spent' });
      expect((await fileOf(id)).status).toBe(200);
      expect(await factsOf(id)).toContain('export-redemption-refused');
    });

    it('[R14.7] open it for one of two who come at once', async () => {
      const { id } = await made();
      const { link } = (await linkOf(id)).json;
      const answers = await Promise.all([1, 2, 3, 4].map(() => redeem(link)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
      expect((await factsOf(id)).filter((type) => type === 'export-redeemed')).toHaveLength(1);
    });

    it('[R14.7] are replaced by newer ones, end with their time, and cannot be made up', async () => {
      const { id } = await made();
      const [old, link] = [(await linkOf(id)).json.link, (await linkOf(id)).json.link];
      expect((await redeem(old)).code).toBe('export.link_spent');
      expect((await redeem(link.replace(/link=.*/, 'link=made-up'))).code).toBe('export.link_spent');
      await exchange.pool.query(`UPDATE export_job SET link_until = now() - interval '1 second' WHERE id = $1`, [id]);
      expect((await redeem(link)).code).toBe('export.link_spent');
      expect((await redeem(link.replace(/\?.*/, ''))).status).toBe(400);
    });

    it('[R13.1] [R14.7] are worth nothing to another department, and it is on record that it tried', async () => {
      const { id } = await made();
      const { link } = (await linkOf(id)).json;
      const theirs = principalOf('gat-system', 'gat');
      expect(await redeem(link, { departmentId: 'gat', systemId: 'gat-system' })).toMatchObject({ status: 404 });
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/links'],
        ['POST', '/cancellation'],
      ] as const) {
        const headers = { 'idempotency-key': `theirs-${++keys}` };
        const answer = await exchange.call<Problem>(method, `${PATH}/${id}${path}`, { principal: theirs, headers });
        expect(answer.json.code).toBe('request.not_found');
      }
      const list = await exchange.call<Page<ExportView>>('GET', PATH, { principal: theirs });
      expect(list.json.items).toEqual([]);
      const refused = await exchange.said<{ by: string; exportId: string; code: string }>(
        'exchange.export-redemption-refused.v1',
      );
      expect(refused.at(-1)).toMatchObject({ by: 'gat-system', exportId: id, departmentId: 'mzj', code: 'request.not_found' }); // prettier-ignore
      expect((await redeem(link)).status).toBe(200);
    });

    it('[R13.1] are for who asked and for what it was asked, inside the department too', async () => {
      const { id } = await made();
      const { link } = (await linkOf(id)).json;
      const other = principalOf('mzj-other', 'mzj');
      expect((await linkOf(id, other)).json.code).toBe('export.of_another');
      const cancel = await exchange.call<Problem>('POST', `${PATH}/${id}/cancellation`, { principal: other });
      expect(cancel.json.code).toBe('export.of_another');
      expect((await redeem(link, { systemId: 'mzj-other' })).code).toBe('export.of_another');
      expect((await redeem(link, { systemId: null, officerId: 'li' })).code).toBe('export.of_another');
      expect((await redeem(link, { purpose: 'social-aid.review' })).code).toBe('export.other_use');
      expect((await redeem(link, { matterNumber: '琼-2' })).code).toBe('export.other_use');
      expect((await redeem(link)).status).toBe(200);
    });

    it('are not to be had before the file is there', async () => {
      await hold();
      const { json } = await ask();
      expect((await linkOf(json.id)).json.code).toBe('export.not_ready');
    });

    it('[R12.7] that let rows leave again take them again from what the grant allows for a day', async () => {
      const limits = { rowsPerDay: 12 };
      await grant({ limits });
      await exchange.pool.query('DELETE FROM rows_taken');
      const { id } = await made();
      const taken = async () =>
        (await exchange.pool.query<{ rows: string }>('SELECT rows FROM rows_taken')).rows[0]!.rows;
      expect(await taken()).toBe('5');
      expect((await fileOf(id)).status).toBe(200);
      expect(await taken()).toBe('5');
      expect((await fileOf(id)).status).toBe(200);
      expect(await taken()).toBe('10');
      const refused = await fileOf(id);
      expect([refused.status, refused.code]).toEqual([429, 'exchange.daily_rows_exhausted']);
      const { json } = await ask();
      expect(await ended(json.id)).toMatchObject({ status: 'FAILED', failure: 'exchange.daily_rows_exhausted' });
    });
  });

  describe('decided again', () => {
    it.each([
      ['revoked', { status: 'REVOKED' }, 'FAILED', 'access.grant_not_active'],
      ['suspended', { status: 'SUSPENDED' }, 'FAILED', 'access.grant_not_active'],
      ['narrowed by an item', { items: ITEMS.slice(1) }, 'FAILED', 'access.items_beyond_grant'],
      ['without downloads', { actions: ['query'] }, 'FAILED', 'access.action_beyond_grant'],
      ['over', { period: { from: '2025-01-01T00:00:00+08:00', until: '2025-02-01T00:00:00+08:00' } }, 'FAILED', 'access.grant_outside_period'], // prettier-ignore
    ] as const)(
      '[R12.7] when it runs: a grant that is %s by then gives no file',
      async (_what, over, status, failure) => {
        await hold();
        const { json } = await ask();
        await grant(over as Partial<GrantState>);
        await letGo();
        expect(await ended(json.id)).toMatchObject({ status, failure, rows: 0, digest: null });
        expect(await factsOf(json.id)).toEqual(['export-asked', 'export-failed']);
        expect(await exchange.count(`delivery WHERE decision_id = (SELECT decision_id FROM export_job WHERE id = '${json.id}')`)).toBe(0); // prettier-ignore
      },
    );

    it('[R12.7] when it runs: a grant of fewer rows by then gives those', async () => {
      await hold();
      const { json } = await ask();
      await grant({ rowFilter: HAIKOU });
      await letGo();
      expect((await ended(json.id)).rows).toBe(3);
      expect(rowsOf((await fileOf(json.id)).text).map((row) => row['regionCode'])).toEqual([
        '460100',
        '460100',
        '460100',
      ]);
    });

    it.each([
      ['revoked', { status: 'REVOKED' }, 403, 'access.grant_not_active'],
      ['suspended', { status: 'SUSPENDED' }, 403, 'access.grant_not_active'],
      ['narrowed by rows', { rowFilter: HAIKOU }, 403, 'export.no_longer_permitted'],
      ['masked', { mask: { personName: 'name' } }, 403, 'export.no_longer_permitted'],
    ] as const)(
      '[R12.7] [R14.7] when its link is redeemed: %s, it opens nothing and the file goes',
      async (_what, over, status, code) => {
        const { id } = await made();
        const { link } = (await linkOf(id)).json;
        await grant(over as Partial<GrantState>);
        const refused = await redeem(link);
        // Whoever looks first: the redemption, or the upkeep that deleted the file before it.
        expect([`${status} ${code}`, '410 export.ended']).toContain(`${refused.status} ${refused.code}`);
        await until(async () => (await factsOf(id)).includes('export-file-deleted'));
        expect(await see(id)).toMatchObject({ status: 'FAILED', failure: code });
        expect(files()).toEqual([]);
        await grant();
        expect((await linkOf(id)).json.code).toBe('export.ended');
      },
    );

    it('[R14.7] when its link is redeemed: a stopped system gets nothing, and the file goes without its asking', async () => {
      const { id } = await made();
      const stop = { id: 's1', version: 1, target: 'system', targetId: 'mzj-system', departmentId: null } as const;
      const over = { status: 'ACTIVE', reason: '异常调用', until: null } as const;
      await exchange.state('policy.stops', { ...stop, ...over });
      await until(async () => (await factsOf(id)).includes('export-file-deleted'));
      expect(files()).toEqual([]);
      expect(await see(id)).toMatchObject({ status: 'FAILED', failure: 'access.stopped' });
      expect(await factsOf(id)).toEqual(['export-asked', 'export-completed', 'export-failed', 'export-file-deleted']);
      await exchange.state('policy.stops', { ...stop, ...over, version: 2, status: 'LIFTED' });
      const { index } = exchange.service.app.get(LivePolicy);
      await until(() => index.stops('system', 'mzj-system').length === 0);
    });
  });

  it('[R14.9] expire, and a fact says that the file is gone', async () => {
    const { id } = await made();
    const { link } = (await linkOf(id)).json;
    expect(files()).toEqual([`${id}.1`]);
    await exchange.pool.query(`UPDATE export_job SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    expect((await redeem(link)).code).toBe('export.ended');
    await upkeep();
    expect(files()).toEqual([]);
    expect((await see(id)).status).toBe('EXPIRED');
    expect((await factsOf(id)).slice(-2)).toEqual(['export-expired', 'export-file-deleted']);
    await upkeep();
    expect((await factsOf(id)).filter((type) => type === 'export-file-deleted')).toHaveLength(1);
  });

  it('are cancelled while they wait, while they run, and when they are ready', async () => {
    const cancel = async (id: string) =>
      (await exchange.call<ExportView>('POST', `${PATH}/${id}/cancellation`, { principal: mine })).json;
    await hold();
    const queued = (await ask()).json;
    expect((await cancel(queued.id)).status).toBe('CANCELLED');
    await letGo();
    const ready = await made();
    expect((await cancel(ready.id)).status).toBe('CANCELLED');
    expect((await cancel(ready.id)).status).toBe('CANCELLED');
    await until(async () => (await factsOf(ready.id)).includes('export-file-deleted'));
    expect(files()).toEqual([]);
    expect(await factsOf(ready.id)).toEqual([
      'export-asked',
      'export-completed',
      'export-cancelled',
      'export-file-deleted',
    ]);
    const client = await exchange.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('LOCK TABLE record IN ACCESS EXCLUSIVE MODE');
      const waiting = async () => {
        const sql = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'record'::regclass`;
        return (await client.query(sql)).rows.length > 0;
      };
      const running = (await ask()).json;
      await until(async () => (await see(running.id)).status === 'RUNNING');
      await until(waiting);
      expect((await cancel(running.id)).status).toBe('CANCELLED');
      // It does not wait for the table: the database is told to leave off.
      await until(async () => !(await waiting()));
      expect(await factsOf(running.id)).toEqual(['export-asked', 'export-cancelled']);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect(await factsOf(queued.id)).toEqual(['export-asked', 'export-cancelled']);
  });

  it('of a department are as many as it may have, whoever asks at once; room is made by cancelling', async () => {
    await hold();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => ask<Pick<ExportView, 'id'> & Pick<Problem, 'code'>>()));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 429, 429]);
    const refused = answers.find(({ status }) => status === 429)!;
    expect([refused.json.code, refused.headers.get('retry-after')]).toEqual(['export.too_many', '60']);
    const { id } = answers.find(({ status }) => status === 202)!.json;
    await exchange.call('POST', `${PATH}/${id}/cancellation`, { principal: mine });
    expect((await ask()).status).toBe(202);
  });

  it('are listed a page at a time, the latest first', async () => {
    await hold();
    const ids = [(await ask()).json.id, (await ask()).json.id, (await ask()).json.id].reverse();
    const first = await exchange.call<Page<ExportView>>('GET', `${PATH}?limit=2`, { principal: mine });
    const next = await exchange.call<Page<ExportView>>('GET', `${PATH}?limit=1&cursor=${first.json.next}`, { principal: mine }); // prettier-ignore
    expect([...first.json.items, ...next.json.items].map(({ id }) => id)).toEqual(ids);
    const wrong = await exchange.call<Problem>('GET', `/v1/resources/order/exports?cursor=${first.json.next}`, { principal: mine }); // prettier-ignore
    expect(wrong.json.code).toBe('request.bad_cursor');
  });

  describe('that cannot be made', () => {
    const failing = async (failure: string) => {
      const { json } = await ask();
      expect(await ended(json.id)).toMatchObject({ status: 'FAILED', failure });
      expect(files()).toEqual([]);
      const sql = `delivery WHERE decision_id = (SELECT decision_id FROM export_job WHERE id = $1)`;
      expect(await exchange.count(sql, [json.id])).toBe(0);
    };

    it('end with a clear code on a full disk', async () => {
      await hold();
      const { json } = await ask();
      symlinkSync('/dev/full', join(exchange.folder, `${json.id}.1.part`));
      await letGo();
      expect(await ended(json.id)).toMatchObject({ status: 'FAILED', failure: 'export.no_space' });
      expect(files()).toEqual([]);
      expect(await factsOf(json.id)).toEqual(['export-asked', 'export-failed']);
    });

    it('end with a clear code when a row is too large', async () => {
      await exchange.push(ndjson([aRow(1, { remark: '长'.repeat(700) })]), { resourceId: 'big' });
      await failing('export.row_too_large');
    });

    it('end with a clear code when the file is too large', async () => {
      const rows = Array.from({ length: 400 }, (_, n) => aRow(n, { remark: 'x'.repeat(300) }));
      await exchange.push(ndjson(rows), { resourceId: 'big' });
      await failing('export.too_large');
    });

    it('[R12.7] end with a clear code beyond the rows of one request', async () => {
      await grant({ limits: { rowsPerRequest: 4 } });
      await failing('export.over_limit');
      await grant({ limits: { rowsPerRequest: 5 } });
      expect((await made()).rows).toBe(5);
    });
  });

  it('are begun anew when their runner is gone, and nothing of its attempt is left', async () => {
    await hold();
    const { json } = await ask();
    await exchange.pool.query(
      `INSERT INTO delivery (id, decision_id, resource_id, hash_key_id, opened_at) VALUES ('dead', 'd', 'big', 'k', now())`,
    );
    await exchange.pool.query(`INSERT INTO delivery_chunk VALUES ('dead', 0, 1, '\\x00', '\\x00')`);
    for (const name of ['1', '1.part']) writeFileSync(join(exchange.folder, `${json.id}.${name}`), 'half');
    await exchange.pool.query('DROP TRIGGER hold ON export_job');
    await exchange.pool.query(
      `UPDATE export_job SET status = 'RUNNING', attempt = 1, blob = id || '.1', delivery_id = 'dead',
         leased_until = clock_timestamp() + interval '1500 milliseconds' WHERE id = $1`,
      [json.id],
    );
    expect((await see(json.id)).status).toBe('RUNNING');
    expect((await ended(json.id)).status).toBe('READY');
    expect(files()).toEqual([`${json.id}.2`]);
    expect(await exchange.count(`delivery WHERE id = 'dead'`)).toBe(0);
    expect(rowsOf((await fileOf(json.id)).text)).toHaveLength(5);
  });

  it('that take every runner down are not begun for ever, and leave no part of a file', async () => {
    await hold();
    const { json } = await ask();
    writeFileSync(join(exchange.folder, `${json.id}.5.part`), 'half');
    await exchange.pool.query('UPDATE export_job SET attempt = 5, leased_until = NULL WHERE id = $1', [json.id]);
    expect(await ended(json.id)).toMatchObject({ status: 'FAILED', failure: 'export.took_too_long' });
    expect(files()).toEqual([]);
  });

  it('[R14.9] whose file is missing, or not the one that was made, give nothing, and say so', async () => {
    const { id } = await made();
    const path = join(exchange.folder, `${id}.1`);
    const file = readFileSync(path);
    const { link } = (await linkOf(id)).json;
    rmSync(path);
    expect(await redeem(link)).toMatchObject({ status: 503, code: 'service.failed' });
    for (const other of [
      file.subarray(1),
      Buffer.concat([file, file]),
      Buffer.from(file.toString().replace('9.00', '8.00')),
    ]) {
      writeFileSync(path, other);
      expect(await fileOf(id)).toMatchObject({ status: 503, code: 'service.failed' });
    }
    writeFileSync(path, file);
    expect((await fileOf(id)).text).toBe(file.toString());
  });
});
