import type { SourceColumnsUnknown } from '@qiongtong/contracts';
import { aSystem } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import { aRow, keyOf, RESOURCE, TestExchange, until } from './exchange';
import { receiptsOf, type Receipt } from './receipts';

type Pushed = { key: string | null; value: string | null; headers: Record<string, string> };

/** A row as a connector reads it from its table: columns in the table's own way of writing. */
const columns = (n: number, over: Record<string, unknown> = {}) => {
  const { certNo, personName, registeredOn: _, regionCode, ...rest } = aRow(n);
  return { cert_no: certNo, person_name: personName, registered_on: 19_782, region_code: regionCode, ...rest, ...over };
};
let ids = 0;
const event = (
  op: string,
  n: number,
  over: Record<string, unknown> = {},
  subject: string | null = RESOURCE,
): Pushed => ({
  key: JSON.stringify({ schema: { type: 'struct' }, payload: { cert_no: keyOf(n) } }),
  value: JSON.stringify({
    schema: { type: 'struct', fields: [] },
    payload: {
      op,
      before: op === 'd' ? columns(n) : null,
      after: op === 'd' ? null : columns(n, over),
      source: { table: 'marriage' },
    },
  }),
  headers: { ce_id: `change-${++ids}`, ...(subject === null ? {} : { ce_subject: subject }) },
});
const tombstone = (n: number): Pushed => ({ ...event('d', n), value: null });

describe('change events of a source, as they come', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start();
    await until(async () => (await exchange.topics()).includes('receipts.mzt-system'));
  });
  afterAll(() => exchange.stop());

  const push = async (messages: readonly Pushed[], systemId = 'mzt-system'): Promise<Receipt[]> => {
    await exchange.produce(`push.${systemId}`, [...messages]);
    return receiptsOf(
      exchange,
      systemId,
      messages.map(({ headers }) => headers['ce_id']!),
    );
  };
  const stored = async (resourceId = RESOURCE) => {
    const { rows } = await exchange.pool.query<{ key: string; payload: Record<string, unknown> }>(
      'SELECT record_key AS key, payload FROM record WHERE resource_id = $1 ORDER BY record_key',
      [resourceId],
    );
    return new Map(rows.map(({ key, payload }) => [key, payload]));
  };

  it('[R9.2] are applied in order: reads of a snapshot, creations, updates, deletions and their tombstones', async () => {
    const receipts = await push([
      event('r', 1),
      event('r', 2),
      event('c', 3),
      event('u', 1, { fee: '1.00' }),
      event('d', 2),
      tombstone(2),
    ]);
    expect(receipts.map(({ outcome, code, errors }) => [outcome, code, errors])).toEqual(
      receipts.map(() => ['applied', undefined, undefined]),
    );
    const rows = await stored();
    expect([...rows.keys()]).toEqual([keyOf(1), keyOf(3)]);
    expect(rows.get(keyOf(1))).toEqual(aRow(1, { fee: '1.00' }));
  });

  it('replayed from the start lead to the same', async () => {
    const stream = [event('r', 10), event('u', 10, { fee: '2.00' }), event('c', 11), event('d', 11), tombstone(11)];
    await push(stream);
    const once = await stored();
    await push(stream.map((one) => ({ ...one, headers: { ...one.headers, ce_id: `again-${++ids}` } })));
    expect(await stored()).toEqual(once);
  });

  it('have columns that are no items left out, told in the receipt and once as a fact', async () => {
    const [first, second] = await push([event('c', 20, { colour: 'red' }), event('c', 21, { colour: 'red', size: 1 })]);
    expect(first).toMatchObject({
      outcome: 'applied',
      errors: [{ pointer: '/colour', message: 'is no item of the entry and was left out' }],
    });
    expect(second!.errors).toHaveLength(2);
    await push([event('u', 20, { colour: 'blue' })]);
    expect((await stored()).get(keyOf(20))).toEqual(aRow(20));
    const facts = await exchange.said<SourceColumnsUnknown['data']>('exchange.source-columns-unknown.v1');
    expect(facts.flatMap(({ columns: names }) => names).sort()).toEqual(['colour', 'size']);
    expect(JSON.stringify(facts)).not.toContain('red');
  });

  it.each([
    ['a row that is wrong', event('c', 30, { status: '7' }), 'exchange.rows_invalid'],
    ['a key that is not the record’s', { ...event('c', 30), key: '{"id":7}' }, 'exchange.message_key_mismatch'],
    ['a deletion of no key', { ...event('d', 30), key: '{"id":7}' }, 'exchange.message_key_mismatch'],
    ['a truncation', event('t', 30), 'exchange.source_truncated'],
    ['a change of the schema', { ...event('c', 30), value: '{"ddl":"ALTER"}' }, 'exchange.source_schema_message'],
    ['an operation nobody knows', event('x', 30), 'exchange.message_type_unknown'],
    ['another department’s resource', event('c', 30, {}, 'foreign'), 'access.not_provider'],
    ['no resource, from a system with several', event('c', 30, {}, null), 'access.resource_unknown'],
  ])('[R9.2] with %s are set aside, and the next is applied', async (_what, bad, code) => {
    const [wrong, good] = await push([bad, event('u', 1, { fee: `${ids}.00` })]);
    expect(wrong).toMatchObject({ outcome: 'quarantined', code });
    expect(good).toMatchObject({ outcome: 'applied' });
  });

  it('[R2.3] with a secrecy marking are refused, and nothing of them is kept', async () => {
    const [receipt] = await push([event('c', 40, { remark: '绝密★' })]);
    expect(receipt).toMatchObject({ outcome: 'refused', code: 'exchange.secret_marking', batchId: null });
    expect((await stored()).has(keyOf(40))).toBe(false);
  });

  it('need not name their resource where their system provides one alone', async () => {
    await exchange.state(
      'policy.systems',
      aSystem({ id: 'solo', departmentId: 'mzt', ownerId: 'mzt', provides: ['order'], kafka: true }),
    );
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.system('solo') !== undefined);
    await until(async () => (await exchange.topics()).includes('receipts.solo'));
    const [receipt] = await push([event('c', 1, {}, null)], 'solo');
    expect(receipt).toMatchObject({ outcome: 'applied', resourceId: 'order' });
    expect([...(await stored('order')).keys()]).toEqual([keyOf(1)]);
  });
});
