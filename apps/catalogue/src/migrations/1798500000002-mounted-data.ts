import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What exchange has of a resource: a projection of its facts, read from the beginning of their topic. */
export class MountedData1798500000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mounted_data (
        resource_id text PRIMARY KEY,
        batch_no bigint NOT NULL DEFAULT 0,
        rows bigint NOT NULL DEFAULT 0,
        updated_at timestamptz,
        duty text,
        duty_at timestamptz,
        endpoint text,
        endpoint_revision integer NOT NULL DEFAULT 0,
        disposed_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mounted_data');
  }
}
