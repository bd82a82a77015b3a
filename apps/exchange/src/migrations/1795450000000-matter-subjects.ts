import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which record a matter number was first used for, both as keyed hashes. */
export class MatterSubjects1795450000000 implements MigrationInterface {
  name = 'MatterSubjects1795450000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE matter_subject (
        resource_id text COLLATE "C" NOT NULL,
        department_id text COLLATE "C" NOT NULL,
        matter bytea NOT NULL,
        subject bytea NOT NULL,
        bound_at timestamptz NOT NULL,
        PRIMARY KEY (resource_id, department_id, matter)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE matter_subject');
  }
}
