import type { PushReceipt, PushReceipts, RefusalCode } from '@qiongtong/contracts';

const ID_CHARACTERS = 200;
/** Bytes of receipts in one message, about: the relay sends several messages at once and the broker takes no more than 1 MiB. */
const PART_BYTES = 400_000;

/** The id that a message is answered by; a sender may have given it one of any length. */
export const messageIdOf = (id: string): string => id.slice(0, ID_CHARACTERS);

export const receiptOf = (
  id: string,
  outcome: PushReceipt['outcome'],
  code?: RefusalCode,
  errors: PushReceipt['errors'] = [],
): PushReceipt => ({
  messageId: messageIdOf(id),
  outcome,
  ...(code && { code }),
  ...(errors.length > 0 && { errors }),
});

/** The same answers in messages that the broker takes; none when there is nothing to answer. */
export function inParts({ receipts, ...batch }: PushReceipts, partBytes = PART_BYTES): PushReceipts[] {
  const parts: PushReceipt[][] = [];
  let room = 0;
  for (const receipt of receipts) {
    const bytes = Buffer.byteLength(JSON.stringify(receipt)) + 1;
    if (bytes > room) {
      parts.push([]);
      room = partBytes;
    }
    parts.at(-1)!.push(receipt);
    room -= bytes;
  }
  return parts.map((part) => ({ ...batch, receipts: part }));
}
