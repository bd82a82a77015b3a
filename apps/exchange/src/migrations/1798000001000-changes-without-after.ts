import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a change led to is what the next one of its record found, or what is stored: it is not kept twice. */
export class ChangesWithoutAfter1798000001000 implements MigrationInterface {
  name = 'ChangesWithoutAfter1798000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE record_change DROP COLUMN after');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE record_change ADD COLUMN after jsonb');
    await runner.query(`
      UPDATE record_change c SET after = told.after FROM (
        SELECT o.resource_id, o.batch_no, o.record_key,
          CASE WHEN lead(o.batch_no) OVER of_record IS NULL THEN r.payload ELSE lead(o.before) OVER of_record END AS after
        FROM record_change o LEFT JOIN record r USING (resource_id, record_key)
        WINDOW of_record AS (PARTITION BY o.resource_id, o.record_key ORDER BY o.batch_no)) told
      WHERE (c.resource_id, c.batch_no, c.record_key) = (told.resource_id, told.batch_no, told.record_key)`);
  }
}
