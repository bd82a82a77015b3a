import { TOPICS } from '@qiongtong/contracts';
import { Logger } from '@nestjs/common';
import type { Transaction, UnitOfWork } from '../database/unit-of-work';
import { isAfter, numberOf, type Message, type SequenceNumber } from './message';

type Watermark = SequenceNumber & { offset: bigint };
export type Effect = (tx: Transaction, fresh: Message[]) => Promise<void>;

/** Topics on which only our relays write: their numbers can be believed. Elsewhere only the broker's offsets can. */
const NUMBERED = new Set(TOPICS.filter((t) => t.kind !== 'in').map((t) => t.name));
/** Relay numbers of a message, where they can be believed. */
export const trustedNumber = (message: Message): SequenceNumber | null =>
  NUMBERED.has(message.topic) ? numberOf(message.headers) : null;
const sourceOf = (message: Message): string => (trustedNumber(message) ? message.source : '');

/** Drops what was seen before, by a watermark that is written in the transaction of the effect. */
export class Inbox {
  private readonly log = new Logger(Inbox.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly consumer: string,
  ) {}

  /**
   * Runs `effect` once for each message of consecutive ones of one partition, however often they are delivered. A second
   * process with the same partition (one that lost it and does not know yet) waits here and then finds nothing fresh.
   */
  async once(messages: readonly Message[], highWatermark: string, effect: Effect): Promise<void> {
    const first = messages[0];
    if (!first) return;
    const sources = [...new Set(messages.map(sourceOf))].sort();
    await this.work.run(async (tx) => {
      const watermarks = await this.lock(tx, first, sources);
      this.forgetIfRecreated(watermarks, first, BigInt(highWatermark));
      const fresh = messages.filter((message) => pass(watermarks.get(sourceOf(message))!, message));
      if (fresh.length === 0) return;
      await effect(tx, fresh);
      await this.store(tx, first, watermarks);
    });
  }

  private async lock(
    tx: Transaction,
    { topic, partition }: Message,
    sources: string[],
  ): Promise<Map<string, Watermark>> {
    const rows = await tx.query<{ source: string; epoch: string; n: string; kafka_offset: string }>(
      `INSERT INTO inbox (consumer, topic, partition, source)
       SELECT $1, $2, $3, source FROM unnest($4::text[]) AS source ORDER BY source
       ON CONFLICT (consumer, topic, partition, source) DO UPDATE SET consumer = excluded.consumer
       RETURNING source, epoch, n, kafka_offset`,
      [this.consumer, topic, partition, sources],
    );
    return new Map(
      rows.map((r) => [r.source, { epoch: BigInt(r.epoch), n: BigInt(r.n), offset: BigInt(r.kafka_offset) }]),
    );
  }

  private async store(tx: Transaction, { topic, partition }: Message, marks: Map<string, Watermark>): Promise<void> {
    const rows = [...marks];
    await tx.query(
      `UPDATE inbox SET epoch = given.epoch, n = given.n, kafka_offset = given.kafka_offset
       FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[]) AS given (source, epoch, n, kafka_offset)
       WHERE inbox.consumer = $1 AND inbox.topic = $2 AND inbox.partition = $3 AND inbox.source = given.source`,
      [
        this.consumer,
        topic,
        partition,
        rows.map(([source]) => source),
        rows.map(([, mark]) => String(mark.epoch)),
        rows.map(([, mark]) => String(mark.n)),
        rows.map(([, mark]) => String(mark.offset)),
      ],
    );
  }

  /** Offsets of a topic that was deleted and created again begin anew; by the old ones everything would be a repetition. */
  private forgetIfRecreated(watermarks: Map<string, Watermark>, { topic }: Message, end: bigint): void {
    const mark = watermarks.get('');
    if (!mark || mark.offset < end) return;
    this.log.error(`${topic} ends at ${end} but was read up to ${mark.offset}: it was created anew`);
    mark.offset = -1n;
  }
}

/** Whether the message is new; moves the watermark past it. */
function pass(mark: Watermark, message: Message): boolean {
  const number = trustedNumber(message);
  const offset = BigInt(message.offset);
  if (number ? !isAfter(number, mark) : offset <= mark.offset) return false;
  if (number) Object.assign(mark, number);
  if (offset > mark.offset) mark.offset = offset;
  return true;
}
