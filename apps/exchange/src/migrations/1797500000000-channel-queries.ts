import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Queries that a provider answers in its own time are exports whose rows come from its endpoint. */
export class ChannelQueries1797500000000 implements MigrationInterface {
  name = 'ChannelQueries1797500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE export_job
        ADD COLUMN kind text NOT NULL DEFAULT 'EXPORT' CHECK (kind IN ('EXPORT', 'QUERY')),
        ADD COLUMN callback_url text,
        ADD COLUMN callback_due_at timestamptz,
        ADD COLUMN callback_attempt integer NOT NULL DEFAULT 0,
        ADD COLUMN callback_failures integer NOT NULL DEFAULT 0,
        ADD COLUMN callback_last_failure text,
        ADD COLUMN callback_told_at timestamptz`);
    await runner.query(
      `CREATE INDEX export_query_of_department ON export_job (department_id, asked_at DESC, id DESC) WHERE kind = 'QUERY'`,
    );
    await runner.query(
      `CREATE INDEX export_callback_due ON export_job (callback_due_at) WHERE callback_due_at IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX export_query_running ON export_job (provider_id) WHERE kind = 'QUERY' AND status = 'RUNNING'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    // What cannot be told from an export there may not be given out as one.
    await runner.query(`DELETE FROM export_job WHERE kind = 'QUERY'`);
    await runner.query('DROP INDEX export_query_of_department');
    await runner.query(`
      ALTER TABLE export_job
        DROP COLUMN kind, DROP COLUMN callback_url, DROP COLUMN callback_due_at, DROP COLUMN callback_attempt,
        DROP COLUMN callback_failures, DROP COLUMN callback_last_failure, DROP COLUMN callback_told_at`);
  }
}
