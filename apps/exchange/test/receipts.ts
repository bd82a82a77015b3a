import { RECEIPTS_TYPE, type PushReceipt, type PushReceipts } from '@qiongtong/contracts';
import type { TestExchange } from './exchange';

export type Receipt = PushReceipt & Omit<PushReceipts, 'receipts'>;
type Read = Awaited<ReturnType<TestExchange['readTopic']>>;

/** The answers in what was read of a topic of receipts, in its order. */
export const receiptsIn = (read: Read): Receipt[] =>
  read.flatMap(({ type, value }) => {
    expect(type).toBe(RECEIPTS_TYPE);
    const { receipts, ...batch } = value as PushReceipts;
    return receipts.map((receipt) => ({ ...batch, ...receipt }));
  });

/** What these messages of a system were answered, in the order of the ids; waits until each has an answer. */
export async function receiptsOf(exchange: TestExchange, systemId: string, ids: readonly string[]): Promise<Receipt[]> {
  const found = (read: Read) => new Map(receiptsIn(read).map((receipt) => [receipt.messageId, receipt]));
  const read = await exchange.readTopic(`receipts.${systemId}`, (all) => {
    const answered = found(all);
    return ids.every((id) => answered.has(id));
  });
  const answered = found(read);
  return ids.map((id) => answered.get(id)!);
}
