import { testDatabase, type TestDatabase } from '@qiongtong/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase, SchemaBehind, sql } from '../../src/database';

class Notes1798760000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (id text PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}
class Colours1798760000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE note ADD colour text');
  }
  async down(): Promise<void> {}
}

describe('a schema that a job migrates', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase('migrations');
  });
  afterEach(() => database.drop());
  const open = async (migrate: boolean, ...migrations: (new () => MigrationInterface)[]) => {
    const dataSource = await openDatabase({ url: database.url, applicationName: 'notes', migrations, migrate });
    const tables = await sql<{ name: string }>(dataSource, `SELECT to_regclass('note')::text AS name`);
    await dataSource.destroy();
    return tables[0]?.name ?? null;
  };

  it('is not made by the service, which says what is missing and touches nothing', async () => {
    const refused = open(false, Notes1798760000000);
    await expect(refused).rejects.toBeInstanceOf(SchemaBehind);
    await expect(refused).rejects.toThrow(/notes lacks PlatformTables1700000000000, Notes1798760000000/);
    expect(await open(true)).toBeNull();
  });

  it('carries the service once the job has run', async () => {
    expect(await open(true, Notes1798760000000)).toBe('note');
    expect(await open(false, Notes1798760000000)).toBe('note');
  });

  it('one migration behind is refused by the new version, one ahead carries the old one', async () => {
    await open(true, Notes1798760000000);
    await expect(open(false, Notes1798760000000, Colours1798760000001)).rejects.toThrow(/lacks Colours1798760000001:/);
    await open(true, Notes1798760000000, Colours1798760000001);
    expect(await open(false, Notes1798760000000)).toBe('note');
  });
});
