import type { Producer } from '@platformatic/kafka';
import type { KafkaSettings, LogProducer, Outgoing } from './kafka';
import { securityOf } from './security';

export type PlatformaticProducerOptions = Readonly<{
  settings: KafkaSettings;
  clientId: string;
  requestTimeout: number;
  /** Everything goes into one partition of its topic: this number modulo how many there are. */
  partitionSeed: number;
}>;

const RETRIES = 8;
const KNOWN_FOR_MS = 30_000;

/**
 * An idempotent producer of the other Kafka client, for records that are written for every answer: it costs the process a
 * third, and the broker two thirds, of what the usual client does (`docs/decisions/0199-access-records-by-a-second-client.md`).
 * One send at a time. The client is loaded when it connects: most services have no such records, and it takes 70 MB.
 */
export function platformaticProducer(options: PlatformaticProducerOptions): LogProducer {
  const prefix = options.settings.TOPIC_PREFIX ?? '';
  let producer: Records | undefined;
  return {
    connect: async () => {
      producer = await recordsOf(options);
      await producer.connectToBrokers();
    },
    disconnect: async () => producer?.close(true),
    send: async (messages) => {
      await producer!.send({ messages: messages.map((message) => produced(prefix, message)) });
    },
  };
}

type Records = Producer<string, string | Buffer, string, string>;

async function recordsOf({
  settings,
  clientId,
  requestTimeout,
  partitionSeed,
}: PlatformaticProducerOptions): Promise<Records> {
  const { Producer: Client } = await import('@platformatic/kafka');
  const { tls, sasl } = securityOf(settings);
  const producer = new Client<string, string | Buffer, string, string>({
    clientId,
    bootstrapBrokers: settings.KAFKA_BROKERS.split(',').map((broker) => broker.trim()),
    ...(tls ? { tls } : {}),
    ...(sasl ? { sasl: { mechanism: 'SCRAM-SHA-512' as const, ...sasl } } : {}),
    idempotent: true,
    connectTimeout: 3000,
    requestTimeout,
    retries: RETRIES,
    retryDelay: (_owner, _operation, attempt) => Math.min(20 * 2 ** attempt, 2000),
    metadataMaxAge: KNOWN_FOR_MS,
    autocreateTopics: false,
    serializers: { key: bytes, value: bytes, headerKey: bytes, headerValue: bytes },
    // The client takes it modulo the number of partitions, once it knows that.
    partitioner: () => partitionSeed,
  });
  // What is not answered is repeated; what remains, `send` rejects with.
  producer.on('error', () => undefined);
  return producer;
}

const bytes = (text: string | Buffer | undefined): Buffer | undefined =>
  typeof text === 'string' ? Buffer.from(text) : text;

function produced(prefix: string, { topic, key, value, headers }: Outgoing) {
  return { topic: prefix + topic, key: key ?? undefined, value: value ?? undefined, headers };
}
