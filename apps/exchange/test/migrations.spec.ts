import { testDatabase } from '@qiongtong/testing';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { ChangeStore } from '../src/changes/change.store';
import type { Pools } from '../src/store/pools';
import { ChangesWithoutAfter1798000001000 } from '../src/migrations/1798000001000-changes-without-after';
import { ChangesKept1796000002000 } from '../src/migrations/1796000002000-changes-kept';
import { Disposals1797700002000 } from '../src/migrations/1797700002000-disposals';
import { ExchangeStore1780000000001 } from '../src/migrations/1780000000001-exchange-store';
import { Exports1797200000000 } from '../src/migrations/1797200000000-exports';
import { ChannelQueries1797500000000 } from '../src/migrations/1797500000000-channel-queries';
import { ExchangeTasks1797500001000 } from '../src/migrations/1797500001000-exchange-tasks';
import { BytesOfBatches1797500002000 } from '../src/migrations/1797500002000-bytes-of-batches';
import { FeedChannels1797300001000 } from '../src/migrations/1797300001000-feed-channels';
import { ItemInstants1797700000000 } from '../src/migrations/1797700000000-item-instants';
import { Moments1797700001000 } from '../src/migrations/1797700001000-moments';
import { Subscriptions1797300000000 } from '../src/migrations/1797300000000-subscriptions';
import { WaysOfPushing1796000000000 } from '../src/migrations/1796000000000-ways-of-pushing';

describe('batches of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;
  beforeAll(async () => {
    database = await testDatabase('exchange-migrations');
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  it('[R8.2] were upserts, and can be followed by the new ways; the way back keeps them', async () => {
    const runner = source.createQueryRunner();
    await new ExchangeStore1780000000001().up(runner);
    const batch = (id: string, status: string) =>
      source.query(
        `INSERT INTO batch (id, resource_id, status, channel, system_id, received_at)
         VALUES ($1, 'r', $2, 'REST', 's', now())`,
        [id, status],
      );
    await batch('old', 'APPLIED');
    await expect(batch('new', 'CHECKED')).rejects.toThrow('batch_status_check');
    const migration = new WaysOfPushing1796000000000();
    await migration.up(runner);
    expect(await source.query(`SELECT id, operation FROM batch`)).toEqual([{ id: 'old', operation: 'upsert' }]);
    await batch('new', 'CHECKED');
    await source.query(`DELETE FROM batch WHERE id = 'new'`);
    await migration.down(runner);
    await expect(batch('new', 'CANCELLED')).rejects.toThrow('batch_status_check');
    await runner.release();
  });
});

describe('an exchange of the version before', () => {
  it('takes up exports with what it holds, and goes back without them', async () => {
    const database = await testDatabase('exchange-exports');
    const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    try {
      const runner = source.createQueryRunner();
      await new ExchangeStore1780000000001().up(runner);
      await source.query(`INSERT INTO record VALUES ('r', 'k', '{"a": 1}', 1, now())`);
      await source.query(
        `INSERT INTO delivery (id, decision_id, resource_id, hash_key_id, opened_at) VALUES ('d', 'd', 'r', 'h', now())`,
      );
      const migration = new Exports1797200000000();
      await migration.up(runner);
      const add = (status: string) =>
        source.query(
          `INSERT INTO export_job (id, resource_id, provider_id, department_id, decision_id, use, format, gzip, bom, formulas,
             status, asked_at) VALUES ($1, 'r', 'p', 'd', 'd', '{}', 'CSV', false, false, 'AS_IS', $1, now())`,
          [status],
        );
      await add('QUEUED');
      await expect(add('DONE')).rejects.toThrow('export_job_status_check');
      const queries = new ChannelQueries1797500000000();
      await queries.up(runner);
      expect(await source.query<object[]>('SELECT id, kind, callback_url FROM export_job')).toEqual([
        { id: 'QUEUED', kind: 'EXPORT', callback_url: null },
      ]);
      await expect(source.query(`UPDATE export_job SET kind = 'OTHER'`)).rejects.toThrow('export_job_kind_check');
      await add('READY');
      await source.query(`UPDATE export_job SET kind = 'QUERY' WHERE id = 'READY'`);
      await queries.down(runner);
      expect(await source.query<object[]>('SELECT id FROM export_job')).toEqual([{ id: 'QUEUED' }]);
      await migration.down(runner);
      const [left] = await source.query<[object]>(
        'SELECT (SELECT count(*)::int FROM record) AS records, (SELECT count(*)::int FROM delivery) AS deliveries',
      );
      expect(left).toEqual({ records: 1, deliveries: 1 });
      await runner.release();
    } finally {
      await source.destroy();
      await database.drop();
    }
  });
});

it('an exchange of the version before takes up subscriptions, and goes back without them', async () => {
  const database = await testDatabase('exchange-subscriptions');
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  try {
    const runner = source.createQueryRunner();
    await new ExchangeStore1780000000001().up(runner);
    await source.query(`INSERT INTO record_change VALUES ('r', 1, 'k', NULL, '{"a": 1}')`);
    const migration = new Subscriptions1797300000000();
    await migration.up(runner);
    const add = (status: string) =>
      source.query(
        `INSERT INTO feed_subscription (id, resource_id, provider_id, department_id, system_id, decision_id, use, url, status,
           reached_batch, reached_key, due_at, opened_at)
         VALUES ($1, 'r', 'p', 'd', 's', 'd', '{}', 'https://node/', $1, 0, '', now(), now())`,
        [status],
      );
    await add('ACTIVE');
    const channels = new FeedChannels1797300001000();
    await channels.up(runner);
    expect(await source.query<object[]>('SELECT channel, url FROM feed_subscription')).toEqual([
      { channel: 'WEBHOOK', url: 'https://node/' },
    ]);
    await expect(source.query(`UPDATE feed_subscription SET channel = 'KAFKA'`)).rejects.toThrow('address');
    const exports = new Exports1797200000000();
    const queries = new ChannelQueries1797500000000();
    const tasks = new ExchangeTasks1797500001000();
    await exports.up(runner);
    await queries.up(runner);
    await source.query(`INSERT INTO feed_batch VALUES ('ACTIVE', 1, 0, 1, 'k', 'd', 't', 'digest', now())`);
    await tasks.up(runner);
    expect(await source.query<object[]>('SELECT position, changes, bytes FROM feed_batch')).toEqual([
      { position: '1', changes: null, bytes: null },
    ]);
    const bytes = new BytesOfBatches1797500002000();
    await source.query(
      `INSERT INTO batch (id, status, channel, system_id, received_at) VALUES ('b', 'APPLIED', 'REST', 's', now())`,
    );
    await bytes.up(runner);
    expect(await source.query<object[]>('SELECT id, bytes FROM batch')).toEqual([{ id: 'b', bytes: null }]);
    for (const migration of [bytes, tasks, queries, exports]) await migration.down(runner);
    expect(await source.query<object[]>('SELECT position FROM feed_batch')).toHaveLength(1);
    await channels.down(runner);
    await expect(add('ASLEEP')).rejects.toThrow('feed_subscription_status_check');
    await migration.down(runner);
    const left = await source.query<object[]>('SELECT record_key, after FROM record_change');
    expect(left).toEqual([{ record_key: 'k', after: { a: 1 } }]);
    await runner.release();
  } finally {
    await source.destroy();
    await database.drop();
  }
});

it('[R8.2] an exchange of the version before takes up the reading of instants, and goes back without it', async () => {
  const database = await testDatabase('exchange-instants');
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  try {
    const runner = source.createQueryRunner();
    await new ExchangeStore1780000000001().up(runner);
    await source.query(`INSERT INTO record VALUES ('r', 'k', '{"at": "2026-01-01T08:00:00+08:00"}', 1, now())`);
    const migration = new ItemInstants1797700000000();
    await migration.up(runner);
    await source.query(`CREATE INDEX item_index_x ON record (item_instant(payload ->> 'at'))`);
    const found = await source.query<object[]>(
      `SELECT record_key, item_instant('2026-02-30T00:00:00Z') AS none FROM record
       WHERE item_instant(payload ->> 'at') = '2026-01-01T00:00:00Z'`,
    );
    expect(found).toEqual([{ record_key: 'k', none: null }]);
    await migration.down(runner);
    expect(await source.query<object[]>('SELECT record_key FROM record')).toEqual([{ record_key: 'k' }]);
    await runner.release();
  } finally {
    await source.destroy();
    await database.drop();
  }
});

it('[R13.4] an exchange of the version before knows the moments of its batches in their order, and goes back without them', async () => {
  const database = await testDatabase('exchange-moments');
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  try {
    const runner = source.createQueryRunner();
    await new ExchangeStore1780000000001().up(runner);
    await new ChangesKept1796000002000().up(runner);
    await source.query(
      `INSERT INTO resource_counter (resource_id, batch_no, rows, changes_from) VALUES ('r', 4, 1, 3)`,
    );
    const times = ['01:00', '02:00', '04:00', '03:00'];
    for (const [i, time] of times.entries())
      await source.query(
        `INSERT INTO batch (id, resource_id, batch_no, status, channel, system_id, received_at, settled_at)
         VALUES ($1, 'r', $2, 'APPLIED', 'REST', 's', now(), $3)`,
        [`b${i}`, i + 1, `2026-01-01T${time}:00Z`],
      );
    const migration = new Moments1797700001000();
    await migration.up(runner);
    const found = await source.query<{ batch_no: string; at: Date }[]>(
      'SELECT batch_no, applied_at AS at FROM batch_moment ORDER BY batch_no',
    );
    expect(found.map(({ batch_no, at }) => [batch_no, at.toISOString().slice(11, 16)])).toEqual([
      ['2', '02:00'],
      ['3', '04:00'],
      ['4', '04:00'],
    ]);
    await migration.down(runner);
    expect(await source.query<object[]>('SELECT id FROM batch')).toHaveLength(4);
    await runner.release();
  } finally {
    await source.destroy();
    await database.drop();
  }
});

it('[R7.1] an exchange of the version before takes up disposals, one open for each resource, and goes back without them', async () => {
  const database = await testDatabase('exchange-disposals');
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  try {
    const runner = source.createQueryRunner();
    await new ExchangeStore1780000000001().up(runner);
    await source.query(`INSERT INTO record VALUES ('r', 'k', '{"a": 1}', 1, now())`);
    const migration = new Disposals1797700002000();
    await migration.up(runner);
    const add = (id: string, status: string) =>
      source.query(
        `INSERT INTO disposal (id, resource_id, provider_id, region_code, status, scheduled_at, due_at, ground, basis, hash_key, chain)
         VALUES ($1, 'r', 'p', '460000', $2, now(), now(), 'ORDERED', '-', '', '')`,
        [id, status],
      );
    await add('a', 'CANCELLED');
    await add('b', 'WAITING');
    await expect(add('c', 'RUNNING')).rejects.toThrow('disposal_open');
    await expect(add('d', 'FORGOTTEN')).rejects.toThrow('disposal_status_check');
    await migration.down(runner);
    expect(await source.query<object[]>('SELECT record_key FROM record')).toEqual([{ record_key: 'k' }]);
    await runner.release();
  } finally {
    await source.destroy();
    await database.drop();
  }
});

it('[R12.7] an exchange of the version before tells the same of its changes, and goes back with all of them', async () => {
  const database = await testDatabase('exchange-changes-without-after');
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  try {
    const runner = source.createQueryRunner();
    await new ExchangeStore1780000000001().up(runner);
    await source.query(`INSERT INTO record VALUES ('r', 'k', '{"a": 3}', 4, now()), ('s', 'k', '{"a": 9}', 1, now())`);
    await source.query(`INSERT INTO record_change VALUES
      ('r', 1, 'gone', NULL, '{"a": 1}'), ('r', 1, 'k', NULL, '{"a": 1}'), ('r', 2, 'gone', '{"a": 1}', NULL),
      ('r', 2, 'k', '{"a": 1}', NULL), ('r', 3, 'k', NULL, '{"a": 2}'), ('r', 4, 'k', '{"a": 2}', '{"a": 3}'),
      ('s', 1, 'k', NULL, '{"a": 9}')`);
    const all = () => source.query<object[]>('SELECT * FROM record_change ORDER BY resource_id, batch_no, record_key');
    const before = await all();
    const migration = new ChangesWithoutAfter1798000001000();
    await migration.up(runner);
    const reader = new Pool({ connectionString: database.url });
    const told = await new ChangeStore({ reader, writer: reader } as unknown as Pools).after(
      'r',
      { batchNo: 1, key: 'gone' },
      10,
    );
    await reader.end();
    expect(told.map(({ batchNo, key, after }) => [batchNo, key, after])).toEqual([
      [1, 'k', { a: 1 }],
      [2, 'gone', null],
      [2, 'k', null],
      [3, 'k', { a: 2 }],
      [4, 'k', { a: 3 }],
    ]);
    await migration.down(runner);
    expect(await all()).toEqual(before);
    await runner.release();
  } finally {
    await source.destroy();
    await database.drop();
  }
});
