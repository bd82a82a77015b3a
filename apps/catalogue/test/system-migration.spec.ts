import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import type { MigrationInterface } from 'typeorm';
import { Catalogue1795305600000 } from '../src/migrations/1795305600000-catalogue';
import { FormerProviders1795700001000 } from '../src/migrations/1795700001000-former-providers';
import { EntryVersions1798020000001 } from '../src/migrations/1798020000001-entry-versions';
import { CatalogueImports1798050000001 } from '../src/migrations/1798050000001-catalogue-imports';
import { CatalogueSystem1798100000001 } from '../src/migrations/1798100000001-catalogue-system';
import { EditionMigration1798100000002 } from '../src/migrations/1798100000002-edition-migration';
import { aContent } from './builders';

describe('codes of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  const BEFORE = [
    Catalogue1795305600000,
    FormerProviders1795700001000,
    EntryVersions1798020000001,
    CatalogueImports1798050000001,
  ];
  const open = (migrations: (new () => MigrationInterface)[]) =>
    openDatabase({ url: database.url, applicationName: 'test', migrations });
  beforeAll(async () => {
    database = await testDatabase('system-migration');
    const before = await open(BEFORE);
    for (const code of ['203000/000004', '203000/000011', '346007/000002', '203000/123456789012'])
      await before.query(
        `INSERT INTO entry (id, resource_code, provider_id, status, sharing_type, metadata_visibility, revision, content,
                            workflow, search_text, search_grams, updated_at)
         VALUES (replace($1, '/', '-'), $1, 'mzt', 'DRAFT', 'CONDITIONAL', 'ALL', 7, $2, '{}', '', '{}', now())`,
        [code, aContent()],
      );
    await before.query(
      `INSERT INTO registration_refusal VALUES ('r1', 'R2.2', 'mzt', 'a', '203000-000020', true, now()),
         ('r2', 'R2.3', 'mzt', 'a', NULL, false, now())`,
    );
    await before.destroy();
  });
  afterAll(() => database?.drop());

  it('[R6.1] [R23.1] are kept, with those of wiped drafts, and gone past', async () => {
    const after = await open([...BEFORE, CatalogueSystem1798100000001, EditionMigration1798100000002]);
    const codes = await after.query<{ code: string }[]>('SELECT code FROM resource_code ORDER BY 1');
    expect(codes.map(({ code }) => code)).toEqual(['203000/000004', '203000/000011', '203000/000020', '203000/123456789012', '346007/000002']); // prettier-ignore
    const sequences = await after.query('SELECT prefix, last::int FROM resource_code_sequence ORDER BY 1');
    // The longest one is written as no rule has it; whoever came to it would be given the next.
    expect(sequences).toEqual([{ prefix: '203000', last: 20 }, { prefix: '346007', last: 2 }]); // prettier-ignore
    const editions = await after.query('SELECT number, status, migration FROM catalogue_edition');
    expect(editions).toEqual([{ number: 1, status: 'IN_FORCE', migration: null }]);
    await after.undoLastMigration();
    await after.undoLastMigration();
    await after.destroy();
  });
});
