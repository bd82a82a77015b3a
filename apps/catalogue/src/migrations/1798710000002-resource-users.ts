import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Departments that use what is shared without condition, and the last month in which they did. */
export class ResourceUsers1798710000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE resource_user (
        resource_id text NOT NULL,
        department_id text NOT NULL,
        month date NOT NULL,
        PRIMARY KEY (resource_id, department_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE resource_user');
  }
}
