import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = `'RECEIVING', 'STAGED', 'APPLIED', 'QUARANTINED_PARTLY', 'REFUSED', 'CHECKED', 'CANCELLED'`;
const statuses = (list: string): string => `
  ALTER TABLE batch
    DROP CONSTRAINT batch_status_check,
    ADD CONSTRAINT batch_status_check CHECK (status IN (${list}))`;

/** Batches that wait for their provider's decision, with their rows. */
export class BatchesHeld1797800001000 implements MigrationInterface {
  name = 'BatchesHeld1797800001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(statuses(`${BEFORE}, 'QUARANTINED', 'DISCARDED'`));
    await runner.query(`
      CREATE TABLE batch_hold (
        batch_id text PRIMARY KEY,
        resource_id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        whole boolean NOT NULL,
        rows bigint NOT NULL,
        rules text[] NOT NULL,
        held_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        decided_at timestamptz,
        decided_by text,
        reason text
      )`);
    await runner.query('CREATE INDEX batch_hold_of_resource ON batch_hold (resource_id)');
    // Unlike what is staged these are promised: they outlive a crash of the database.
    await runner.query(`
      CREATE TABLE held_row (
        batch_id text NOT NULL,
        n bigint NOT NULL,
        record_key text COLLATE "C" NOT NULL,
        payload jsonb,
        PRIMARY KEY (batch_id, n)
      )`);
    // Whether a later batch was applied is asked of each decision.
    await runner.query('CREATE INDEX batch_applied_at ON batch (resource_id, settled_at) WHERE batch_no IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM batch WHERE status IN ('QUARANTINED', 'DISCARDED')`);
    await runner.query(statuses(BEFORE));
    await runner.query('DROP TABLE held_row');
    await runner.query('DROP TABLE batch_hold');
    await runner.query('DROP INDEX batch_applied_at');
  }
}
