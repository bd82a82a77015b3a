import type { BatchDecided, BatchQuarantined, Principal } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import type { BatchReport } from '../src/batches/batch.store';
import { LivePolicy } from '../src/policy/live-policy';
import { aRow, keyOf, marriages, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

const officer = (
  departmentId: string,
  role: Principal['roles'][number] = 'SUBMITTER',
  name = 'officer',
): Principal => ({
  ...principalOf('console', departmentId),
  ...{ kind: 'officer', officerId: `${departmentId}-${name}`, systemId: null, roles: [role] },
});
const nameless = (n: number, over: Record<string, unknown> = {}) => ({ ...aRow(n, over), personName: null });

describe('a batch that a rule of quality holds', () => {
  let exchange: TestExchange;
  let keys = 0;
  const pushed = (rows: readonly unknown[], query = '', key = `held-${++keys}`) =>
    exchange.push<BatchReport>(ndjson(rows), { query, key });
  const held = async (rows: readonly unknown[], query = ''): Promise<string> => {
    const { status, json } = await pushed(rows, query);
    expect([status, json.status, json.batchNo]).toEqual([201, 'QUARANTINED', null]);
    return json.id;
  };
  type Answered = Omit<BatchReport, 'status'> & { status: string; code: string };
  const decide = (
    what: 'release' | 'discard',
    id: string,
    body: object = { reason: '核实无误' },
    by = officer('mzt'),
  ) =>
    exchange.call<Answered>('POST', `/v1/resources/${RESOURCE}/batches/${id}/${what}`, {
      principal: by,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const codeOf = async (answer: Promise<{ status: number; json: Pick<Problem, 'code'> }>) => {
    const { status, json } = await answer;
    return [status, json.code];
  };
  const stored = (n: number) =>
    exchange.count('record WHERE resource_id = $1 AND record_key = $2', [RESOURCE, keyOf(n)]);

  beforeAll(async () => {
    exchange = await TestExchange.start();
    const rule = { code: 'name-there', dimension: 'completeness', item: 'personName', threshold: '0.5' };
    const { status } = await exchange.call('PUT', `/v1/resources/${RESOURCE}/quality-rules`, {
      principal: officer('mzt'),
      headers: { 'if-match': '"0"', 'content-type': 'application/json' },
      body: JSON.stringify({ rules: [{ ...rule, effect: 'quarantine' }] }),
    });
    expect(status).toBe(200);
  });
  afterAll(() => exchange.stop());

  it('[R8.2] is not applied, keeps its rows where they outlive a crash, and is told of; repeated, it is the same', async () => {
    const { json } = await pushed([nameless(1), nameless(2), aRow(3)], '', 'the-same');
    expect(json).toMatchObject({ status: 'QUARANTINED', counts: { received: 3, inserted: 0 } });
    expect(await stored(1)).toBe(0);
    await until(async () => (await exchange.count('staged_row')) === 0);
    expect(await exchange.count('held_row WHERE batch_id = $1', [json.id])).toBe(3);
    expect(await exchange.count(`pg_class WHERE relname = 'held_row' AND relpersistence = 'p'`)).toBe(1);
    const again = await pushed([nameless(1), nameless(2), aRow(3)], '', 'the-same');
    expect([again.json.id, again.json.status]).toEqual([json.id, 'QUARANTINED']);
    const [fact] = await exchange.said<BatchQuarantined['data']>('exchange.batch-quarantined.v1');
    expect(fact).toMatchObject({ batchId: json.id, providerId: 'mzt', systemId: 'mzt-system', rules: ['name-there'] });
  });

  it('that satisfies the rule is applied, and one that is only tried is only told of', async () => {
    expect((await pushed([nameless(10), aRow(11)])).json.status).toBe('APPLIED');
    expect((await pushed([nameless(12)], '?dryRun=true')).json.status).toBe('CHECKED');
  });

  it('[R8.2] is released by an officer of the provider: applied, with number, counts and facts; once', async () => {
    const id = await held([nameless(20), nameless(20, { fee: '1.00' }), nameless(21)]);
    const { status, json } = await decide('release', id);
    expect([status, json.status, json.counts]).toMatchObject([
      200,
      'APPLIED',
      { received: 3, inserted: 2, replaced: 1 },
    ]);
    expect(json.batchNo).toBeGreaterThan(0);
    expect(await stored(20)).toBe(1);
    expect((await decide('release', id)).json).toEqual(json);
    expect(await codeOf(decide('discard', id))).toEqual([409, 'exchange.batch_settled']);
    expect(await exchange.count('record_change WHERE batch_no = $1', [json.batchNo])).toBe(2);
    expect(await exchange.count('held_row WHERE batch_id = $1', [id])).toBe(0);
    const facts = await exchange.said<BatchDecided['data']>('exchange.batch-decided.v1');
    expect(facts).toMatchObject([{ batchId: id, decision: 'released', officerId: 'mzt-officer', reason: '核实无误' }]);
  });

  it('[R8.2] is discarded, and nothing of it was ever there', async () => {
    const id = await held([nameless(30)]);
    expect((await decide('discard', id)).json.status).toBe('DISCARDED');
    expect((await decide('discard', id)).json.status).toBe('DISCARDED');
    expect(await codeOf(decide('release', id))).toEqual([409, 'exchange.batch_settled']);
    expect([await stored(30), await exchange.count('held_row WHERE batch_id = $1', [id])]).toEqual([0, 0]);
  });

  it('is decided once when two officers decide at the same moment', async () => {
    const id = await held([nameless(40)]);
    const answers = await Promise.all([
      decide('release', id, { reason: '放行' }, officer('mzt', 'SUBMITTER', 'a')),
      decide('discard', id, { reason: '放弃' }, officer('mzt', 'RESPONSIBLE_OFFICER', 'b')),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const released = answers[0].status === 200;
    expect(await stored(40)).toBe(released ? 1 : 0);
    expect(await exchange.count('held_row WHERE batch_id = $1', [id])).toBe(0);
  });

  it('does not take the place of what came later, unless its provider says so', async () => {
    const id = await held([nameless(50, { fee: '1.00' })]);
    expect((await pushed([aRow(50, { fee: '2.00' })])).json.status).toBe('APPLIED');
    expect(await codeOf(decide('release', id))).toEqual([409, 'exchange.hold_overtaken']);
    expect((await decide('release', id, { reason: '以此为准', overLater: true })).json.status).toBe('APPLIED');
    const sql = 'record WHERE resource_id = $1 AND record_key = $2 AND payload ->> $3 = $4';
    expect(await exchange.count(sql, [RESOURCE, keyOf(50), 'fee', '1.00'])).toBe(1);
  });

  it('removes when it is released what a snapshot does not have', async () => {
    const id = await held([nameless(60)], '?operation=snapshot');
    expect(await exchange.count('record WHERE resource_id = $1', [RESOURCE])).toBeGreaterThan(1);
    expect((await decide('release', id)).json.counts).toMatchObject({ inserted: 1 });
    expect(await exchange.count('record WHERE resource_id = $1', [RESOURCE])).toBe(1);
  });

  it('is decided by nobody else, with a reason, and only if it was held', async () => {
    const id = await held([nameless(70)]);
    const reason = { reason: 'x' };
    expect(await codeOf(decide('release', id, reason, officer('gat')))).toEqual([404, 'request.not_found']);
    expect((await decide('release', id, reason, principalOf('mzt-system', 'mzt'))).status).toBe(403);
    expect((await decide('discard', id, reason, officer('mzt', 'REVIEWER'))).status).toBe(403);
    for (const body of [{}, { reason: '' }, { reason: 'x'.repeat(501) }, { reason: 'x', overLater: 'yes' }])
      expect((await decide('release', id, body)).status).toBe(400);
    const applied = (await pushed([aRow(71)])).json.id;
    expect(await codeOf(decide('release', applied))).toEqual([404, 'request.not_found']);
  });

  it('is not applied by an entry that it was not checked by', async () => {
    const id = await held([nameless(80)]);
    await exchange.state('policy.resources', { ...marriages, version: marriages.version + 1 });
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.resource(RESOURCE)!.version > marriages.version);
    expect(await codeOf(decide('release', id))).toEqual([409, 'exchange.hold_outdated']);
    expect((await decide('discard', id)).json.status).toBe('DISCARDED');
  });
});
