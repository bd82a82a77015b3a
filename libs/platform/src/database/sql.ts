import { QueryFailedError, type DataSource, type EntityManager, type QueryRunner } from 'typeorm';

/** Runs one statement and answers its rows, also for UPDATE and DELETE … RETURNING. bigint comes as a string. */
export type Sql = <R = unknown>(text: string, parameters?: unknown[]) => Promise<R[]>;

const through =
  (runner: QueryRunner): Sql =>
  async <R>(text: string, parameters?: unknown[]) =>
    (await runner.query(text, parameters, true)).records as R[];

/** One statement on a connection of its own. */
export async function sql<R = unknown>(dataSource: DataSource, text: string, parameters?: unknown[]): Promise<R[]> {
  const runner = dataSource.createQueryRunner();
  try {
    return await through(runner)<R>(text, parameters);
  } finally {
    await runner.release();
  }
}

/** One transaction, without anything of the unit of work: for the platform's own tables. */
export function inTransaction<T>(
  dataSource: DataSource,
  work: (sql: Sql, manager: EntityManager) => Promise<T>,
): Promise<T> {
  return dataSource.transaction((manager) => work(through(manager.queryRunner!), manager));
}

/** SQLSTATE of a failed statement, or the system's code of a failed connection; undefined for any other error. */
export function databaseErrorCode(error: unknown): string | undefined {
  const cause = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Serialization failure or deadlock: the same transaction may succeed when it runs again. */
export const isRetriable = (error: unknown): boolean => ['40001', '40P01'].includes(databaseErrorCode(error) ?? '');

/** The database is away, starting, stopping or full: nothing is wrong with what was asked. */
export function isUnavailable(error: unknown): boolean {
  const code = databaseErrorCode(error) ?? '';
  if (/^(08|53|57P|58)/.test(code) || /^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)/.test(code)) return true;
  const message = error instanceof Error ? error.message : '';
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    message,
  );
}
