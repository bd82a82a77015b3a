import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the entries have been brought along to an edition, and what could not be. */
export class EditionMigration1798100000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE catalogue_edition ADD migration jsonb');
    await runner.query(`
      CREATE TABLE catalogue_edition_fault (
        edition integer NOT NULL REFERENCES catalogue_edition,
        entry_id text NOT NULL,
        field text NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (edition, entry_id, field, reason)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE catalogue_edition_fault');
    await runner.query('ALTER TABLE catalogue_edition DROP migration');
  }
}
