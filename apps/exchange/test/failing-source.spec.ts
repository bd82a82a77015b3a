import type { IHeaders } from 'kafkajs';
import type { SourceSlowed } from '@qiongtong/contracts';
import { FAILING_FROM } from '../src/pushes/failing-sources';
import { aRow, keyOf, RESOURCE, TestExchange, until } from './exchange';
import { receiptsIn } from './receipts';

type Pushed = { key: string; value: string; headers: IHeaders };
let ids = 0;
const message = (n: number, resourceId: string, value: unknown): Pushed => ({
  key: keyOf(n),
  value: JSON.stringify(value),
  headers: { ce_id: `m${++ids}`, ce_type: 'record.upserted.v1', ce_subject: resourceId },
});

describe('a source whose messages keep failing', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start();
    await until(async () => (await exchange.topics()).includes('receipts.gat-system'));
    await until(async () => (await exchange.topics()).includes('receipts.mzt-system'));
  });
  afterAll(() => exchange.stop());

  const received = async (systemId: string): Promise<number> => {
    const { rows } = await exchange.pool.query<{ n: string }>(
      `SELECT coalesce(sum(received), 0) AS n FROM batch WHERE channel = 'KAFKA' AND system_id = $1`,
      [systemId],
    );
    return Number(rows[0]!.n);
  };

  it('[R9.2] is slowed alone and told of once; others are as quick as ever, and nothing of it is lost', async () => {
    const bad = Array.from({ length: FAILING_FROM }, (_, n) => message(n, 'foreign', { ...aRow(n), copies: 'many' }));
    await exchange.produce('push.gat-system', bad);
    await until(async () => (await received('gat-system')) === FAILING_FROM);
    await exchange.produce('push.gat-system', [message(1, 'foreign', aRow(1)), message(2, 'foreign', aRow(2))]);
    await exchange.produce('push.mzt-system', [message(1, RESOURCE, aRow(1))]);
    await until(async () => (await received('mzt-system')) === 1);
    expect(await received('gat-system')).toBe(FAILING_FROM);

    // In its own time.
    await until(async () => (await received('gat-system')) === FAILING_FROM + 2);
    const facts = await exchange.said<SourceSlowed['data']>('exchange.source-slowed.v1');
    expect(facts).toEqual([{ systemId: 'gat-system', failed: expect.any(Number) }]);
    const receipts = await exchange.readTopic(
      'receipts.gat-system',
      (all) => receiptsIn(all).length >= FAILING_FROM + 2,
    );
    const outcomes = receiptsIn(receipts).map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'quarantined').length).toBe(FAILING_FROM);
    expect(outcomes.slice(-2)).toEqual(['applied', 'applied']);
    // Most of that was good: it waits for nothing any more.
    await exchange.produce('push.gat-system', [message(3, 'foreign', aRow(3))]);
    await until(async () => (await exchange.count('record WHERE resource_id = $1', ['foreign'])) === 3, 4_000);
  });
});
