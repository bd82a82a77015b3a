import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far back the changes of a resource are kept, and the keys by which feeds name its records. */
export class ChangesKept1796000002000 implements MigrationInterface {
  name = 'ChangesKept1796000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE resource_counter ADD COLUMN changes_from bigint NOT NULL DEFAULT 1');
    await runner.query(`
      CREATE TABLE feed_key (
        resource_id text COLLATE "C" PRIMARY KEY,
        key bytea NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE feed_key');
    await runner.query('ALTER TABLE resource_counter DROP COLUMN changes_from');
  }
}
