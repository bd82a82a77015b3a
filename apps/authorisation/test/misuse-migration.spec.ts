import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import type { MigrationInterface } from 'typeorm';
import { Misuse1795450000001 } from '../src/migrations/1795450000001-misuse';
import { KeysUsedElsewhere1795800000000 } from '../src/migrations/1795800000000-keys-used-elsewhere';

describe('the figures of the misuse watch of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  const open = (migrations: (new () => MigrationInterface)[]) =>
    openDatabase({ url: database.url, applicationName: 'test', migrations });
  beforeAll(async () => {
    database = await testDatabase('migrations');
    const before = await open([Misuse1795450000001]);
    await before.query(`INSERT INTO misuse_hour VALUES ('system', 's', 'r', '2026-03-02T02:00:00Z', 7, 6, 5, 4, 3, 2)`);
    await before.destroy();
  });
  afterAll(() => database?.drop());

  it('[R13.5] are kept; of keys used elsewhere nothing was counted', async () => {
    const after = await open([Misuse1795450000001, KeysUsedElsewhere1795800000000]);
    const figures = 'requests, rows, refused, beyond_scope, without_matter, verified_no, elsewhere';
    const [row] = await after.query<Record<string, string>[]>(`SELECT ${figures} FROM misuse_hour`);
    expect(Object.values(row!)).toEqual(['7', '6', '5', '4', '3', '2', '0']);
    await after.destroy();
  });
});
