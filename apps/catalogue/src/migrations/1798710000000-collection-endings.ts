import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has been told of a waiver's end, and who takes the place of bodies that a decision ends. */
export class CollectionEndings1798710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE collection_waiver ADD COLUMN end_state text NOT NULL DEFAULT 'ON_TIME'`);
    await runner.query(`
      CREATE INDEX collection_waiver_ending ON collection_waiver (until)
      WHERE status = 'GRANTED' AND end_state IN ('ON_TIME', 'ENDING')`);
    await runner.query(`
      CREATE TABLE body_succession (
        body_id text PRIMARY KEY,
        successor_id text,
        change_id text NOT NULL,
        document_number text NOT NULL,
        decided_by text NOT NULL,
        authority_id text NOT NULL,
        told_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE body_succession');
    await runner.query('DROP INDEX collection_waiver_ending');
    await runner.query('ALTER TABLE collection_waiver DROP COLUMN end_state');
  }
}
