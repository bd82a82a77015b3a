import { randomUUID } from 'node:crypto';
import { Kafka as Client, logLevel } from 'kafkajs';
import type { Platform } from '@qiongtong/testing';
import { recordKeyOf, type PushReceipts } from '@qiongtong/contracts';
import type { Row } from './rows';

const BATCH = 250;

/** Where the topics of the platform are. */
export type Kafka = Pick<Platform, 'kafkaBrokers' | 'topicPrefix'>;

export type Receipts = Readonly<{ applied: number; other: readonly string[] }>;

/**
 * What a source system does that chose messages: sends its rows as CloudEvents to its own topic and reads its
 * receipts until each has one.
 */
export async function pushByKafka(
  { kafkaBrokers, topicPrefix }: Kafka,
  systemId: string,
  resourceId: string,
  keyItems: readonly string[],
  rows: Iterable<Row>,
  onSent: (count: number) => void,
): Promise<Receipts> {
  const kafka = new Client({ clientId: systemId, brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const waiting = new Set<string>();
  const receipts = await readReceipts(kafka, `${topicPrefix}receipts.${systemId}`, systemId, waiting);
  await producer.connect();
  try {
    let batch: { key: string; value: string; headers: Record<string, string> }[] = [];
    const flush = async () => {
      if (batch.length === 0) return;
      await producer.send({ topic: `${topicPrefix}push.${systemId}`, acks: -1, messages: batch });
      onSent(batch.length);
      batch = [];
    };
    for (const row of rows) {
      const id = randomUUID();
      waiting.add(id);
      batch.push({
        key: recordKeyOf(keyItems.map((item) => String(row[item]))),
        value: JSON.stringify(row),
        headers: {
          ce_specversion: '1.0',
          ce_id: id,
          ce_source: systemId,
          ce_type: 'record.upserted.v1',
          ce_subject: resourceId,
          'content-type': 'application/json',
        },
      });
      if (batch.length === BATCH) await flush();
    }
    await flush();
    return await receipts.all();
  } finally {
    await producer.disconnect();
    await receipts.close();
  }
}

const RECEIPTS_WITHIN_MS = 60_000;

async function readReceipts(kafka: Client, topic: string, systemId: string, waiting: Set<string>) {
  const consumer = kafka.consumer({ groupId: `${systemId}-${randomUUID()}`, retry: { initialRetryTime: 100 } });
  let applied = 0;
  const other: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const { receipts } = JSON.parse(message.value!.toString()) as PushReceipts;
      for (const receipt of receipts) {
        if (!waiting.delete(receipt.messageId)) continue;
        if (receipt.outcome === 'applied') applied++;
        else other.push(JSON.stringify(receipt));
      }
    },
  });
  return {
    async all(): Promise<Receipts> {
      const until = Date.now() + RECEIPTS_WITHIN_MS;
      while (waiting.size > 0) {
        if (Date.now() > until) throw new Error(`${waiting.size} messages of ${systemId} have no receipt`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { applied, other };
    },
    close: () => consumer.disconnect(),
  };
}
