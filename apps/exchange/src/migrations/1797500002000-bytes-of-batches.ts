import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many bytes a batch had as it was sent; null of those before. */
export class BytesOfBatches1797500002000 implements MigrationInterface {
  name = 'BytesOfBatches1797500002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE batch ADD COLUMN bytes bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE batch DROP COLUMN bytes');
  }
}
