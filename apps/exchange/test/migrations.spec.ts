import { testDatabase } from '@qiongtong/testing';
import { DataSource } from 'typeorm';
import { ExchangeStore1780000000001 } from '../src/migrations/1780000000001-exchange-store';
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
