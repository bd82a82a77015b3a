import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns that sources sent and that no entry has items for. */
export class SourceColumns1796000003000 implements MigrationInterface {
  name = 'SourceColumns1796000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE source_column (
        system_id text NOT NULL,
        resource_id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (system_id, resource_id, name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE source_column');
  }
}
