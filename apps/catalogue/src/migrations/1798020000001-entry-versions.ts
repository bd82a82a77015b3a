import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every version that was published, and the next one while it is compiled. What was published before is version 1. */
export class EntryVersions1798020000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entry ADD version integer NOT NULL DEFAULT 1');
    await runner.query(`
      CREATE TABLE entry_revision (
        entry_id text PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
        version integer NOT NULL,
        status text NOT NULL,
        revision integer NOT NULL,
        content jsonb NOT NULL,
        workflow jsonb NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE entry_version (
        entry_id text NOT NULL REFERENCES entry,
        version integer NOT NULL,
        provider_id text NOT NULL,
        content jsonb NOT NULL,
        workflow jsonb NOT NULL,
        published_on date NOT NULL,
        published_at timestamptz NOT NULL,
        PRIMARY KEY (entry_id, version)
      )`);
    await runner.query(`
      INSERT INTO entry_version (entry_id, version, provider_id, content, workflow, published_on, published_at)
      SELECT id, 1, provider_id, content,
             workflow - '{withdrawal,proposedWithdrawal,withheldWithdrawal}'::text[],
             published_on, (workflow -> 'publication' ->> 'at')::timestamptz
      FROM entry WHERE status IN ('PUBLISHED', 'WITHDRAWN') AND published_on IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE entry_version, entry_revision');
    await runner.query('ALTER TABLE entry DROP version');
  }
}
