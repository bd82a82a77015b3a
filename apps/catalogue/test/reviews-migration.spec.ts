import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import type { MigrationInterface } from 'typeorm';
import { Catalogue1795305600000 } from '../src/migrations/1795305600000-catalogue';
import { FormerProviders1795700001000 } from '../src/migrations/1795700001000-former-providers';
import { EntryVersions1798020000001 } from '../src/migrations/1798020000001-entry-versions';
import { EntryReviews1798300000001 } from '../src/migrations/1798300000001-entry-reviews';
import { aContent } from './builders';

describe('decisions of before', () => {
  const BEFORE = [Catalogue1795305600000, FormerProviders1795700001000, EntryVersions1798020000001];
  let database: Awaited<ReturnType<typeof testDatabase>>;
  const open = (migrations: (new () => MigrationInterface)[]) =>
    openDatabase({ url: database.url, applicationName: 'test', migrations });
  beforeAll(async () => {
    database = await testDatabase('migrations');
  });
  afterAll(() => database?.drop());

  it('[R7.1] the last known of each version is in the history, once', async () => {
    const decided = (outcome: string, at: string) => ({ decision: { outcome, remarks: at, at } });
    const [first, second, third] = [
      decided('APPROVED', '2026-03-02T01:00:00.000Z'),
      decided('APPROVED', '2026-04-02T01:00:00.000Z'),
      decided('RETURNED', '2026-05-02T01:00:00.000Z'),
    ];
    const before = await open(BEFORE);
    for (const [id, status, version, workflow] of [
      ['203000-000001', 'PUBLISHED', 2, second],
      ['203000-000002', 'DRAFT', 1, { decision: null }],
    ] as const)
      await before.query(
        `INSERT INTO entry (id, resource_code, provider_id, status, version, sharing_type, metadata_visibility, revision,
                            content, workflow, search_text, search_grams, published_on, updated_at)
         VALUES ($1, $1, 'mzt', $2, $3, 'CONDITIONAL', 'ALL', 7, $4, $5, '', '{}', NULL, now())`,
        [id, status, version, aContent(), workflow],
      );
    for (const [version, workflow] of [[1, first], [2, second]] as const)
      await before.query(
        `INSERT INTO entry_version VALUES ('203000-000001', $1, 'mzt', $2, $3, '2026-03-03', now())`,
        [version, aContent(), workflow],
      ); // prettier-ignore
    await before.query(
      `INSERT INTO entry_revision VALUES ('203000-000001', 3, 'RETURNED', 9, $1, $2, now())`,
      [aContent(), third],
    ); // prettier-ignore
    await before.destroy();

    const after = await open([...BEFORE, EntryReviews1798300000001]);
    expect(await after.query('SELECT entry_id, number, version, decision FROM entry_review ORDER BY number')).toEqual(
      [first, second, third].map((given, i) => ({
        ...{ entry_id: '203000-000001', number: i + 1, version: i + 1 },
        decision: given!.decision,
      })),
    );
    await after.destroy();
  });
});
