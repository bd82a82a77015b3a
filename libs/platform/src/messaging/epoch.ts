import { TOPICS } from '@qiongtong/contracts';
import type { DataSource } from 'typeorm';
import { databaseErrorCode, inTransaction, sql, type Sql } from '../database/sql';
import type { LeaseTerm } from '../database/lease';
import type { KafkaDriver } from './kafka';
import { HEADER, HEARTBEAT_KEY, STATE_TYPE } from './message';
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

/**
 * Ends, once in an epoch that follows a restore, every key of the service's state topics that the database no longer
 * knows: a grant in a lost commit must not stay in force.
 */
export async function endLostStates(
  dataSource: DataSource,
  term: LeaseTerm,
  { number }: Epoch,
  service: string,
  driver: KafkaDriver,
): Promise<void> {
  const [epoch] = await sql<{ swept: boolean }>(dataSource, 'SELECT swept FROM outbox_epoch WHERE epoch = $1', [
    number,
  ]);
  if (epoch!.swept) return;
  const owned = TOPICS.filter((t) => t.kind === 'state' && t.owner === service).map((t) => t.name);
  const existing = await driver.partitions(owned);
  const keys: { topic: string; key: string }[] = [];
  for (const topic of existing.keys()) {
    const live = new Set<string>();
    await driver.readAll(topic, ({ key, value }) => {
      if (key === null || key === HEARTBEAT_KEY) return;
      if (value === null) live.delete(key);
      else live.add(key);
    });
    for (const key of live) keys.push({ topic, key });
  }
  await inTransaction(dataSource, async (query) => {
    await term.confirm(query);
    await query(
      `INSERT INTO outbox (topic, key, headers, size)
       SELECT topic, key, $3, 512 FROM unnest($1::text[], $2::text[]) AS live (topic, key)
       WHERE NOT EXISTS (SELECT FROM outbox_state s WHERE s.topic = live.topic AND s.key = live.key)`,
      [
        keys.map((k) => k.topic),
        keys.map((k) => k.key),
        JSON.stringify({ [HEADER.specVersion]: '1.0', [HEADER.source]: service, [HEADER.type]: STATE_TYPE }),
      ],
    );
    await query('UPDATE outbox_epoch SET swept = true WHERE epoch = $1', [number]);
  });
}

async function open(query: Sql, database: string, reason: string): Promise<string> {
  // From the clock: an epoch that a lost part of the database had opened must not be opened again.
  const [row] = await query<{ epoch: string; first: boolean }>(
    `INSERT INTO outbox_epoch (epoch, database, reason, swept)
     SELECT greatest(extract(epoch FROM clock_timestamp())::bigint, coalesce(max(epoch), 0) + 1), $1, $2, count(*) = 0
     FROM outbox_epoch
     RETURNING epoch, swept AS first`,
    [database, reason],
  );
  // Before the first epoch nothing was published: all there is to say is still in the outbox.
  if (!row!.first)
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
