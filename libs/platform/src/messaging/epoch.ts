import type { DataSource } from 'typeorm';
import { databaseErrorCode, inTransaction, sql, type Sql } from '../database/sql';
import type { LeaseTerm } from '../database/lease';
import { OUTBOX_CHANNEL } from './outbox';

export type Epoch = Readonly<{
  number: string;
  /** When the server started that it was read from. */
  server: string;
}>;

/**
 * The epoch in which messages are numbered. A database that was restored, or promoted after it lost commits, may give
 * out numbers again that were used before; it gets a new epoch, and all state is published again in it.
 */
export async function currentEpoch(dataSource: DataSource, term: LeaseTerm): Promise<Epoch> {
  const server = await serverStart(dataSource);
  const database = await identity(dataSource);
  const number = await inTransaction(dataSource, async (query) => {
    await term.confirm(query);
    const [last] = await query<{ epoch: string; database: string }>(
      'SELECT epoch, database FROM outbox_epoch ORDER BY epoch DESC LIMIT 1',
    );
    if (last?.database === database) return last.epoch;
    return open(query, database, last ? 'the database was restored or failed over' : 'first start');
  });
  return { number, server };
}

/** Throws when another epoch was opened, or when the server is no longer the one that was asked for it. */
export async function confirmEpoch(query: Sql, { number, server }: Epoch): Promise<void> {
  const [row] = await query<{ same: boolean }>(
    `SELECT (SELECT max(epoch) FROM outbox_epoch) = $1 AND pg_postmaster_start_time()::text = $2 AS same`,
    [number, server],
  );
  if (!row!.same) throw new Error('the database was restarted or has a new epoch');
}

/** Opens a new epoch by hand, for a restore that cannot be told from the outside. Stop the service's relays first. */
export async function openEpoch(dataSource: DataSource, reason: string): Promise<string> {
  const database = await identity(dataSource);
  return inTransaction(dataSource, (query) => open(query, database, reason));
}

async function open(query: Sql, database: string, reason: string): Promise<string> {
  // From the clock: an epoch that a lost part of the database had opened must not be opened again.
  const [row] = await query<{ epoch: string }>(
    `INSERT INTO outbox_epoch (epoch, database, reason)
     SELECT greatest(extract(epoch FROM clock_timestamp())::bigint, coalesce(max(epoch), 0) + 1), $1, $2 FROM outbox_epoch
     RETURNING epoch`,
    [database, reason],
  );
  await query(
    `INSERT INTO outbox (topic, key, headers, value, size)
     SELECT topic, key, headers, value, octet_length(value) + 512 FROM outbox_state ORDER BY topic, key`,
  );
  await query('SELECT pg_notify($1, $2)', [OUTBOX_CHANNEL, '']);
  return row!.epoch;
}

/** Changes when the data directory is another one or the server was promoted or recovered to a point in time. */
async function identity(dataSource: DataSource): Promise<string> {
  const [timeline] = await sql<{ timeline: string }>(
    dataSource,
    'SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline',
  );
  const system = await sql<{ id: string }>(dataSource, 'SELECT system_identifier::text AS id FROM pg_control_system()')
    .then(([row]) => row!.id)
    .catch((error: unknown) => {
      if (databaseErrorCode(error) === '42501') return 'not ours to ask';
      throw error;
    });
  return `${system}/${timeline!.timeline}`;
}

async function serverStart(dataSource: DataSource): Promise<string> {
  const [row] = await sql<{ at: string }>(dataSource, 'SELECT pg_postmaster_start_time()::text AS at');
  return row!.at;
}
