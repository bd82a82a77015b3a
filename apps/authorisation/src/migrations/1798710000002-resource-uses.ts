import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last month in which a department used what is shared without condition. */
export class ResourceUses1798710000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE resource_use (
        resource_id text NOT NULL,
        department_id text NOT NULL,
        month date NOT NULL,
        PRIMARY KEY (resource_id, department_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE resource_use');
  }
}
