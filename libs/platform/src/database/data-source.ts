import { Logger } from '@nestjs/common';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { PlatformTables1700000000000 } from './platform.migration';
import { isUnavailable } from './sql';

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
}>;

/** Any number that everybody who migrates a database of ours agrees on. */
const MIGRATION_LOCK = 7_415_201;

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

/** Connects, waiting for the database to appear, and brings its schema up to date; one process at a time does so. */
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
    await migrate(dataSource);
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
