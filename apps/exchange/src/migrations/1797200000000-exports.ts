import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exports of resources into files, from the request to the deletion of the file. */
export class Exports1797200000000 implements MigrationInterface {
  name = 'Exports1797200000000';

  async up(runner: QueryRunner): Promise<void> {
    // What was decided is compared and what was asked is run: `json` keeps both as they were written.
    await runner.query(`
      CREATE TABLE export_job (
        id text PRIMARY KEY,
        resource_id text COLLATE "C" NOT NULL,
        provider_id text NOT NULL,
        department_id text NOT NULL,
        decision_id text NOT NULL,
        grant_id text,
        use json NOT NULL,
        query json,
        format text NOT NULL CHECK (format IN ('NDJSON', 'CSV')),
        gzip boolean NOT NULL,
        bom boolean NOT NULL,
        formulas text NOT NULL CHECK (formulas IN ('AS_TEXT', 'AS_IS')),
        status text NOT NULL
          CHECK (status IN ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'CANCELLED', 'EXPIRED')),
        failure text,
        obligations json,
        rows bigint NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        marked_values bigint NOT NULL DEFAULT 0,
        digest text,
        delivery_id text,
        left_as text,
        attempt integer NOT NULL DEFAULT 0,
        leased_until timestamptz,
        blob text,
        link_digest bytea,
        link_until timestamptz,
        redemptions integer NOT NULL DEFAULT 0,
        asked_at timestamptz NOT NULL,
        started_at timestamptz,
        settled_at timestamptz,
        expires_at timestamptz
      )`);
    await runner.query(
      'CREATE INDEX export_of_department ON export_job (department_id, resource_id, asked_at DESC, id DESC)',
    );
    await runner.query(
      `CREATE INDEX export_live ON export_job (department_id) WHERE status IN ('QUEUED', 'RUNNING', 'READY')`,
    );
    await runner.query(`CREATE INDEX export_to_run ON export_job (asked_at) WHERE status IN ('QUEUED', 'RUNNING')`);
    await runner.query(`CREATE INDEX export_ready ON export_job (id) WHERE status = 'READY'`);
    await runner.query(
      `CREATE INDEX export_to_clear ON export_job (id)
       WHERE blob IS NOT NULL AND status IN ('FAILED', 'CANCELLED', 'EXPIRED')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE export_job');
  }
}
