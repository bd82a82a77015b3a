import type { Principal, QualityRulesSet } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import type { BatchReport } from '../src/batches/batch.store';
import type { QualityResultView, QualityRulesView, QualityView } from '../src/quality/quality.service';
import { QualityRetention } from '../src/quality/quality-retention';
import { aRow, keyOf, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

const officer = (
  departmentId: string,
  role: Principal['roles'][number] = 'SUBMITTER',
  regionCode = '460100',
): Principal => ({
  ...principalOf('console', departmentId),
  ...{ kind: 'officer', officerId: `${departmentId}-officer`, systemId: null, roles: [role], regionCode },
});
const rule = (code: string, dimension: string, rest: object, threshold = '0.99') => ({
  ...{ code, dimension, threshold, effect: 'report' },
  ...rest,
});
const RULES = [
  rule('name-there', 'completeness', { item: 'personName' }),
  rule('id-form', 'validity', { item: 'idNumber', pattern: '\\d{17}[0-9X]' }),
  rule('copies-few', 'validity', { item: 'copies', holds: { item: 'copies', op: 'le', value: 4 } }, '0.5'),
  rule('one-a-person', 'uniqueness', { items: ['idNumber', 'registeredOn'] }),
  rule('paid', 'consistency', {
    when: { item: 'status', op: 'eq', value: '2' },
    then: { item: 'fee', op: 'gt', value: '0' },
  }),
  rule('recent', 'timeliness', { item: 'registeredOn', days: 30 }),
];
const today = () => new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);
const good = (n: number, over: object = {}) =>
  aRow(n, { idNumber: `4601001990${String(n).padStart(8, '0')}`, copies: 1, registeredOn: today(), ...over });

describe('quality', () => {
  let exchange: TestExchange;
  const set = <T = QualityRulesView>(
    rules: unknown,
    revision: number,
    principal = officer('mzt'),
    resourceId: string = RESOURCE,
  ) =>
    exchange.call<T>('PUT', `/v1/resources/${resourceId}/quality-rules`, {
      principal,
      headers: { 'if-match': `"${revision}"`, 'content-type': 'application/json' },
      body: JSON.stringify({ rules }),
    });
  const read = <T>(what: string, principal = officer('mzt'), resourceId: string = RESOURCE) =>
    exchange.call<T>('GET', `/v1/resources/${resourceId}/${what}`, { principal });
  const qualityOf = async (batchId: string) =>
    (await read<BatchReport & { quality: QualityResultView[] }>(`batches/${batchId}`)).json.quality;

  beforeAll(async () => {
    exchange = await TestExchange.start();
  });
  afterAll(() => exchange.stop());

  it.each([
    ['a wrong item', [rule('a', 'completeness', { item: 'nothing' })], '/rules/0/item'],
    ['a wrong type', [rule('a', 'timeliness', { item: 'personName', days: 3 })], '/rules/0/item'],
    ['a threshold of 1.5', [rule('a', 'completeness', { item: 'personName' }, '1.5')], '/rules/0/threshold'],
    ['a runaway pattern', [rule('a', 'validity', { item: 'personName', pattern: '(a+)+$' })], '/rules/0/pattern'],
    ['an effect there is not', [{ ...RULES[0], effect: 'destroy' }], '/rules/0/effect'],
  ])('[R8.2] rules with %s are refused where they are wrong, and none is set', async (_, rules, pointer) => {
    const { status, json } = await set<Problem>(rules, 0);
    expect([status, json.code, json.errors?.[0]?.pointer]).toEqual([422, 'exchange.quality_rules_invalid', pointer]);
    expect((await read<QualityRulesView>('quality-rules')).json).toMatchObject({ revision: 0, rules: [] });
  });

  it.each([
    ['another department’s officer', officer('gat'), 404],
    ['a reviewer of the provider', officer('mzt', 'REVIEWER'), 403],
    ['the provider’s system', principalOf('mzt-system', 'mzt'), 403],
    ['the operator', officer('sjj', 'PLATFORM_OPERATOR'), 403],
  ])('[R8.2] rules are not set by %s', async (_, principal, status) => {
    expect((await set(RULES, 0, principal)).status).toBe(status);
  });

  it('[R8.2] of another department are neither set nor seen', async () => {
    expect((await set([], 0, officer('mzt'), 'foreign')).status).toBe(404);
    for (const what of ['quality-rules', 'quality'])
      expect((await read(what, officer('mzt'), 'foreign')).status).toBe(404);
  });

  it('[R8.2] rules of two officers at once: one is set, the other told', async () => {
    const answers = await Promise.all([set(RULES, 0), set(RULES, 0, officer('mzt', 'RESPONSIBLE_OFFICER'))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const { json, headers } = await read<QualityRulesView>('quality-rules');
    expect([json.revision, json.rules, headers.get('etag')]).toEqual([1, RULES, '"1"']);
    const facts = await exchange.said<QualityRulesSet['data']>('exchange.quality-rules-set.v1');
    expect(facts).toEqual([
      { resourceId: RESOURCE, providerId: 'mzt', officerId: 'mzt-officer', revision: 1, rules: RULES.length },
    ]);
  });

  it('[R8.2] each batch has its result under each rule, by lines and never by values', async () => {
    const rows = [
      good(1),
      good(2, { personName: '  ' }),
      good(3, { idNumber: '46010019900000000Y' }),
      good(4, { copies: 5 }),
      good(5, { idNumber: good(1).idNumber }),
      good(6, { status: '2', fee: '0.00' }),
      good(7, { status: '2' }),
      good(8, { registeredOn: '2019-01-01' }),
      good(9, { registeredOn: '2999-01-01', idNumber: undefined }),
    ];
    const { status, json } = await exchange.push<BatchReport>(ndjson(rows));
    expect([status, json.status]).toEqual([201, 'APPLIED']);
    const found = (await qualityOf(json.id)).map((r) => [
      r.rule,
      r.checked,
      r.failing,
      r.share,
      r.met,
      r.sampleLines.length,
    ]);
    expect(found).toEqual([
      ['copies-few', 9, 1, '0.8888', true, 1],
      ['id-form', 8, 1, '0.8750', false, 1],
      ['name-there', 9, 1, '0.8888', false, 1],
      ['one-a-person', 8, 2, '0.7500', false, 1],
      ['paid', 2, 1, '0.5000', false, 1],
      ['recent', 9, 2, '0.7777', false, 2],
    ]);
  });

  it('[R8.2] a dry run is measured and is no part of the trend', async () => {
    const { json: before } = await read<QualityView>('quality');
    const dry = await exchange.push<BatchReport>(ndjson([good(1)]), { query: '?dryRun=true' });
    expect(await qualityOf(dry.json.id)).toHaveLength(RULES.length);
    expect((await read<QualityView>('quality')).json).toEqual(before);
  });

  it('[R8.2] a batch that removes records is not measured', async () => {
    const { status, json } = await exchange.push<BatchReport>(ndjson([{ certNo: good(8).certNo }]), {
      query: '?operation=delete',
    });
    expect([status, json.counts.deleted]).toEqual([201, 1]);
    expect(await qualityOf(json.id)).toEqual([]);
  });

  it('[R8.2] the trend is read by pages without a gap, with a figure for each dimension of the last batch', async () => {
    await exchange.push(ndjson([good(1), good(2)]));
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { json }: { json: QualityView } = await read<QualityView>(`quality?limit=5${next && `&cursor=${next}`}`);
      expect(json.dimensions.map(({ share }) => share)).toEqual(['1', '1', '1', null, '1']);
      seen.push(...json.items.map(({ batchId, rule: code }) => `${batchId} ${code}`));
      next = json.next;
    }
    expect(new Set(seen).size).toBe(2 * RULES.length);
    expect(seen).toHaveLength(2 * RULES.length);
    expect((await read('quality', officer('sjj', 'PLATFORM_OPERATOR'))).status).toBe(200);
    expect((await read('quality', officer('gat'))).status).toBe(404);
  });

  it('[R8.2] a batch of 100,000 rows is measured in the database', async () => {
    function* lines() {
      for (let n = 0; n < 100_000; n += 1_000)
        yield Buffer.from(
          ndjson(Array.from({ length: 1_000 }, (_, i) => good(n + i, { copies: i % 10 === 0 ? 9 : 1 }))),
        );
    }
    const { status, json } = await exchange.push<BatchReport>(ReadableStream.from(lines()) as ReadableStream);
    expect(status).toBe(201);
    const few = (await qualityOf(json.id)).find(({ rule: code }) => code === 'copies-few');
    expect(few).toMatchObject({ checked: 100_000, failing: 10_000, share: '0.9000' });
    expect(few?.sampleLines).toHaveLength(10);
  });

  it('[R8.2] rules set anew hold from the next batch on, and those before are kept', async () => {
    expect((await set([RULES[0]], 1)).json.revision).toBe(2);
    const { json } = await exchange.push<BatchReport>(ndjson([good(1)]));
    expect((await qualityOf(json.id)).map(({ rule: code, revision }) => [code, revision])).toEqual([['name-there', 2]]);
    expect(await exchange.count('quality_rules WHERE resource_id = $1', [RESOURCE])).toBe(2);
  });

  it('[R8.2] rows that come as messages are measured too, summed by the hour, each once', async () => {
    const { revision } = (await read<QualityRulesView>('quality-rules')).json;
    expect((await set(RULES, revision)).json.revision).toBe(revision + 1);
    const message = (n: number, over: object = {}) => ({
      key: keyOf(n),
      value: JSON.stringify(good(n, over)),
      headers: { ce_id: `quality-${n}`, ce_type: 'record.upserted.v1', ce_subject: RESOURCE },
    });
    const sent = [
      message(1),
      message(2, { personName: '' }),
      message(3, { copies: 9 }),
      message(4, { personName: ' ' }),
    ];
    await until(async () => (await exchange.topics()).includes('receipts.mzt-system'));
    await exchange.produce('push.mzt-system', sent.slice(0, 3));
    await exchange.produce('push.mzt-system', [...sent.slice(2), message(5)]);
    const sums = async () => {
      const { items, dimensions } = (await read<QualityView>('quality?limit=100')).json;
      const hours = items.filter(({ batchId, revision: of }) => batchId === null && of === revision + 1);
      const total = (code: string) => {
        const of = hours.filter(({ rule: one }) => one === code);
        const sum = (name: 'checked' | 'failing') => of.reduce((sofar, result) => sofar + result[name], 0);
        return [sum('checked'), sum('failing')];
      };
      return { hours, total, dimensions };
    };
    // The third comes twice, as two messages: that is what was sent.
    await until(async () => (await sums()).total('name-there')[0] === 6);
    const { hours, total } = await sums();
    expect(total('name-there')).toEqual([6, 2]);
    expect(total('copies-few')).toEqual([6, 2]);
    expect(total('one-a-person')).toEqual([0, 0]);
    expect(new Set(hours.map(({ measuredAt }) => measuredAt.slice(14)))).toEqual(new Set(['00:00.000Z']));
    expect(hours.every(({ sampleLines }) => sampleLines.length === 0)).toBe(true);
  });

  it('[R8.2] results are forgotten after their time', async () => {
    const retention = exchange.service.app.get(QualityRetention);
    const kept = await exchange.count('quality_result');
    await retention.forget(new Date());
    expect(await exchange.count('quality_result')).toBe(kept);
    await retention.forget(new Date(Date.now() + 1_100 * 24 * 3600 * 1000));
    expect(await exchange.count('quality_result')).toBe(0);
  });
});
