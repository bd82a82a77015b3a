import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace that a batch came with, which the feeds that tell of it continue. */
export class Causes1798770000000 implements MigrationInterface {
  name = 'Causes1798770000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE batch ADD COLUMN traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE batch DROP COLUMN traceparent');
  }
}
