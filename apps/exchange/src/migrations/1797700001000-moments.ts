import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each batch of a resource was applied, as far back as its changes are kept, and the changes of one record in their order. */
export class Moments1797700001000 implements MigrationInterface {
  name = 'Moments1797700001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE batch_moment (
        resource_id text COLLATE "C" NOT NULL,
        applied_at timestamptz NOT NULL,
        batch_no bigint NOT NULL,
        PRIMARY KEY (resource_id, applied_at, batch_no)
      )`);
    // Batches were numbered in the order of their commits; their times, taken before it, may be in another.
    await runner.query(`
      INSERT INTO batch_moment (resource_id, applied_at, batch_no)
      SELECT b.resource_id, max(b.settled_at) OVER (PARTITION BY b.resource_id ORDER BY b.batch_no), b.batch_no
      FROM batch b JOIN resource_counter c USING (resource_id)
      WHERE b.batch_no >= c.changes_from - 1 AND b.settled_at IS NOT NULL`);
    await runner.query('CREATE INDEX changes_of_record ON record_change (resource_id, record_key, batch_no)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX changes_of_record');
    await runner.query('DROP TABLE batch_moment');
  }
}
