import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when a pledge admits, and until when an admission is suspended. [R11.2] */
export class StandingOfDepartments1795430000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE organisation
         ADD COLUMN pledge_valid_until timestamptz,
         ADD COLUMN suspended_until timestamptz;
       CREATE INDEX organisation_suspended ON organisation (suspended_until) WHERE admission = 'SUSPENDED'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisation DROP COLUMN pledge_valid_until, DROP COLUMN suspended_until');
  }
}
