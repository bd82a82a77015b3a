import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Batches that are uploaded in parts. */
export class Uploads1797800000000 implements MigrationInterface {
  name = 'Uploads1797800000000';

  async up(runner: QueryRunner): Promise<void> {
    // The id of an upload is that of its batch. What was decided is decided again: `json` keeps the use as it was written.
    await runner.query(`
      CREATE TABLE upload (
        id text PRIMARY KEY,
        resource_id text COLLATE "C" NOT NULL,
        system_id text NOT NULL,
        use json NOT NULL,
        way jsonb NOT NULL,
        status text NOT NULL
          CHECK (status IN ('OPEN', 'QUEUED', 'RUNNING', 'SETTLED', 'FAILED', 'CANCELLED', 'EXPIRED')),
        failure text,
        parts integer NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        digest text,
        attempt integer NOT NULL DEFAULT 0,
        leased_until timestamptz,
        cleared boolean NOT NULL DEFAULT false,
        opened_at timestamptz NOT NULL,
        touched_at timestamptz NOT NULL,
        settled_at timestamptz
      )`);
    await runner.query('CREATE INDEX upload_of_resource ON upload (resource_id, opened_at DESC, id DESC)');
    await runner.query(`CREATE INDEX upload_live ON upload (system_id) WHERE status IN ('OPEN', 'QUEUED', 'RUNNING')`);
    await runner.query(`CREATE INDEX upload_to_run ON upload (touched_at) WHERE status IN ('QUEUED', 'RUNNING')`);
    await runner.query(`CREATE INDEX upload_open ON upload (touched_at) WHERE status = 'OPEN'`);
    await runner.query(
      `CREATE INDEX upload_to_clear ON upload (id)
       WHERE NOT cleared AND status IN ('SETTLED', 'FAILED', 'CANCELLED', 'EXPIRED')`,
    );
    await runner.query(`
      CREATE TABLE upload_part (
        upload_id text NOT NULL REFERENCES upload,
        n integer NOT NULL,
        bytes bigint NOT NULL,
        digest text NOT NULL,
        blob text NOT NULL,
        PRIMARY KEY (upload_id, n)
      )`);
    await runner.query('CREATE INDEX upload_part_by_blob ON upload_part (blob)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upload_part');
    await runner.query('DROP TABLE upload');
  }
}
