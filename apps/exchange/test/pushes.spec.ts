import type { IHeaders } from 'kafkajs';
import type { BatchApplied } from '@qiongtong/contracts';
import { aSystem } from '@qiongtong/testing';
import { ParkedMessages } from '@qiongtong/platform';
import { LivePolicy } from '../src/policy/live-policy';
import { aRow, keyOf, RESOURCE, TestExchange, until } from './exchange';
import { receiptsOf } from './receipts';

let ids = 0;
type Pushed = { key: string | null; value: string | Buffer | null; headers: IHeaders };
const message = (
  row: unknown,
  over: {
    key?: string | null;
    type?: string;
    subject?: string | null;
    headers?: IHeaders;
    value?: string | Buffer | null;
  } = {},
): Pushed & { id: string } => {
  const id = `message-${++ids}`;
  return {
    id,
    key: over.key === undefined ? (row as { certNo: string }).certNo : over.key,
    value: over.value === undefined ? JSON.stringify(row) : over.value,
    headers: {
      ce_id: id,
      ce_type: over.type ?? 'record.upserted.v1',
      ...(over.subject === null ? {} : { ce_subject: over.subject ?? RESOURCE }),
      ...over.headers,
    },
  };
};

describe('rows pushed by messages', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start();
    await until(async () => (await exchange.topics()).includes('receipts.mzt-system'));
  });
  afterAll(() => exchange.stop());

  const answersTo = (messages: readonly { id: string }[], systemId = 'mzt-system') =>
    receiptsOf(
      exchange,
      systemId,
      messages.map(({ id }) => id),
    );
  const push = async (messages: readonly (Pushed & { id: string })[], systemId = 'mzt-system') => {
    await exchange.produce(
      `push.${systemId}`,
      messages.map(({ id: _, ...rest }) => rest),
    );
    return answersTo(messages, systemId);
  };
  const stored = () => exchange.count('record WHERE resource_id = $1', [RESOURCE]);

  it('[R9.2] are applied in order per key, with changes, a fact and a receipt each', async () => {
    const messages = [
      message(aRow(1)),
      message(aRow(2)),
      message(aRow(1, { fee: '1.00' })),
      message({ certNo: keyOf(2) }, { type: 'record.deleted.v1' }),
      message(aRow(3)),
    ];
    const receipts = await push(messages);
    expect(receipts.map(({ outcome, code }) => [outcome, code])).toEqual(messages.map(() => ['applied', undefined]));
    expect(receipts.every(({ batchNo }) => batchNo !== null && batchNo >= 1)).toBe(true);
    const { rows } = await exchange.pool.query<{ record_key: string; payload: { fee: string } }>(
      'SELECT record_key, payload FROM record WHERE resource_id = $1 ORDER BY record_key',
      [RESOURCE],
    );
    expect(rows.map(({ record_key, payload }) => [record_key, payload.fee])).toEqual([
      [keyOf(1), '1.00'],
      [keyOf(3), '9.00'],
    ]);
    const facts = await exchange.said<BatchApplied['data']>('exchange.batch-applied.v1');
    expect(facts.reduce((sum, { counts }) => sum + counts.received, 0)).toBe(5);
    expect(facts.at(-1)).toMatchObject({ channel: 'KAFKA', systemId: 'mzt-system', rows: 2 });
    expect(await exchange.count('record_change')).toBeGreaterThanOrEqual(2);
  });

  it('are removed by a tombstone as well', async () => {
    await push([message(aRow(4))]);
    const [receipt] = await push([message(null, { key: keyOf(4), type: 'record.deleted.v1', value: null })]);
    expect(receipt).toMatchObject({ outcome: 'applied' });
    expect(await exchange.count('record WHERE record_key = $1', [keyOf(4)])).toBe(0);
  });

  it.each([
    ['no JSON', () => message(aRow(20), { value: 'not json' }), 'exchange.message_not_json'],
    ['no UTF-8', () => message(aRow(20), { value: Buffer.from([0x7b, 0xff, 0x7d]) }), 'exchange.message_not_json'],
    ['a list', () => message(aRow(20), { value: '[]' }), 'exchange.message_not_json'],
    ['no value', () => message(aRow(20), { value: null }), 'exchange.message_not_json'],
    ['an unknown resource', () => message(aRow(20), { subject: 'no-such' }), 'access.resource_unknown'],
    ['no resource', () => message(aRow(20), { subject: null }), 'access.resource_unknown'],
    ['another department’s resource', () => message(aRow(20), { subject: 'foreign' }), 'access.not_provider'],
    ['another type', () => message(aRow(20), { type: 'record.renamed.v1' }), 'exchange.message_type_unknown'],
    ['a row that is wrong', () => message(aRow(20, { status: '7' })), 'exchange.rows_invalid'],
    ['the key of another row', () => message(aRow(20), { key: keyOf(21) }), 'exchange.message_key_mismatch'],
    ['no key', () => message(aRow(20), { key: null }), 'exchange.message_key_mismatch'],
    ['a row that is too large', () => message(aRow(20, { remark: 'x'.repeat(300_000) })), 'exchange.message_too_large'],
  ] as const)(
    '[R9.2] with %s are set aside with a receipt, and the next message is applied',
    async (_what, bad, code) => {
      const before = await stored();
      const [wrong, good] = [bad(), message(aRow(30))];
      const [quarantined, applied] = await push([wrong, good]);
      expect(quarantined).toMatchObject({ messageId: wrong.id, outcome: 'quarantined', code });
      expect(applied).toMatchObject({ outcome: 'applied' });
      expect(
        await exchange.count('quarantined_row WHERE batch_id = $1 AND message_id = $2 AND code = $3', [
          quarantined!.batchId,
          wrong.id,
          code,
        ]),
      ).toBe(1);
      expect(await stored()).toBeLessThanOrEqual(before + 1);
      expect(await exchange.count('record WHERE record_key = $1', [keyOf(20)])).toBe(0);
    },
  );

  it('name the wrong item in the receipt, and no value', async () => {
    const [receipt] = await push([message(aRow(22, { personName: '王'.repeat(51) }))]);
    expect(receipt!.errors).toEqual([{ pointer: '/personName', message: 'expected text of at most 50 characters' }]);
    expect(JSON.stringify(receipt)).not.toContain('王');
  });

  it('[R9.2] are judged by the topic they lie in, whatever their headers say of the sender', async () => {
    const [receipt] = await push(
      [message(aRow(23), { headers: { ce_source: 'mzt-system', 'x-system': 'mzt-system' } })],
      'gat-system',
    );
    expect(receipt).toMatchObject({ outcome: 'quarantined', code: 'access.not_provider' });
  });

  it('[R2.3] with a secrecy marking are refused and kept nowhere', async () => {
    const [receipt] = await push([message(aRow(24, { remark: '绝密★启用前' }))]);
    expect(receipt).toMatchObject({ outcome: 'refused', code: 'exchange.secret_marking', batchId: null });
    expect(await exchange.count(`quarantined_row WHERE row LIKE '%绝密%'`)).toBe(0);
    expect(await exchange.said('exchange.secret-marking-found.v1')).toEqual([
      { systemId: 'mzt-system', channel: 'KAFKA', rule: 'secret-mark:TOP_SECRET' },
    ]);
  });

  it('are counted once when their sender or the broker repeats them', async () => {
    const repeated = message(aRow(40));
    await push([repeated]);
    const changes = await exchange.count('record_change WHERE record_key = $1', [keyOf(40)]);
    await push([{ ...repeated }, message(aRow(41))]);
    expect(await exchange.count('record_change WHERE record_key = $1', [keyOf(40)])).toBe(changes);
    expect(await exchange.count('record WHERE record_key = $1', [keyOf(40)])).toBe(1);
  });

  it('get their topics when their system is registered, and are taken from them without a restart', async () => {
    await exchange.state(
      'policy.systems',
      aSystem({
        id: 'mzt-second',
        departmentId: 'mzt',
        ownerId: 'mzt',
        provides: [RESOURCE],
        kafka: true,
        addresses: ['10.9.9.0/24'],
      }),
    );
    await until(async () => (await exchange.topics()).includes('push.mzt-second'));
    const [receipt] = await push([message(aRow(50))], 'mzt-second');
    expect(receipt).toMatchObject({ outcome: 'applied' });
  });

  // Last: it lets the projection grow old.
  it('[R14.7] wait while nothing can be decided, and are neither refused nor parked', async () => {
    const policy = exchange.service.app.get(LivePolicy);
    exchange.pauseHeartbeats();
    await until(() => policy.freshness() === 'stale');
    const waiting = message(aRow(60));
    const { id: _, ...sent } = waiting;
    await exchange.produce('push.mzt-system', [sent]);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await exchange.count('record WHERE record_key = $1', [keyOf(60)])).toBe(0);
    expect(await exchange.service.app.get(ParkedMessages).count()).toBe(0);
    exchange.resumeHeartbeats();
    expect(await answersTo([waiting])).toMatchObject([{ outcome: 'applied' }]);
  });
});
