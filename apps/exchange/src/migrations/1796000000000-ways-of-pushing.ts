import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Batches that replace everything, are only checked, or are cancelled. */
export class WaysOfPushing1796000000000 implements MigrationInterface {
  name = 'WaysOfPushing1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE batch
        ADD COLUMN operation text NOT NULL DEFAULT 'upsert' CHECK (operation IN ('upsert', 'delete', 'snapshot')),
        DROP CONSTRAINT batch_status_check,
        ADD CONSTRAINT batch_status_check CHECK (status IN
          ('RECEIVING', 'STAGED', 'APPLIED', 'QUARANTINED_PARTLY', 'REFUSED', 'CHECKED', 'CANCELLED'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE batch
        DROP COLUMN operation,
        DROP CONSTRAINT batch_status_check,
        ADD CONSTRAINT batch_status_check CHECK (status IN
          ('RECEIVING', 'STAGED', 'APPLIED', 'QUARANTINED_PARTLY', 'REFUSED'))`);
  }
}
