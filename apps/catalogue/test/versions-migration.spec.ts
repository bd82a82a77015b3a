import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import type { MigrationInterface } from 'typeorm';
import { Catalogue1795305600000 } from '../src/migrations/1795305600000-catalogue';
import { FormerProviders1795700001000 } from '../src/migrations/1795700001000-former-providers';
import { EntryVersions1798020000001 } from '../src/migrations/1798020000001-entry-versions';
import { aContent } from './builders';

describe('entries of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  const BEFORE = [Catalogue1795305600000, FormerProviders1795700001000];
  const open = (migrations: (new () => MigrationInterface)[]) =>
    openDatabase({ url: database.url, applicationName: 'test', migrations });
  beforeAll(async () => {
    database = await testDatabase('migrations');
    const before = await open(BEFORE);
    const workflow = { draftedBy: 'a', publication: { by: 'b', at: '2026-03-02T17:00:00.000Z' }, withdrawal: null };
    for (const [id, status, publishedOn] of [
      ['203000-000001', 'PUBLISHED', '2026-03-03'],
      ['203000-000002', 'WITHDRAWN', '2026-03-03'],
      ['203000-000003', 'DRAFT', null],
    ])
      await before.query(
        `INSERT INTO entry (id, resource_code, provider_id, status, sharing_type, metadata_visibility, revision, content,
                            workflow, search_text, search_grams, published_on, updated_at)
         VALUES ($1, $1, 'mzt', $2, 'CONDITIONAL', 'ALL', 7, $3, $4, '', '{}', $5, now())`,
        [id, status, aContent(), workflow, publishedOn],
      );
    await before.destroy();
  });
  afterAll(() => database?.drop());

  it('[R7.1] what was published is its first version, with who had a hand in it', async () => {
    const after = await open([...BEFORE, EntryVersions1798020000001]);
    const versions = await after.query<Record<string, unknown>[]>(
      `SELECT entry_id, version, provider_id, content, workflow, published_on::text, published_at FROM entry_version ORDER BY 1`,
    );
    const version = {
      version: 1,
      provider_id: 'mzt',
      content: aContent(),
      workflow: { draftedBy: 'a', publication: { by: 'b', at: '2026-03-02T17:00:00.000Z' } },
      published_on: '2026-03-03',
      published_at: new Date('2026-03-02T17:00:00Z'),
    };
    expect(versions).toEqual([
      { entry_id: '203000-000001', ...version },
      { entry_id: '203000-000002', ...version },
    ]);
    expect(await after.query('SELECT DISTINCT version FROM entry')).toEqual([{ version: 1 }]);
    await after.destroy();
  });
});
