import { withClient } from '@qiongtong/testing';
import { granted } from './journeys/asks';
import { ADMINISTRATOR, DEPARTMENTS, ORGANS, responsibleOf, submitterOf, systemOf } from './province/bodies';
import { sealedFacts, typesOf } from './province/log';
import { Province } from './province/province';
import { admit, publish, push, register, registerSystem } from './province/registers';
import { MARRIAGES } from './province/resources';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const BY = { purpose: PURPOSE, officer: submitterOf('ybj') };
const AT = `/v1/resources/${MARRIAGES.id}`;
const RECORDS = `${AT}/records?fields=certNo,status`;

describe('a hosted resource, to its end', () => {
  let province: Province;
  const held = () =>
    withClient(province.platform.databaseUrl('exchange'), async (client) => {
      const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM record WHERE resource_id = $1', [
        MARRIAGES.id,
      ]);
      return Number(rows[0]!.n);
    });
  const reads = (query: string, expected: number | string) =>
    province.reads(systemOf('ybj'), RECORDS + query, BY, expected);

  beforeAll(async () => {
    province = await Province.start({ name: 'journey-hosted-store' });
    const departments = (['mzt', 'ybj'] as const).map((id) => DEPARTMENTS[id]);
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      registerSystem(province, 'ybj'),
      registerSystem(province, 'mzt', { provides: [MARRIAGES.id] }),
      publish(province, MARRIAGES),
    ]);
    await push(province, MARRIAGES);
    await granted(province, MARRIAGES, PURPOSE, { items: ['certNo', 'status'] });
  });
  afterAll(() => province?.stop());

  it('[R12.7] [R13.4] is read as it was, by the same decision, and the moment is on record', async () => {
    const before = await reads('', 200);
    const asOf = new Date().toISOString();
    await push(province, { ...MARRIAGES, rows: MARRIAGES.rows.map((row) => ({ ...row, status: '03' })) });
    const now = await reads('', 200);
    expect(JSON.stringify(now.body)).toContain('"03"');
    const then = await reads(`&asOf=${asOf}`, 200);
    expect(then.body).toEqual(before.body);
    const [record] = await sealedFacts(province, then.headers.get('qt-decision-id')!, 'access.released.v1');
    expect(record!.data).toMatchObject({ outcome: 'released', use: { asOf }, rows: MARRIAGES.rows.length });
    const beyond = await reads(`,idNumber&asOf=${asOf}`, 'access.items_beyond_grant');
    expect(beyond.status).toBe(403);
    expect((await reads('&asOf=2999-01-01T00:00:00Z', 'exchange.moment_in_future')).status).toBe(422);
  });

  it('[R7.1] [R14.9] is unreadable once it is withdrawn, and deleted by order, with a certificate in the log', async () => {
    await province.done(responsibleOf('mzt'), 'POST', `/v1/catalogue/entries/${MARRIAGES.id}/withdrawal`, {
      ground: 'DUTY_ENDED',
      narrative: '职责划出,不再采集',
    });
    const id = await province.eventually('the disposal', async () => {
      const { body } = await province.asked(responsibleOf('mzt'), 'GET', `${AT}/disposals`);
      return (body['items'] as { id: string }[] | undefined)?.[0]?.id;
    });
    const refused = await province.call(await province.system(systemOf('ybj')), 'GET', RECORDS, { headers: BY });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await held()).toBe(MARRIAGES.rows.length);
    const one = `${AT}/disposals/${id}`;
    await province.done(ADMINISTRATOR, 'POST', `${one}/hold`, { reason: '核查期间' });
    expect((await province.asked(submitterOf('ybj'), 'GET', one)).status).toBe(404);
    await province.done(ADMINISTRATOR, 'POST', `${one}/release`, { reason: '核查结束' });
    const order = { reason: '数据已移交承接部门', basis: '数据安全法第二十七条' };
    await province.done(responsibleOf('mzt'), 'POST', `${one}/order`, order);
    const certificate = await province.eventually('the certificate', async () => {
      const { body } = await province.asked(responsibleOf('mzt'), 'GET', one);
      return body['status'] === 'DISPOSED' && body;
    });
    expect(certificate).toMatchObject({
      ...{ ground: 'ORDERED', orderedBy: responsibleOf('mzt'), ...order },
      counts: { records: MARRIAGES.rows.length, changes: 2 * MARRIAGES.rows.length },
    });
    expect(await held()).toBe(0);
    const facts = await sealedFacts(province, id, 'exchange.resource-disposed.v1');
    expect(typesOf(facts)).toEqual(['disposal-scheduled', 'disposal-steered', 'disposal-steered', 'disposal-steered', 'resource-disposed']); // prettier-ignore
    expect(facts.at(-1)!.data).toMatchObject({ digest: certificate['digest'], counts: certificate['counts'] });
  });
});
