import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  anOrganisation,
  aResource,
  aSystem,
  PolicyPublisher,
  startPlatform,
  testIssuer,
  withClient,
  type Platform,
  type ProcessName,
  type TestIssuer,
} from '@qiongtong/testing';
import { openDatabase, sql } from '@qiongtong/platform';
import { from as copyFrom } from 'pg-copy-streams';
import { secondsSince } from '../run';
import { ITEMS, readFrom } from './rows';

export const SOURCE = 'mzt-system';
export const RESOURCE = '102000-000001';
const MOST_ROWS = '20000000';
const RESULTS = join(__dirname, '..', '..', 'results');

export type Ingest = Readonly<{ platform: Platform; issuer: TestIssuer; query: Query }>;
type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/**
 * Exchange and gateway of their own, one system that provides one resource, and a table for who writes without them.
 * @param more what else there is of the policy, and settings of exchange
 */
export async function withIngest(
  name: string,
  work: (ingest: Ingest) => Promise<void>,
  more: Readonly<{
    publish?: (publisher: PolicyPublisher) => Promise<void>;
    exchange?: Record<string, string>;
    /** Besides exchange and gateway. */
    others?: readonly ProcessName[];
  }> = {},
): Promise<void> {
  const issuer = await testIssuer();
  let publisher: PolicyPublisher | undefined;
  console.log('starting exchange and gateway on an instance of their own …');
  const platform = await startPlatform({
    name: `bench-${name}-${process.pid}`,
    processes: ['exchange', 'gateway', ...(more.others ?? [])],
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      await publisher.publish('policy.organisations', anOrganisation({ id: 'mzt' }));
      await publisher.publish(
        'policy.systems',
        aSystem({ id: SOURCE, departmentId: 'mzt', ownerId: 'mzt', provides: [RESOURCE], kafka: true }),
      );
      await publisher.publish('policy.resources', aResource({ id: RESOURCE, providerId: 'mzt', items: ITEMS }));
      await more.publish?.(publisher);
    },
    env: {
      // `-- NAME --profile` leaves a CPU profile of exchange beside the results.
      exchange: {
        ...(process.argv.includes('--profile') ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${RESULTS}` } : {}),
        ...{ BATCH_ROWS: MOST_ROWS, BATCH_BYTES: String(16 * 2 ** 30) },
        // The peer has a key and nothing else: what indexes of items cost is said beside the figures.
        INDEXES: '0',
        ...more.exchange,
      },
      // Ten million rows are applied for longer than a caller should wait.
      gateway: { UPSTREAM_TIMEOUT_MS: '180000' },
      all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' },
    },
  });
  const database = await openDatabase({ url: platform.databaseUrl('exchange'), applicationName: 'bench' });
  try {
    const query: Query = (text, values = []) => sql(database, text, [...values]);
    // As exchange keeps its records, without what else exchange does.
    await query(`CREATE TABLE bare (
      resource_id text COLLATE "C" NOT NULL DEFAULT '${RESOURCE}', record_key text COLLATE "C" NOT NULL, payload jsonb NOT NULL,
      PRIMARY KEY (resource_id, record_key))`);
    await work({ platform, issuer, query });
  } finally {
    await database.destroy();
    await publisher?.stop();
    await platform.remove();
    await issuer.close();
  }
}

/** The rows of a file by one COPY into the table of who writes without exchange. @returns seconds, without the connecting */
export async function copyRows({ platform }: Ingest, path: string): Promise<number> {
  return withClient(platform.databaseUrl('exchange'), async (client) => {
    const from = performance.now();
    await pipeline(readFrom(path), client.query(copyFrom('COPY bare (record_key, payload) FROM STDIN')));
    return secondsSince(from);
  });
}

/** A folder for the files of a bench, gone when it ends. */
export async function withFolder(name: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every round begins on empty tables, and pays for its own writing only. */
export async function emptied({ query, platform }: Ingest): Promise<void> {
  await query('TRUNCATE bare, record, record_change, staged_row');
  await query('UPDATE resource_counter SET rows = 0');
  await withClient(platform.infrastructure!.postgresUrl(), (superuser) => superuser.query('CHECKPOINT'));
}
