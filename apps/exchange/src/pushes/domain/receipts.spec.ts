import { inParts, receiptOf } from './receipts';

const batch = { resourceId: 'r', batchId: 'b', batchNo: 1 };

describe('receipts of pushed messages', () => {
  it('[R9.2] say of what was applied no more than that it was', () => {
    expect(receiptOf('m', 'applied')).toEqual({ messageId: 'm', outcome: 'applied' });
  });

  it('[R9.2] say why, and where', () => {
    const errors = [{ pointer: '/fee', message: 'expected a number' }];
    expect(receiptOf('m', 'quarantined', 'exchange.rows_invalid', errors)).toEqual({
      ...{ messageId: 'm', outcome: 'quarantined' },
      ...{ code: 'exchange.rows_invalid', errors },
    });
  });

  it('answer an id of any length by its beginning', () => {
    expect(receiptOf('x'.repeat(10_000), 'applied').messageId).toHaveLength(200);
  });

  it('are none when there is nothing to answer', () => {
    expect(inParts({ ...batch, receipts: [] })).toEqual([]);
  });

  it('fill messages that the broker takes, in order, and none is missing', () => {
    const receipts = Array.from({ length: 1000 }, (_, i) => receiptOf(`信息-${i}`, 'applied'));
    const parts = inParts({ ...batch, receipts }, 4_000);
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.every((part) => Buffer.byteLength(JSON.stringify(part.receipts)) <= 4_001)).toBe(true);
    expect(parts.flatMap((part) => part.receipts)).toEqual(receipts);
    expect(parts.every(({ batchId }) => batchId === 'b')).toBe(true);
  });

  it('that are larger than a part go alone', () => {
    const receipts = [1, 2, 3].map((n) => receiptOf(`${n}`.repeat(150), 'applied'));
    expect(inParts({ ...batch, receipts }, 100).map((part) => part.receipts.length)).toEqual([1, 1, 1]);
  });
});
