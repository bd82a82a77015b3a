import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key that was destroyed is told from one that never was, and stored hashes are walked key by key. */
export class Traces1798070000000 implements MigrationInterface {
  readonly name = 'Traces1798070000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE hash_key ALTER COLUMN key DROP NOT NULL, ADD COLUMN destroyed_at timestamptz;
      ALTER TABLE hash_key ADD CONSTRAINT hash_key_destroyed CHECK ((key IS NULL) = (destroyed_at IS NOT NULL));
      CREATE INDEX delivery_hash_key ON delivery (hash_key_id, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX delivery_hash_key;
      ALTER TABLE hash_key DROP CONSTRAINT hash_key_destroyed, DROP COLUMN destroyed_at`);
  }
}
