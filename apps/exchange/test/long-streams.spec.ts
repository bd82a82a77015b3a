import { HOP_HEADER } from '@qiongtong/contracts';
import { aUse } from '@qiongtong/testing';
import { aRelease, aRow, ndjson, RESOURCE, TestExchange, until } from './exchange';

jest.setTimeout(60_000);

const RECORDS = `/v1/resources/${RESOURCE}/records`;
const ROWS = 6_000;
const READ_TIMEOUT_MS = 2_000;
/** Long enough for a slow machine to take the rows in what is left after the pause. */
const STREAM_SECONDS = 20;
const ITEMS = ['certNo', 'remark'];

describe('a stream that takes its time', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start({
      READ_TIMEOUT_MS: String(READ_TIMEOUT_MS),
      STREAM_SECONDS: String(STREAM_SECONDS),
    });
    const rows = Array.from({ length: ROWS }, (_, n) => aRow(n, { remark: 'x'.repeat(4_000) }));
    expect((await exchange.push(ndjson(rows))).status).toBe(201);
  });
  afterAll(() => exchange?.stop());

  const begun = async () => {
    const use = aUse({ resourceId: RESOURCE, action: 'batch', items: ITEMS, touchedItems: ITEMS });
    const { hop } = exchange.hopFor('GET', RECORDS, aRelease(use, { items: ITEMS }));
    const answer = await fetch(exchange.service.url + RECORDS, {
      headers: { [HOP_HEADER]: hop, accept: 'application/x-ndjson' },
    });
    expect(answer.status).toBe(200);
    return answer.body!.getReader();
  };
  /** Reads on; how many lines came before the end. */
  const linesOf = async (reader: Awaited<ReturnType<typeof begun>>): Promise<number> => {
    let lines = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return lines;
      // Byte by byte in JavaScript a slow machine would itself take longer than the stream may.
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines++;
    }
  };
  const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  /** Transactions that hold the table of records; its locks are seen by every role. */
  const snapshots = () => exchange.count(`pg_locks WHERE relation = 'record'::regclass`);

  it('is whole, though the statements of other reads may take less time than it lasts', async () => {
    const reader = await begun();
    await after(READ_TIMEOUT_MS * 1.5);
    expect(await snapshots()).toBe(1);
    expect(await linesOf(reader)).toBe(ROWS);
    await until(async () => (await snapshots()) === 0);
  });

  it('is cut off where a stream would last longer than it may, and keeps no snapshot', async () => {
    const reader = await begun();
    await after(STREAM_SECONDS * 1_000 + 200);
    await expect(linesOf(reader)).rejects.toThrow();
    await until(async () => (await snapshots()) === 0);
    const closed = await exchange.said<{ outcome: string; rows: number }>('exchange.delivery-closed.v1');
    expect(closed.at(-1)).toMatchObject({ outcome: 'aborted' });
    expect(closed.at(-1)!.rows).toBeLessThan(ROWS);
  });

  it('is over, and keeps no snapshot, when its reader leaves', async () => {
    const reader = await begun();
    await after(100);
    expect(await snapshots()).toBe(1);
    await reader.cancel();
    await until(async () => (await snapshots()) === 0);
  });
});
