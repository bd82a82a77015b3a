import { Logger } from '@nestjs/common';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { PlatformTables1700000000000 } from './platform.migration';
import { isUnavailable, sql } from './sql';

type Class<T = object> = new (...args: never[]) => T;

export type DatabaseOptions = Readonly<{
  url: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  entities?: readonly (Class | EntitySchema)[];
  /** The service's own; the platform's run before them. */
  migrations?: readonly Class<MigrationInterface>[];
  /** Connections of this process, default 10. */
  poolSize?: number;
  /** How long to wait for a database that is not there yet, default 60 s. */
  patienceMs?: number;
  /** Default true. Otherwise the schema must be there already: whoever may change it is not this process. */
  migrate?: boolean;
}>;

/** Any number that everybody who migrates a database of ours agrees on. */
const MIGRATION_LOCK = 7_415_201;

/** A build never runs on an older schema than its own. */
export class SchemaBehind extends Error {
  constructor(service: string, missing: readonly string[]) {
    super(`the database of ${service} lacks ${missing.join(', ')}: let the migration job of this version run first`);
    this.name = 'SchemaBehind';
  }
}

/** Not yet connected. */
export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.applicationName,
    entities: [...(options.entities ?? [])],
    migrations: [PlatformTables1700000000000, ...(options.migrations ?? [])],
    migrationsTransactionMode: 'each',
    poolSize: options.poolSize ?? 10,
    logging: false,
    poolErrorHandler: (error: Error) => new Logger('Database').warn(`connection lost: ${error.message}`),
    extra: { connectionTimeoutMillis: 10_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
  });
}

/**
 * Connects, waiting for the database to appear, and brings its schema up to date; one process at a time does so.
 * Throws SchemaBehind where somebody else migrates and has not.
 */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  const dataSource = createDataSource(options);
  const giveUpAt = Date.now() + (options.patienceMs ?? 60_000);
  for (;;) {
    try {
      await dataSource.initialize();
      break;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    if (options.migrate ?? true) await migrate(dataSource);
    else await requireSchema(dataSource, options.applicationName);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.release();
  }
}

/** A newer schema is fine: the version before runs beside the next one while that is rolled out. */
async function requireSchema(dataSource: DataSource, service: string): Promise<void> {
  const [there] = await sql<{ has: boolean }>(dataSource, `SELECT to_regclass('migrations') IS NOT NULL AS has`);
  const done = there?.has ? await sql<{ name: string }>(dataSource, 'SELECT name FROM migrations') : [];
  const names = new Set(done.map(({ name }) => name));
  const missing = dataSource.migrations
    .map((own) => own.name ?? own.constructor.name)
    .filter((name) => !names.has(name));
  if (missing.length > 0) throw new SchemaBehind(service, missing);
}
