import { KafkaDriver } from '@qiongtong/platform';
import { withClient, type Platform } from '@qiongtong/testing';
import { Kafka, logLevel } from 'kafkajs';
import { Pool } from 'undici';

/** Milliseconds after the commit. */
export type Revoked = Readonly<{ answered: number; arrived: number; refused: readonly number[] }>;
export type Asking = Readonly<{ path: string; headers: Record<string, string> }>;

const OUTBOX_CHANNEL = 'outbox';
/** Reads of one grant under way at each gateway until one is refused. */
const LANES = 2;

/** What is waited for: the first time something happens from now on. */
class Moments {
  private readonly waiting = new Map<string, (at: number) => void>();

  first(what: string): Promise<number> {
    return new Promise((resolve) => this.waiting.set(what, resolve));
  }

  happened(what: string): void {
    this.waiting.get(what)?.(performance.now());
    this.waiting.delete(what);
  }
}

/**
 * Calls `work` with a way to measure one revocation. The commit is when the database tells its listeners of it; the first
 * refusal is when its answer is here. `arrived` is when a consumer like that of a gateway has the state.
 */
export async function withStopwatch(
  platform: Platform,
  gateways: readonly string[],
  work: (measure: (grantId: string, revoke: () => Promise<void>, asking: Asking) => Promise<Revoked>) => Promise<void>,
): Promise<void> {
  const moments = new Moments();
  const pools = gateways.map((url) => new Pool(url, { connections: LANES }));
  const settings = { KAFKA_BROKERS: platform.kafkaBrokers, TOPIC_PREFIX: platform.topicPrefix };
  const consumer = new KafkaDriver({ settings, clientId: 'bench' }).consumer({
    groupId: `bench-${process.pid}`,
    topics: ['policy.grants'],
    concurrency: 1,
    onCrash: (error) => console.error(error),
    eachBatch: async (batch) => {
      for (const { key, value } of batch.messages)
        if (key !== null && value?.includes('"REVOKED"')) moments.happened(`arrived ${key}`);
      batch.resolve(batch.messages.at(-1)!.offset);
      await batch.heartbeat();
    },
  });
  await consumer.start();
  try {
    await withClient(platform.databaseUrl('authorisation'), async (client) => {
      client.on('notification', () => moments.happened('commit'));
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
      await work(async (grantId, revoke, asking) => {
        const refused = Promise.all(pools.map((pool) => firstRefusal(pool, asking)));
        // Awaited below; what goes wrong before is told there.
        refused.catch(() => undefined);
        const arrived = moments.first(`arrived ${grantId}`);
        // Whatever the platform does in turns, a revocation comes at any time of it.
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 300));
        const committed = moments.first('commit');
        await revoke();
        const answered = performance.now();
        const from = await committed;
        return {
          answered: answered - from,
          arrived: (await arrived) - from,
          refused: (await refused).map((at) => at - from),
        };
      });
    });
  } finally {
    await consumer.stop();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}

async function firstRefusal(pool: Pool, { path, headers }: Asking): Promise<number> {
  let at = Infinity;
  const lane = async (): Promise<void> => {
    while (at === Infinity) {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      if (statusCode === 403) at = Math.min(at, performance.now());
      else if (statusCode !== 200) throw new Error(`a read was answered ${statusCode}: ${await body.text()}`);
      await body.dump();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return at;
}

/** From a bare kafkajs producer to a bare kafkajs consumer of the same broker; the least that any news takes. */
export async function withBareKafka(platform: Platform, work: (roundTrip: () => Promise<number>) => Promise<void>) {
  const topic = `${platform.topicPrefix}bench.bare`;
  const kafka = new Kafka({ brokers: platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: -1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const consumer = kafka.consumer({ groupId: `bare-${process.pid}` });
  const moments = new Moments();
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => moments.happened(message.key!.toString()) });
  let sent = 0;
  try {
    await work(async () => {
      const key = `message-${sent++}`;
      const arrived = moments.first(key);
      const from = performance.now();
      await producer.send({ topic, acks: -1, messages: [{ key, value: '{"status":"REVOKED"}' }] });
      return (await arrived) - from;
    });
  } finally {
    await Promise.all([producer.disconnect(), consumer.disconnect()]);
  }
}
