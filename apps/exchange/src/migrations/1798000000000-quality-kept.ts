import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Results are forgotten by their age. [R8.2] */
export class QualityKept1798000000000 implements MigrationInterface {
  name = 'QualityKept1798000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX quality_by_age ON quality_result (measured_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX quality_by_age');
  }
}
