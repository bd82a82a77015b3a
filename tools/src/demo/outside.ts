import { deleteTopics, withClient } from '@qiongtong/testing';

const DATABASE = /^DATABASE_URL_[A-Z]+$/;

/** On a broker that others use as well, and on which earlier demos ran, each demo has topics of its own. */
export const topicPrefix = (): string =>
  process.env['KAFKA_BROKERS'] === undefined ? '' : `demo-${Date.now().toString(36)}.`;

/** The topics of this demo on a broker from outside are of no use after it. */
export async function removeTopics(prefix: string, brokers: string): Promise<void> {
  if (prefix === '') return;
  await deleteTopics(prefix, brokers).catch((error: Error) =>
    console.log(`  topics ${prefix}* are left on ${brokers}: ${error.message}`),
  );
}

/** The story is about first times: databases from outside must be empty. Never shows an address, which holds a password. */
export async function requireEmptyDatabases(): Promise<void> {
  for (const [key, url] of Object.entries(process.env)) {
    if (!DATABASE.test(key) || url === undefined) continue;
    const tables = await tablesOf(url).catch((error: Error) => {
      throw new Error(`the database at ${key} cannot be reached: ${error.message}`);
    });
    if (tables > 0)
      throw new Error(
        `the database at ${key} has ${tables} tables, and the demo begins on empty ones: ` +
          'drop it and create it again (for the one of docker-compose.yml: `docker compose down -v`)',
      );
  }
}

const tablesOf = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ tables: number }>(
      `SELECT count(*)::int AS tables FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    return rows[0]!.tables;
  });
