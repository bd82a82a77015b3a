import { randomUUID } from 'node:crypto';
import { FeedReceiver, withClient } from '@qiongtong/testing';
import { granted } from './journeys/asks';
import { ADMINISTRATOR, DEPARTMENTS, officerOf, ORGANS, responsibleOf, reviewerOf, submitterOf, systemOf } from './province/bodies'; // prettier-ignore
import { sealedFacts } from './province/log';
import { Province } from './province/province';
import { admit, publish, push, register, registerSystem } from './province/registers';
import { MARRIAGES } from './province/resources';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const BY = { purpose: PURPOSE, officer: submitterOf('ybj'), 'matter-number': 'M-2026-1' };
const RECORDS = `/v1/resources/${MARRIAGES.id}/records`;
const ITEMS = ['certNo', 'status'];
const TRACES = '/v1/traces/records';
/** More than an access record holds hashes of, so that a page of all is stored by exchange. */
const CERTIFICATES = Array.from({ length: 150 }, (_, n) => `J460000-${String(n).padStart(4, '0')}`);
const DELIVERED = new Set(['released', 'release-started', 'sent']);

type Item = Readonly<{
  entry: number | null;
  proof: string;
  type: string;
  decisionId: string;
  deliveryId: string | null;
  rows: number;
  outcome: string;
  exact: boolean;
}>;
type Trace = Readonly<{
  quarters: { quarter: string; traceable: boolean; keyDestroyedAt: string | null }[];
  items: Item[];
  progress: { looked: number; chunks: number };
  next: string | null;
}>;

describe('to whom a record went', () => {
  let province: Province;
  let receiver: FeedReceiver;
  let grantId: string;
  /** Decisions under which each record was given out. */
  const held = new Map<string, Set<string>>(CERTIFICATES.map((certNo) => [certNo, new Set()]));
  const gave = (certNos: readonly string[], decisionId: string | null) =>
    certNos.forEach((certNo) => held.get(certNo)!.add(decisionId!));
  const call = async (method: string, path: string, body?: object, by = 'ybj') =>
    province.call(await province.system(systemOf(by)), method, path, {
      ...{ body, key: randomUUID() },
      headers: { ...BY, officer: submitterOf(by) },
    });
  /** The file of an export, from the request to its bytes. */
  const exported = async (asked: object, by = 'ybj') => {
    const exports = `/v1/resources/${MARRIAGES.id}/exports`;
    const { status, body } = await call('POST', exports, asked, by);
    expect(status).toBe(202);
    const id = String(body['id']);
    const job = await province.eventually('the file', async () => {
      const { body: known } = await call('GET', `${exports}/${id}`, undefined, by);
      return known['status'] === 'READY' && known;
    });
    const link = await call('POST', `${exports}/${id}/links`, {}, by);
    const file = await call('GET', String(link.body['link']), undefined, by);
    return { traceId: String(job['traceId']), lines: file.text.trimEnd().split(/\r?\n/), headers: file.headers };
  };
  const read = async (path: string) => {
    const { status, headers, body } = await call('GET', path);
    expect(status).toBe(200);
    return { decisionId: headers.get('qt-decision-id'), body };
  };
  const page = async (by: string, body: object) => {
    const { status, body: answer } = await province.asked(by, 'POST', TRACES, { body });
    return { status, answer: answer as unknown as Trace, code: answer['code'] };
  };
  /** Page after page, as small as they come. */
  const traced = async (by: string, question: object, limit = 3): Promise<Trace> => {
    const items: Item[] = [];
    for (let cursor: string | undefined; ;) {
      const { status, answer } = await page(by, { ...question, limit, ...(cursor === undefined ? {} : { cursor }) });
      expect(status).toBe(200);
      items.push(...answer.items);
      if (answer.next === null) return { ...answer, items };
      cursor = answer.next;
    }
  };
  const about = (certNo: string) => ({ resourceId: MARRIAGES.id, keyItems: { certNo } });
  const decisionsOf = ({ items }: Trace) =>
    [...new Set(items.filter(({ outcome }) => DELIVERED.has(outcome)).map((item) => item.decisionId))].sort();

  beforeAll(async () => {
    province = await Province.start({
      name: 'journey-traces',
      env: { exchange: { WEBHOOK_NODES: 'localhost=127.0.0.0/8|::1/128' } },
    });
    const departments = (['mzt', 'ybj', 'wjw'] as const).map((body) => DEPARTMENTS[body]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      admit(province, DEPARTMENTS.wjw),
      registerSystem(province, 'ybj'),
      registerSystem(province, 'wjw'),
      registerSystem(province, 'mzt', { provides: [MARRIAGES.id] }),
      publish(province, MARRIAGES),
    ]);
    receiver = await FeedReceiver.start(`${province.platform.gatewayUrl}/v1/channel-keys`);
    const actions = ['query', 'batch', 'subscribe', 'download'];
    grantId = await granted(province, MARRIAGES, PURPOSE, { items: ITEMS, actions });
    await push(province, { ...MARRIAGES, rows: CERTIFICATES.map((certNo) => ({ ...MARRIAGES.rows[0]!, certNo })) });
    const first = `${RECORDS}/${CERTIFICATES[0]}?fields=certNo`;
    const { headers } = await province.reads(systemOf('ybj'), first, BY, 200);
    gave([CERTIFICATES[0]!], headers.get('qt-decision-id'));
  });
  afterAll(async () => {
    await receiver?.stop();
    await province?.stop();
  });

  it('[R13.4] [R14.9] is exactly those who got it: by key, by page, as a file and as changes', async () => {
    const some = CERTIFICATES.slice(0, 12);
    let seed = 7;
    const next = (below: number) => Math.floor(((seed = (seed * 16807) % (2 ** 31 - 1)) / 2 ** 31) * below);
    for (let n = 0; n < 30; n += 1) {
      const certNo = some[next(some.length)]!;
      gave([certNo], (await read(`${RECORDS}/${certNo}?fields=certNo,status`)).decisionId);
    }
    gave([CERTIFICATES[2]!], (await read(`${RECORDS}/${CERTIFICATES[2]}?fields=certNo,status`)).decisionId);
    for (let n = 0; n < 5; n += 1) {
      const limit = 1 + next(9);
      const { decisionId, body } = await read(`${RECORDS}?fields=certNo&limit=${limit}`);
      gave((body['items'] as { certNo: string }[]).map(({ certNo }) => certNo), decisionId); // prettier-ignore
    }
    const all = await read(`${RECORDS}?fields=certNo&limit=150`);
    expect(all.body['items']).toHaveLength(150);
    gave(CERTIFICATES, all.decisionId);

    const filter = { item: 'certNo', op: 'ge', value: CERTIFICATES[6] };
    const file = await exported({ format: 'NDJSON', fields: ['certNo'], filter });
    expect(file.lines).toHaveLength(144);
    gave(CERTIFICATES.slice(6), file.headers.get('qt-decision-id'));

    const opened = await call('POST', `/v1/resources/${MARRIAGES.id}/subscriptions`, { url: receiver.url, fields: ITEMS, from: 'NOW' }); // prettier-ignore
    expect(opened.status).toBe(201);
    const feed = String(opened.body['id']);
    await push(province, { ...MARRIAGES, rows: [2, 3].map((n) => ({ ...MARRIAGES.rows[0]!, certNo: CERTIFICATES[n], status: '02' })) }); // prettier-ignore
    await province.eventually('the changes', async () => Promise.resolve(receiver.of(feed).length > 0));
    const facts = await sealedFacts(province, feed, 'exchange.feed-batch-released.v1');
    gave([CERTIFICATES[2]!, CERTIFICATES[3]!], String(facts.at(-1)!.data['decisionId']));

    await sealedFacts(province, file.headers.get('qt-decision-id')!, 'access.released.v1');
    for (const certNo of [...some, CERTIFICATES[149]!]) {
      const trace = await traced(reviewerOf('mzt'), about(certNo));
      expect([certNo, decisionsOf(trace)]).toEqual([certNo, [...held.get(certNo)!].sort()]);
      expect(trace.items.every(({ exact }) => exact)).toBe(true);
    }
  });

  it('[R13.4] says who, for whom, for what and where it stands in the log, also of a feed and a file', async () => {
    const { items } = await traced(reviewerOf('mzt'), about(CERTIFICATES[2]!), 500);
    const of = (what: (item: Item) => boolean) => items.filter(what)[0]!;
    const who = {
      ...{ departmentId: 'ybj', systemId: systemOf('ybj'), officerId: submitterOf('ybj'), officerAsserted: true },
      ...{ purpose: PURPOSE, matterNumber: 'M-2026-1', resourceId: MARRIAGES.id },
      grantId: expect.any(String) as string,
    };
    const keyed = of(({ type, rows }) => type === 'access.released.v1' && rows === 1);
    expect(keyed).toMatchObject({ ...who, action: 'query', outcome: 'released', rows: 1 });
    const stored = of(({ deliveryId }) => deliveryId !== null);
    expect(stored).toMatchObject({ ...who, rows: 150, batches: { from: 1, to: 1 } });
    expect(of(({ type }) => type === 'exchange.feed-batch-released.v1')).toMatchObject({ ...who, outcome: 'sent', rows: 2 }); // prettier-ignore
    const entry = await province.asked(reviewerOf('mzt'), 'GET', keyed.proof);
    expect(entry.status).toBe(200);
    expect((JSON.parse(String(entry.body['entry'])) as { data: object }).data).toMatchObject({ decisionId: keyed.decisionId }); // prettier-ignore
    const { items: made } = await traced(reviewerOf('mzt'), about(CERTIFICATES[149]!), 500);
    const prepared = made.find(({ outcome }) => outcome === 'prepared')!;
    expect(prepared).toMatchObject({ ...who, type: 'exchange.export-completed.v1', rows: 144 });
  });

  it('[R14.7] [R14.9] is told to the provider, the authority and the auditor, and each asking is in the log', async () => {
    const question = about(CERTIFICATES[4]!);
    const expected = [...held.get(CERTIFICATES[4]!)!].sort();
    for (const by of [reviewerOf('mzt'), ADMINISTRATOR, officerOf('sjt')])
      expect(decisionsOf(await traced(by, question))).toEqual(expected);
    const asked = await province.eventually('the asking in the log', async () => {
      const facts = await sealedFacts(province, officerOf('sjt'), 'audit.log-read.v1');
      return facts.map(({ data }) => data).find(({ what }) => what === 'trace');
    });
    expect(asked).toMatchObject({ by: officerOf('sjt'), asked: { resourceId: MARRIAGES.id } });
    expect(JSON.stringify(asked)).not.toContain(CERTIFICATES[4]);
    for (const by of [reviewerOf('ybj'), reviewerOf('wjw'), officerOf('hk-gxj')]) {
      const { status, code } = await page(by, question);
      expect([status, code]).toEqual([403, 'audit.trace_not_yours']);
    }
    expect(await page(submitterOf('mzt'), question)).toMatchObject({ status: 403, code: 'access.role_required' });
  });

  it('[R13.4] is asked within a time, of a record that nobody read, and with nothing that is no question', async () => {
    expect((await traced(reviewerOf('mzt'), about('J460000-9999'))).items).toEqual([]);
    expect((await traced(reviewerOf('mzt'), { ...about(CERTIFICATES[0]!), to: '2020-01-01T00:00:00Z' })).items).toEqual([]); // prettier-ignore
    const wrong = [
      [{ resourceId: MARRIAGES.id }, 400, 'request.invalid'],
      [{ ...about('x'), recordKey: 'x' }, 400, 'request.invalid'],
      [{ resourceId: MARRIAGES.id, recordKey: '%' }, 400, 'request.invalid'],
      [{ resourceId: MARRIAGES.id, keyItems: { status: '01' } }, 422, 'audit.trace_key_incomplete'],
      [{ resourceId: MARRIAGES.id, keyItems: { certNo: 5 } }, 422, 'audit.trace_key_incomplete'],
      [{ ...about('x'), from: 'yesterday' }, 400, 'request.invalid'],
      [{ ...about('x'), limit: 501 }, 400, 'request.invalid'],
      [{ ...about('x'), cursor: 'x' }, 400, 'request.bad_cursor'],
    ] as const;
    for (const [question, status, code] of wrong)
      expect([question, await page(reviewerOf('mzt'), question)]).toMatchObject([question, { status, code }]);
    const { answer } = await page(reviewerOf('mzt'), { ...about(CERTIFICATES[0]!), limit: 1 });
    const other = { ...about(CERTIFICATES[1]!), limit: 1, cursor: answer.next };
    expect(await page(reviewerOf('mzt'), other)).toMatchObject({ status: 400, code: 'request.bad_cursor' });
  });

  describe('a grant that was passed on', () => {
    let passedOn: string;
    type Grant = Readonly<{
      grantId: string;
      acts: { type: string }[];
      uses: { type: string; outcome: string; uses: number; rows: number }[] | null;
    }>;
    type Suspect = Readonly<{ rank: number; deliveryId: string; inOrder: number; neighbours: number; uses: { departmentId: string }[] }>; // prettier-ignore
    type Suspects = Readonly<{
      items: Suspect[];
      matching: number;
      sample: Record<string, unknown>;
      next: string | null;
    }>;
    const chain = async (by: string, of = grantId) => {
      const { status, body } = await province.asked(by, 'GET', `/v1/traces/grants/${of}`);
      return { status, code: body['code'], items: body['items'] as Grant[] };
    };
    const suspects = async (sample: object, by = reviewerOf('mzt')): Promise<Suspects> => {
      for (let cursor: object = {}; ;) {
        const body = { resourceId: MARRIAGES.id, ...sample, ...cursor };
        const answer = (await province.done(by, 'POST', '/v1/traces/samples', body)) as unknown as Suspects;
        if (answer.next === null) return answer;
        cursor = { cursor: answer.next };
      }
    };

    beforeAll(async () => {
      const { id } = await province.done(submitterOf('ybj'), 'POST', '/v1/onward-transfers', {
        ...{
          grantId,
          recipientId: 'wjw',
          why: '联合核验',
          basis: '协议',
          items: ITEMS,
          actions: ['query', 'download'],
        },
        ...{ purposes: [PURPOSE], period: { from: '2026-01-01', until: '2027-06-01' }, systems: [systemOf('wjw')] },
      });
      const path = `/v1/onward-transfers/${String(id)}/authorisation`;
      const { decision } = await province.done(reviewerOf('mzt'), 'POST', path, {});
      passedOn = (decision as { grantId: string }).grantId;
      await province.eventually('the grant at the gateway', async () => {
        const { status } = await call('GET', `${RECORDS}/${CERTIFICATES[20]}?fields=certNo`, undefined, 'wjw');
        return status === 200;
      });
    });

    it('[R13.2] [R14.9] is told as a chain with everything that left under each of it', async () => {
      const items = await province.eventually('the transfer in the log', async () => {
        const { items: found } = await chain(reviewerOf('mzt'));
        return found.length > 1 && found[0]!.acts.length > 2 && found;
      });
      expect(items.map((one) => one.grantId)).toEqual([grantId, passedOn]);
      expect(items[0]!.acts.map(({ type }) => type)).toEqual(
        ['grant-issued', 'onward-transfer-requested', 'onward-transfer-authorised'].map((name) => `authorisation.${name}.v1`), // prettier-ignore
      );
      const counted = await province.eventually('the use of the other department', async () => {
        const [, other] = (await chain(officerOf('sjt'))).items;
        return other!.uses!.length > 0 && other!.uses;
      });
      expect(counted).toMatchObject([{ type: 'access.released.v1', outcome: 'released' }]);
      const left = items[0]!.uses!.map(({ type, outcome }) => `${type} ${outcome}`);
      for (const one of [
        'access.released.v1 released',
        'exchange.export-completed.v1 prepared',
        'exchange.feed-batch-released.v1 sent',
      ])
        // prettier-ignore
        expect(left).toContain(one);
      const { items: held } = await chain(reviewerOf('ybj'));
      expect(held.map(({ uses }) => uses === null)).toEqual([false, true]);
      expect(await chain(reviewerOf('wjw'))).toMatchObject({ status: 404, code: 'audit.grant_unknown' });
      const { body } = await province.asked(reviewerOf('wjw'), 'GET', `/v1/traces/grants/${passedOn}/uses?limit=1`);
      expect(body['items']).toMatchObject([{ departmentId: 'wjw', grantId: passedOn, matterNumber: 'M-2026-1' }]);
    });

    it('[R21.1] shows in what its officer touched, to the auditor and who answers for the officer', async () => {
      const path = `/v1/traces/officers/${submitterOf('ybj')}?limit=200`;
      const touched = await province.eventually('the transfer in the terms of the log', async () => {
        const { items } = await province.done(officerOf('sjt'), 'GET', path);
        const said = (items as { type: string; how: string; kind: string }[]).map(({ type, how, kind }) => `${how} ${kind} ${type}`); // prettier-ignore
        return said.includes('did APPLICATION authorisation.onward-transfer-requested.v1') && said;
      });
      expect(touched).toContain('asserted USE access.released.v1');
      expect(touched.some((one) => /^did APPLICATION authorisation\.sharing-application-/.test(one))).toBe(true);
      const own = await province.done(responsibleOf('ybj'), 'GET', path);
      expect((own['items'] as unknown[]).length).toBeGreaterThan(30);
      const other = await province.asked(responsibleOf('mzt'), 'GET', path);
      expect([other.status, other.body['code']]).toEqual([403, 'audit.officer_not_yours']);
    });

    it('[R13.4] [R21.1] gives files whose excerpts are told apart from other files of the same rows', async () => {
      const mine = await exported({ format: 'CSV', fields: ITEMS });
      const theirs = await exported({ format: 'CSV', fields: ITEMS }, 'wjw');
      expect(mine.lines.toSorted()).toEqual(theirs.lines.toSorted());
      expect(theirs.headers.get('qt-trace-id')).toBe(theirs.traceId);
      // A dozen lines out of the middle, as somebody found them.
      const csv = [theirs.lines[0], ...theirs.lines.slice(60, 72)].join('\n');
      const found = await province.eventually('the file in the log', async () => {
        const answer = await suspects({ csv });
        return answer.items[0]!.uses.length > 0 && answer;
      });
      expect(found.items[0]).toMatchObject({ rank: 1, deliveryId: theirs.traceId, inOrder: 12, neighbours: 11 });
      expect(found.items[0]!.uses[0]).toMatchObject({ departmentId: 'wjw', grantId: passedOn });
      const other = found.items.find(({ deliveryId }) => deliveryId === mine.traceId)!;
      expect(other.neighbours).toBeLessThan(6);
      expect(found.matching).toBeGreaterThanOrEqual(2);
      expect(found.sample).toMatchObject({ given: 12, used: 12, unknown: 0, items: ITEMS });
      // Sorted, it is one of those that hold the rows, and no more.
      const sorted = await suspects({ csv: [theirs.lines[0], ...theirs.lines.slice(60, 72).toSorted()].join('\n') });
      expect(sorted.matching).toBe(found.matching);
      await suspects({ csv }, officerOf('ldxz'));
      const facts = await sealedFacts(province, officerOf('ldxz'), 'audit.log-read.v1');
      const asked = facts.findLast(({ type }) => type === 'audit.log-read.v1')!;
      expect(asked.data['asked']).toMatchObject({ sample: { rows: 12, digest: found.sample['digest'] } });
      expect(JSON.stringify(asked)).not.toContain('J460000-');
    });

    it('[R13.4] finds records by their values too, and refuses a sample that tells none', async () => {
      await push(province, { ...MARRIAGES, rows: [{ ...MARRIAGES.rows[0]!, certNo: CERTIFICATES[7], status: '03' }] });
      const one = await suspects({ rows: [{ status: '03' }] });
      expect(one.sample).toMatchObject({ used: 1, unknown: 0, items: ['status'] });
      const told = new Set(one.items.flatMap(({ uses }) => uses.map(({ departmentId }) => departmentId)));
      expect(told).toEqual(new Set(['ybj', 'wjw']));
      const wrong = [
        [{}, 400, 'request.invalid'],
        [{ rows: [{ certNo: 'x' }], csv: 'certNo\nx' }, 400, 'request.invalid'],
        [{ rows: [] }, 400, 'request.invalid'],
        [{ rows: Array.from({ length: 201 }, () => ({ certNo: 'x' })) }, 400, 'request.invalid'],
        [{ csv: `certNo\n${CERTIFICATES.concat(CERTIFICATES).join('\n')}` }, 422, 'audit.sample_too_large'],
        [{ rows: [{ salary: 5 }] }, 422, 'audit.sample_items_unknown'],
        [{ rows: [{ status: '01' }] }, 422, 'audit.sample_untold'],
        [{ csv: 'certNo\n' }, 422, 'audit.sample_untold'],
      ] as const;
      for (const [sample, status, code] of wrong) {
        const { status: answered, body } = await province.asked(reviewerOf('mzt'), 'POST', '/v1/traces/samples', { body: { resourceId: MARRIAGES.id, ...sample } }); // prettier-ignore
        expect([sample, answered, body['code']]).toEqual([sample, status, code]);
      }
    });
  });

  it('[R14.9] ends with the key of its quarter, when two officers of the authority say so, and says so', async () => {
    const officers = [ADMINISTRATOR, 'gxt-second'] as const;
    await province.done(ADMINISTRATOR, 'POST', '/v1/officers', {
      ...{ id: 'gxt-second', name: 'gxt-second' },
      appointments: [{ organisationId: 'gxt', unit: '业务处', post: '干部', roles: [], from: '2026-01-01' }],
    });
    await province.eventually('the second officer', async () => (await province.asked('gxt-second', 'GET', '/v1/audit/holds')).status === 200);
    const aged = '2022Q1';
    const [first] = await withClient(province.platform.databaseUrl('exchange'), async (client) => {
      await client.query('UPDATE hash_key SET quarter = $2 WHERE resource_id = $1', [MARRIAGES.id, aged]);
      return (await client.query<{ key: Buffer }>('SELECT key FROM hash_key')).rows;
    });
    expect(first?.key).toHaveLength(32);
    const ask = { resourceId: MARRIAGES.id, quarters: [aged], ground: 'RETENTION_OVER', document: '琼数〔2026〕9号' };
    const act = (by: string, path: string, body: object = {}) => province.asked(by, 'POST', `/v1/audit/${path}`, { body, key: randomUUID() });
    const young = await act(officers[0], 'erasures', { ...ask, quarters: ['2026Q1'] });
    expect([young.status, young.body['code']]).toEqual([422, 'audit.erasure_too_early']);
    const { id } = (await province.done(officers[0], 'POST', '/v1/audit/erasures', ask));
    const own = await act(officers[0], `erasures/${String(id)}/confirmation`);
    expect([own.status, own.body['code']]).toEqual([403, 'audit.second_officer_required']);
    const hold = (await act(officers[0], 'holds', { objectId: MARRIAGES.id, ground: 'COURT', document: '1' })).body;
    expect((await act(officers[1], `erasures/${String(id)}/confirmation`)).body['code']).toBe('audit.erasure_held');
    expect((await act(officers[1], `holds/${String(hold['id'])}/lift`)).status).toBe(200);
    const confirmed = await act(officers[1], `erasures/${String(id)}/confirmation`);
    expect(confirmed.body).toMatchObject({ state: 'CONFIRMED', destroyed: [{ quarter: aged }] });
    expect((await act(officers[1], `erasures/${String(id)}/confirmation`)).body).toEqual(confirmed.body);
    expect((await act(officers[1], `erasures/${String(id)}/rejection`)).body['code']).toBe('audit.erasure_decided');

    const trace = await traced(reviewerOf('mzt'), about(CERTIFICATES[0]!));
    expect(trace.items).toEqual([]);
    expect(trace.quarters).toEqual([
      { quarter: aged, traceable: false, keyDestroyedAt: expect.any(String) as string },
    ]);
    const facts = await sealedFacts(province, String(id), 'audit.erasure-confirmed.v1');
    expect(facts.map(({ type }) => type)).toEqual(['audit.erasure-proposed.v1', 'audit.erasure-confirmed.v1']);
    const kept = await withClient(province.platform.databaseUrl('exchange'), async (client) =>
      (await client.query('SELECT 1 FROM hash_key WHERE key IS NOT NULL AND resource_id = $1', [MARRIAGES.id])).rows,
    );
    expect(kept).toEqual([]);
  }); // prettier-ignore
});
