import { randomUUID } from 'node:crypto';
import { HOP_HEADER, type Principal } from '@qiongtong/contracts';
import { HopTokens } from '@qiongtong/platform';
import { ADMINISTRATOR, DEPARTMENTS, officerOf, ORGANS, reviewerOf, submitterOf, systemOf } from './province/bodies';
import { sealedFacts } from './province/log';
import { answerOf, Province } from './province/province';
import { admit, publish, push, register, registerSystem, SINCE } from './province/registers';
import { MARRIAGES, type Resource } from './province/resources';
import { anAsk, granted as grantedTo } from './journeys/asks';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const RECORDS = `/v1/resources/${MARRIAGES.id}/records?fields=certNo`;
const BY = (officer: string) => ({ purpose: PURPOSE, officer });
/** More than all buffers between the store and a reader that does not read. */
const LARGE: Resource = {
  id: '203000-000005',
  providerId: 'mzt',
  name: '救助对象变动信息',
  items: [
    { ...MARRIAGES.items[0]!, code: 'no', name: '编号' },
    { code: 'text', name: '内容', type: 'M', key: false, required: false, sensitive: false, queryable: false },
  ],
  rows: Array.from({ length: 100 }, (_, n) => ({ no: `N${n}`, text: 'x'.repeat(20_000) })),
};
const BATCHES = 15;

/** What somebody inside may try with what they have, and how the whole platform stops it or what trace it keeps. */
describe('an insider', () => {
  let province: Province;
  let grantId: string;
  const done = (by: string, path: string, body: object) => province.done(by, 'POST', path, body);

  /** The grant by which `ybj` uses it, known to the gateway. */
  const granted = (resource: Resource, over: object = {}) =>
    grantedTo(province, resource, PURPOSE, { systems: [], ...over });
  const amend = async (officerId: string, change: object) => {
    const { revision } = await province.done(ADMINISTRATOR, 'GET', `/v1/officers/${officerId}`);
    const headers = { 'if-match': `"${String(revision)}"` };
    return province.done(ADMINISTRATOR, 'PATCH', `/v1/officers/${officerId}`, change, { headers });
  };
  const inPost = (organisationId: string, unit: string, roles: readonly string[], over: object = {}) => ({
    ...{ organisationId, unit, post: '干部', roles, from: SINCE },
    ...over,
  });
  const aPerson = (id: string, ...appointments: readonly object[]) =>
    done(ADMINISTRATOR, '/v1/officers', { id, name: id, appointments });

  beforeAll(async () => {
    province = await Province.start({
      name: 'journey-insiders',
      env: { authorisation: { MISUSE_BEYOND_SCOPE: '3', MISUSE_THROTTLE_PER_MINUTE: '2' } },
    });
    const departments = (['mzt', 'ybj', 'wjw'] as const).map((id) => DEPARTMENTS[id]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      admit(province, DEPARTMENTS.wjw),
      registerSystem(province, 'mzt', { provides: [MARRIAGES.id, LARGE.id] }),
      registerSystem(province, 'ybj'),
      registerSystem(province, 'ybj', { id: 'ybj-second' }),
      publish(province, MARRIAGES),
      publish(province, LARGE),
    ]);
    await push(province, MARRIAGES);
    grantId = await granted(MARRIAGES);
    await province.reads(systemOf('ybj'), RECORDS, BY(submitterOf('ybj')), 200);
  });
  afterAll(() => province?.stop());

  describe('who changed posts', () => {
    it('[R13.1] [R13.4] reads no more for the former department, with the very token that did before', async () => {
      await aPerson('mover', inPost('ybj', '业务处', ['SUBMITTER']));
      const token = await province.officer('mover');
      const read = () => province.call(token, 'GET', RECORDS, { headers: { purpose: PURPOSE } });
      await province.eventually('a read in the former post', async () => (await read()).status === 200);
      const until = new Date(Date.now() + 1).toISOString();
      const former = inPost('ybj', '业务处', ['SUBMITTER'], { until });
      await amend('mover', { appointments: [former, inPost('wjw', '业务处', ['SUBMITTER'], { from: until })] });
      const refused = await province.eventually('the change', async () => {
        const answer = await read();
        return answer.status === 403 && answer;
      });
      // The new department has no grant, and the purpose is not one of its own.
      expect(['access.no_grant', 'access.purpose_not_registered']).toContain(refused.body['code']);
      const [record] = await sealedFacts(province, String(refused.body['decisionId']), 'access.refused.v1');
      expect(record!.data).toMatchObject({ use: { officerId: 'mover', departmentId: 'wjw', officerAsserted: false } });
    });

    it('[R13.4] is no name that the former department’s system can give', async () => {
      await province.reads(systemOf('ybj'), RECORDS, BY('mover'), 'access.officer_unknown');
    });
  });

  it('[R14.7] who left decides nothing with a token that is still good', async () => {
    await aPerson('leaver', inPost('mzt', '业务处', ['REVIEWER']));
    const { id } = await done(submitterOf('ybj'), '/v1/sharing-applications', anAsk(MARRIAGES, PURPOSE));
    const token = await province.officer('leaver');
    const path = `/v1/sharing-applications/${String(id)}`;
    await province.eventually('a reviewer', async () => (await province.call(token, 'GET', path)).status === 200);
    await amend('leaver', { status: 'DEPARTED' });
    await province.eventually('the departure', async () => {
      const { body } = await province.call(token, 'GET', path);
      return body['code'] === 'access.caller_unknown';
    });
    const consent = await province.call(token, 'POST', `${path}/consent`, { body: { matterNumber: 'optional' } });
    expect(consent.body).toMatchObject({ code: 'access.caller_unknown' });
    expect(await province.done(submitterOf('ybj'), 'GET', path)).toMatchObject({ status: 'SUBMITTED', decision: null });
  });

  describe('with what was said before', () => {
    it('[R9.2] a batch that is sent again has one effect and one answer', async () => {
      const key = randomUUID();
      const token = await province.system(systemOf('mzt'));
      const send = () =>
        province.call(token, 'POST', `/v1/resources/${MARRIAGES.id}/batches`, { body: MARRIAGES.rows, key });
      const [first, again] = [await send(), await send()];
      expect([first.status, again.text]).toEqual([201, first.text]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      const other = await province.call(token, 'POST', `/v1/resources/${MARRIAGES.id}/batches`, { body: [], key });
      expect(other.status).toBe(422);
    });

    it('[R14.7] a hop token that was seen on the wire opens nothing again, with another body either', async () => {
      const hops = new HopTokens(province.platform.hopKeysDir, 'gateway', province.clock);
      const by: Principal = {
        ...{ kind: 'officer', officerId: reviewerOf('mzt'), systemId: null, departmentId: 'mzt' },
        ...{ regionCode: '460000', roles: ['REVIEWER'], tokenId: 't' },
      };
      const target = `/v1/grants/${grantId}/review`;
      const hop = hops.issue('authorisation', 'POST', target, by);
      const send = async (note: string) =>
        answerOf(
          await fetch(province.platform.urls.authorisation + target, {
            method: 'POST',
            headers: { [HOP_HEADER]: hop, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
            body: JSON.stringify({ conclusion: 'KEEP', note }),
          }),
        );
      expect((await send('仍需要')).status).toBe(200);
      expect((await send('另一个说法')).body).toMatchObject({ status: 401, code: 'hop.invalid' });
      const { review } = await province.done(reviewerOf('mzt'), 'GET', `/v1/grants/${grantId}`);
      expect(review).toMatchObject({ last: { note: '仍需要' } });
    });
  });

  it('[R13.5] who asks beyond the scope is slowed by the running watch at the running gateway, and nobody else', async () => {
    await aPerson('outsider', inPost('ybj', '信息中心', ['SUBMITTER']));
    for (let i = 0; i < 3; i++)
      await province.reads(systemOf('ybj'), RECORDS, BY('outsider'), 'access.officer_beyond_scope');
    const read = async (system: string) =>
      province.call(await province.system(system), 'GET', RECORDS, { headers: BY(submitterOf('ybj')) });
    const slowed = await province.eventually('the throttle', async () => {
      const answer = await read(systemOf('ybj'));
      return answer.status === 429 && answer;
    });
    expect(slowed.body).toMatchObject({ code: 'access.throttled' });
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await read('ybj-second')).status).toBe(200);
    const { items } = await province.done(reviewerOf('mzt'), 'GET', '/v1/misuse-alerts?rule=BEYOND_SCOPE');
    const [alert] = items as [{ id: string; callerId: string }];
    expect(alert.callerId).toBe(systemOf('ybj'));
    // Stopped by nobody; and when a person finds nothing wrong, as fast as before.
    expect(await province.done(reviewerOf('mzt'), 'GET', `/v1/grants/${grantId}`)).toMatchObject({ status: 'ACTIVE' });
    for (const act of ['acknowledgement', 'dismissal'])
      await done(reviewerOf('mzt'), `/v1/misuse-alerts/${alert.id}/${act}`, { reason: '已核实' });
    for (let i = 0; i < 4; i++) await province.reads(systemOf('ybj'), RECORDS, BY(submitterOf('ybj')), 200);
  });

  it('[R12.7] whose stream runs through its revocation gets no whole answer, and what left is on record', async () => {
    const token = await province.system(systemOf('mzt'));
    for (let batch = 0; batch < BATCHES; batch++) {
      const body = LARGE.rows.map((row) => ({ ...row, no: `${batch}-${String(row['no'])}` }));
      const path = `/v1/resources/${LARGE.id}/batches`;
      await province.eventually(`batch ${batch}`, async () => (await province.call(token, 'POST', path, { body })).status < 300); // prettier-ignore
    }
    const id = await granted(LARGE, { actions: ['batch'] });
    const reading = new AbortController();
    const stream = await province.eventually('the stream', async () => {
      const headers = {
        ...{ authorization: `Bearer ${await province.system('ybj-second')}`, accept: 'application/x-ndjson' },
        ...BY(submitterOf('ybj')),
      };
      const url = `${province.platform.gatewayUrl}/v1/resources/${LARGE.id}/records?fields=no,text`;
      const answer = await fetch(url, { headers, signal: reading.signal });
      if (answer.status === 200) return answer;
      await answer.text();
      return null;
    });
    const reader = stream.body!.getReader();
    let bytes = (await reader.read()).value!.length;
    const measure = { ground: 'MISUSE', narrative: '超范围使用' };
    await done(reviewerOf('mzt'), `/v1/grants/${id}/revocation`, measure);
    const decisionId = stream.headers.get('qt-decision-id')!;
    const facts = await sealedFacts(province, decisionId, 'access.aborted.v1');
    const rest = async () => {
      for (;;) {
        const { done: over, value } = await reader.read();
        if (over) return;
        bytes += value.length;
      }
    };
    await expect(rest()).rejects.toThrow();
    const rows = BATCHES * LARGE.rows.length;
    const { rows: left, bytes: told } = facts.at(-1)!.data as { rows: number; bytes: number };
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(rows);
    expect(told).toBeGreaterThanOrEqual(bytes);
    const again = `/v1/resources/${LARGE.id}/records?fields=no&cursor=held`;
    await province.reads('ybj-second', again, BY(submitterOf('ybj')), 'access.grant_not_active');
  });

  it('[R14.9] finds their every attempt where the auditor finds it', async () => {
    const path = `/v1/audit/entries?actor=${systemOf('ybj')}&type=access.refused.v1&limit=100`;
    const { items } = await province.done(officerOf('sjt'), 'GET', path);
    const refused = (items as { entry: string }[]).map(({ entry }) => JSON.parse(entry) as { data: { reasons: { code: string }[] } }); // prettier-ignore
    const codes = new Set(refused.flatMap(({ data }) => data.reasons.map(({ code }) => code)));
    for (const code of ['access.officer_unknown', 'access.officer_beyond_scope', 'access.throttled'])
      expect(codes).toContain(code);
  });
});
