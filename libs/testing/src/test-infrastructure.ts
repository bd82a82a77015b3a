import { randomBytes } from 'node:crypto';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { Client } from 'pg';
import type { Topic } from '@qiongtong/contracts';
import type { Infrastructure } from './infrastructure';

/** Where the PostgreSQL and Kafka of this test run are; the global setup puts it into the environment. */
export type TestInfrastructure = Readonly<{
  instance: string;
  postgresUrl: string;
  kafkaBrokers: string;
}>;

export const TEST_INFRASTRUCTURE = 'QT_TEST_INFRA';

export const describeForTests = (infra: Infrastructure): TestInfrastructure => ({
  instance: infra.instance.name,
  postgresUrl: infra.postgresUrl(),
  kafkaBrokers: infra.kafkaBrokers(),
});

export function testInfrastructure(): TestInfrastructure {
  const json = process.env[TEST_INFRASTRUCTURE];
  if (json === undefined) throw new Error('no infrastructure: run under the jest projects integration or journeys');
  return JSON.parse(json) as TestInfrastructure;
}

export type TestDatabase = Readonly<{
  name: string;
  url: string;
  /** A role that may only read what the other creates. */
  readerUrl: string;
  drop(): Promise<void>;
}>;

const unique = (): string => `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;

export async function asAdministrator<T>(work: (client: Client) => Promise<T>, database?: string): Promise<T> {
  const url = new URL(testInfrastructure().postgresUrl);
  if (database !== undefined) url.pathname = `/${database}`;
  return withClient(url.href, work);
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database of this test's own, with an owner and a reader. */
export async function testDatabase(name: string): Promise<TestDatabase> {
  const database = `${name.replaceAll(/[^a-z0-9]/g, '_')}_${unique()}`;
  const urls = await createDatabase(testInfrastructure().postgresUrl, database);
  return { name: database, ...urls, drop: () => dropDatabase(testInfrastructure().postgresUrl, database) };
}

/**
 * Makes the database with a role that owns it and one that may only read, or finds them; either way with new passwords.
 * The names come from our own code, never from a caller.
 */
export async function createDatabase(adminUrl: string, database: string): Promise<{ url: string; readerUrl: string }> {
  if (!/^[a-z][a-z0-9_]{0,56}$/.test(database)) throw new Error(`no name for a database: ${database}`);
  const reader = `${database}_reader`;
  const passwords = { owner: randomBytes(18).toString('base64url'), reader: randomBytes(18).toString('base64url') };
  await withClient(adminUrl, async (client) => {
    for (const [role, password] of [
      [database, passwords.owner],
      [reader, passwords.reader],
    ] as const) {
      const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      await client.query(`${known.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE "${role}" LOGIN PASSWORD '${password}'`);
    }
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE "${database}" OWNER "${database}"`);
    await client.query(`REVOKE ALL ON DATABASE "${database}" FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE "${database}" TO "${reader}"`);
    await client.query(`ALTER ROLE "${reader}" SET default_transaction_read_only = on`);
  });
  const url = (role: string, password: string): string => {
    const u = new URL(adminUrl);
    u.username = role;
    u.password = password;
    u.pathname = `/${database}`;
    return u.href;
  };
  const admin = new URL(adminUrl);
  admin.pathname = `/${database}`;
  await withClient(admin.href, async (client) => {
    await client.query(`ALTER SCHEMA public OWNER TO "${database}"`);
    await client.query(`GRANT USAGE ON SCHEMA public TO "${reader}"`);
    await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO "${reader}"`);
    await client.query(
      `ALTER DEFAULT PRIVILEGES FOR ROLE "${database}" IN SCHEMA public GRANT SELECT ON TABLES TO "${reader}"`,
    );
  });
  return { url: url(database, passwords.owner), readerUrl: url(reader, passwords.reader) };
}

export async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    for (const role of [database, `${database}_reader`]) await client.query(`DROP ROLE IF EXISTS "${role}"`);
  });
}

/** Tests share one broker: each has topics of its own under a prefix. */
export const uniqueTopicPrefix = (): string => `t${unique()}.`;

type TopicSpec = Pick<Topic, 'name' | 'partitions' | 'compacted' | 'retentionMs'>;

/** Creates the topics that are missing, as the table describes them, and waits until they can be written. */
export async function createTopics(
  prefix: string,
  topics: readonly TopicSpec[],
  brokers: string = testInfrastructure().kafkaBrokers,
): Promise<void> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !known.has(prefix + topic.name));
    if (missing.length === 0) return;
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => ({
        topic: prefix + topic.name,
        numPartitions: topic.partitions,
        // As the cluster has it for topics of which nobody says more.
        replicationFactor: -1,
        configEntries: [
          { name: 'cleanup.policy', value: topic.compacted ? 'compact' : 'delete' },
          { name: 'retention.ms', value: String(topic.retentionMs) },
        ],
      })),
    });
    await waitUntilKnown(
      admin,
      missing.map((topic) => prefix + topic.name),
    );
  } finally {
    await admin.disconnect();
  }
}

/** A topic just created may be unknown to its own broker for a moment; the client gives up on that at once. */
async function waitUntilKnown(admin: Admin, topics: string[], withinMs = 20_000): Promise<void> {
  for (const giveUpAt = Date.now() + withinMs; ;) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export async function deleteTopics(prefix: string, brokers: string = testInfrastructure().kafkaBrokers): Promise<void> {
  if (prefix === '') throw new Error('only the topics of a prefix can be deleted');
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
