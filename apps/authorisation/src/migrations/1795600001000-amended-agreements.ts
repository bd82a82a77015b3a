import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which grant a version of an agreement amends. [R12.6] */
export class AmendedAgreements1795600001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agreement ADD COLUMN amendment jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agreement DROP COLUMN amendment');
  }
}
