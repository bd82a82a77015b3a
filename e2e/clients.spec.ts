import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { PushReceipt, PushReceipts } from '@qiongtong/contracts';
import { commandRuns, Connect, consoleProducer, withClient } from '@qiongtong/testing';
import { Kafka, logLevel } from 'kafkajs';
import { BY_KAFKA, BY_REST, startPushingWorld, type PushingWorld } from './pushing-world';

jest.setTimeout(240_000);

const ROWS = 30_000;

/** What departments have already, with nothing of ours in it. */
describe('a source that pushes with a client of its own', () => {
  let world: PushingWorld;
  let folder: string;
  const exchange = <T>(sql: string, params: unknown[] = []): Promise<T[]> =>
    withClient(world.platform.databaseUrl('exchange'), async (client) => (await client.query(sql, params)).rows as T[]);
  const stored = async (resourceId: string): Promise<Record<string, string>> => {
    const rows = await exchange<{ key: string; text: string }>(
      `SELECT record_key AS key, payload ->> 'text' AS text FROM record WHERE resource_id = $1 ORDER BY record_key`,
      [resourceId],
    );
    return Object.fromEntries(rows.map(({ key, text }) => [key, text]));
  };
  const until = async (what: string, holds: () => Promise<boolean>, said = () => ''): Promise<void> => {
    for (const end = Date.now() + 60_000; !(await holds()); await sleep(100))
      if (Date.now() > end) throw new Error(`${what}: in vain\n${said()}`);
  };
  const receipts = async (): Promise<Map<string, PushReceipt>> => {
    const rows = await exchange<{ value: string }>(
      `SELECT value FROM outbox WHERE topic = 'receipts.source' ORDER BY id`,
    );
    const all = rows.flatMap(({ value }) => (JSON.parse(value) as PushReceipts).receipts);
    return new Map(all.map((receipt) => [receipt.messageId, receipt]));
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'push-clients-'));
    world = await startPushingWorld('journey-clients', ['exchange', 'gateway']);
    const { kafkaBrokers, topicPrefix } = world.platform;
    const admin = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await until('the topic of the system', async () =>
      (await admin.listTopics()).includes(`${topicPrefix}push.source`),
    );
    await admin.disconnect();
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const text = 'x'.repeat(90);
  const lines = Array.from({ length: ROWS }, (_, i) => `${JSON.stringify({ no: `N${i}`, text })}\n`).join('');
  const sheet = `no,text\r\n${Array.from({ length: ROWS }, (_, i) => `N${i},"${text}"\r\n`).join('')}`;
  it.each([
    ['a file of lines', lines, 'application/x-ndjson', [], { inserted: ROWS }],
    ['a packed one', gzipSync(lines), 'application/x-ndjson', ['content-encoding: gzip'], { unchanged: ROWS }],
    ['a sheet', sheet, 'text/csv', [], { unchanged: ROWS }],
  ])('[R9.2] curl --data-binary with %s', async (_what, content, type, headers, counts) => {
    const file = join(folder, 'rows');
    writeFileSync(file, content);
    const token = await world.issuer.system('source', { expiresIn: 600 });
    const all = [
      `authorization: Bearer ${token}`,
      `content-type: ${type}`,
      'idempotency-key: ' + _what.replaceAll(' ', '-'),
      ...headers,
    ];
    const url = `${world.platform.gatewayUrl}/v1/resources/${BY_REST}/batches`;
    const { code, output } = await commandRuns('curl', [
      ...['--silent', '--show-error', '--fail-with-body', '--data-binary', `@${file}`],
      ...all.flatMap((header) => ['--header', header]),
      url,
    ]);
    expect([code, output]).toEqual([0, expect.stringContaining('APPLIED')]);
    expect(JSON.parse(output)).toMatchObject({ status: 'APPLIED', counts: { received: ROWS, ...counts } });
  });

  it('[R9.2] kafka-console-producer with keys, headers and a tombstone, each answered', async () => {
    const headers = (id: string, type = 'record.upserted.v1') =>
      `ce_specversion:1.0,ce_id:${id},ce_type:${type},ce_subject:${BY_KAFKA},content-type:application/json`;
    const row = (no: string, over = {}) => JSON.stringify({ no, text: `typed ${no}`, ...over });
    const { code, output } = await consoleProducer(
      [
        ...['--bootstrap-server', world.platform.kafkaBrokers, '--topic', `${world.platform.topicPrefix}push.source`],
        ...['parse.key=true', 'parse.headers=true', 'null.marker=NULL'].flatMap((one) => ['--reader-property', one]),
      ],
      [
        `${headers('c1')}\tT1\t${row('T1')}`,
        `${headers('c2')}\tT2\t${row('T2')}`,
        `${headers('c3')}\tT1\t${row('T1', { text: 'typed again' })}`,
        `${headers('c4')}\tT3\t${row('T4')}`,
        `${headers('c5', 'record.deleted.v1')}\tT2\tNULL`,
      ],
    );
    expect([code, output]).toEqual([0, expect.any(String)]);
    const ids = ['c1', 'c2', 'c3', 'c4', 'c5'];
    await until('receipts', async () => (await receipts()).size >= ids.length);
    const told = await receipts();
    expect(ids.map((id) => told.get(id)!.outcome)).toEqual(['applied', 'applied', 'applied', 'quarantined', 'applied']);
    expect(told.get('c4')!.code).toBe('exchange.message_key_mismatch');
    expect(await stored(BY_KAFKA)).toEqual({ T1: 'typed again' });
  });

  it('[R9.2] Debezium for PostgreSQL in Kafka Connect: the snapshot of a table, and every change of it', async () => {
    const { platform } = world;
    const superuser = new URL(platform.infrastructure!.postgresUrl());
    await withClient(superuser.href, (client) => client.query('CREATE DATABASE registry'));
    superuser.pathname = '/registry';
    const source = <T>(sql: string): Promise<T[]> =>
      withClient(superuser.href, async (client) => (await client.query(sql)).rows as T[]);
    await source(`CREATE TABLE marriage (no text PRIMARY KEY, text text, clerk text)`);
    await source(`INSERT INTO marriage SELECT 'D' || i, 'before ' || i, 'Chen' FROM generate_series(1, 500) AS i`);

    const { topicPrefix } = platform;
    const transforms = 'org.apache.kafka.connect.transforms';
    const connect = await Connect.start(folder, platform.kafkaBrokers, {
      name: 'registry',
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      'plugin.name': 'pgoutput',
      'database.hostname': superuser.hostname,
      'database.port': superuser.port,
      'database.user': superuser.username,
      'database.password': superuser.password,
      'database.dbname': 'registry',
      'topic.prefix': 'registry',
      'table.include.list': 'public.marriage',
      'publication.autocreate.mode': 'filtered',
      transforms: 'route,resource',
      'transforms.route.type': `${transforms}.RegexRouter`,
      'transforms.route.regex': '.*',
      'transforms.route.replacement': `${topicPrefix}push.source`,
      'transforms.resource.type': `${transforms}.InsertHeader`,
      'transforms.resource.header': 'ce_subject',
      'transforms.resource.value.literal': BY_KAFKA,
    });
    const table = async () => {
      const rows = await source<{ no: string; text: string }>(`SELECT no, text FROM marriage ORDER BY no COLLATE "C"`);
      return Object.fromEntries(rows.map(({ no, text }) => [no, text]));
    };
    const arrived = async (rows: number) => {
      const equal = async () => {
        if (!connect.running || connect.output().includes('Task is being killed')) throw new Error(connect.output());
        const { T1: _, ...fromTable } = await stored(BY_KAFKA);
        return JSON.stringify(fromTable) === JSON.stringify(await table());
      };
      await until(`${rows} rows`, equal, connect.output);
      expect(Object.keys(await table())).toHaveLength(rows);
    };
    try {
      await arrived(500);
      await source(`INSERT INTO marriage SELECT 'E' || i, 'new ' || i, 'Lin' FROM generate_series(1, 200) AS i`);
      await source(`UPDATE marriage SET text = 'after' WHERE no LIKE 'D%5'`);
      await source(`DELETE FROM marriage WHERE no LIKE 'D1%'`);
      await source(`UPDATE marriage SET no = 'F' || no WHERE no IN ('D2', 'D3')`);
      await arrived(500 + 200 - 111);
    } finally {
      await connect.stop();
      await source(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active`);
    }
    const outcomes = [...(await receipts())].filter(([id]) => id.includes('push.source')).map(([, one]) => one);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    // Tombstones have no columns; every other event has one that is no item.
    expect(outcomes.filter(({ errors }) => errors?.[0]?.pointer === '/clerk').length).toBeGreaterThan(700);
  });
});
