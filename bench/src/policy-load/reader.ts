import { POLICY_TOPICS, type PolicyTopic, type Versioned } from '@qiongtong/contracts';
import { StateProjection } from '@qiongtong/platform';
import { PolicyIndex } from '@qiongtong/regulation';
import { Kafka, logLevel } from 'kafkajs';

/** What reads the policy topics in a process of its own, from nothing until it knows everything. */
export type Reader = 'projection' | 'bare kafkajs' | 'projection without grants';
export type Order = Readonly<{ who: Reader; brokers: string; prefix: string; states: number }>;
export type Known = Readonly<{ seconds: number; cpuSeconds: number; rssMb: number; peakRssMb: number; heapMb: number }>;

/** As the gateway holds it; the index is returned so that it is still there when memory is measured. */
async function projected({ brokers, prefix }: Order, topics: readonly PolicyTopic[]): Promise<PolicyIndex> {
  const index = new PolicyIndex();
  const projection = new StateProjection({
    config: { KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix },
    service: 'bench',
    topics,
    apply: (topic, key, state) => void index.apply(topic as PolicyTopic, key, state as Versioned | null),
  });
  projection.start();
  while (!projection.ready) await new Promise((resolve) => setTimeout(resolve, 5));
  return index;
}

/** Reads and parses as many messages, and keeps none. */
async function parsed({ brokers, prefix, states }: Order): Promise<void> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `${prefix}bare-${process.pid}` });
  await consumer.connect();
  await consumer.subscribe({ topics: POLICY_TOPICS.map((topic) => prefix + topic), fromBeginning: true });
  let left = states;
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          for (const { key, value } of batch.messages)
            if (key?.toString() !== '_heartbeat' && JSON.parse(value!.toString()) && --left === 0) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
}

async function read(order: Order): Promise<void> {
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const from = performance.now();
  const held =
    order.who === 'bare kafkajs'
      ? await parsed(order)
      : await projected(
          order,
          POLICY_TOPICS.filter((topic) => order.who === 'projection' || topic !== 'policy.grants'),
        );
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { rss } = process.memoryUsage();
  globalThis.gc?.();
  const heapMb = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
  if (held && order.who === 'projection') {
    const count = POLICY_TOPICS.reduce((sum, topic) => sum + [...held.all(topic)].length, 0);
    if (count !== order.states) throw new Error(`ready with ${count} of ${order.states} states`);
  }
  const known: Known = {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    rssMb: rss / 2 ** 20,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    heapMb,
  };
  process.send!(known);
}

process.once('message', (order) => {
  read(order as Order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
