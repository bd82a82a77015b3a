import { randomBytes } from 'node:crypto';
import type { StartedTestContainer } from 'testcontainers';
import { freePort } from './processes';
import type { TestInfrastructure } from './test-infrastructure';

/** `TEST_INFRA=containers` takes PostgreSQL and Kafka from images; otherwise the embedded ones serve. */
export const wantsContainers = (): boolean => process.env['TEST_INFRA'] === 'containers';

/** PostgreSQL and Kafka of one test run in containers of its own, of the images that docker-compose.yml names. */
export interface ContainedInfrastructure {
  readonly described: TestInfrastructure;
  stop(): Promise<void>;
}

const POSTGRES_IMAGE = 'postgres:18';
const KAFKA_IMAGE = 'apache/kafka:4.4.0';
const START_WITHIN_MS = 120_000;

/** @param instance name of the folder that the run may keep things in */
export async function startContainers(instance: string): Promise<ContainedInfrastructure> {
  // The reaper is one more image, which a closed network may not have: the run removes what it started itself.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const started = await Promise.allSettled([startPostgres(), startKafka()]);
  const stop = async (): Promise<void> => {
    const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value.container] : []));
    await Promise.all(running.map((container) => container.stop({ removeVolumes: true })));
  };
  const [postgres, kafka] = started;
  if (postgres.status === 'rejected' || kafka.status === 'rejected') {
    await stop();
    throw (postgres.status === 'rejected' ? postgres.reason : (kafka as PromiseRejectedResult).reason) as Error;
  }
  return { described: { instance, postgresUrl: postgres.value.url, kafkaBrokers: kafka.value.brokers }, stop };
}

type Started<T> = Readonly<T & { container: StartedTestContainer }>;

async function startPostgres(): Promise<Started<{ url: string }>> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const password = randomBytes(18).toString('base64url');
  // As the embedded one: what a power cut loses does not matter here.
  const settings = [
    'max_connections=300',
    'wal_level=logical',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
  ];
  const container = await new GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({ POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: '--locale=C.UTF-8 --encoding=UTF8' })
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .withExposedPorts(5432)
    // Over TCP: the server that initialises listens on its socket only.
    .withHealthCheck({ test: ['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', 'postgres'], interval: 500, retries: 240 })
    .withWaitStrategy(Wait.forHealthCheck().withStartupTimeout(START_WITHIN_MS))
    .start();
  const at = `${container.getHost()}:${container.getMappedPort(5432)}`;
  return { container, url: `postgres://postgres:${password}@${at}/postgres` };
}

async function startKafka(): Promise<Started<{ brokers: string }>> {
  const { GenericContainer, Wait } = await import('testcontainers');
  // The broker tells its clients where it is: the port must be known before it starts.
  const port = await freePort();
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      // The end of a transaction goes from the broker to itself, inside, where the port of the host does not answer.
      KAFKA_LISTENERS: 'OUTSIDE://:9092,INSIDE://:29092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `OUTSIDE://127.0.0.1:${port},INSIDE://localhost:29092`,
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'OUTSIDE:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '5',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '5',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: '16777216',
    })
    .withExposedPorts({ container: 9092, host: port })
    .withHealthCheck({ test: ['CMD', 'bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/9092'], interval: 500, retries: 240 })
    .withWaitStrategy(Wait.forHealthCheck().withStartupTimeout(START_WITHIN_MS))
    .start();
  return { container, brokers: `127.0.0.1:${port}` };
}
