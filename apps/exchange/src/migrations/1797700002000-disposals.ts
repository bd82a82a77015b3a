import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What becomes of the data of withdrawn resources. */
export class Disposals1797700002000 implements MigrationInterface {
  name = 'Disposals1797700002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE disposal (
        id text PRIMARY KEY,
        resource_id text COLLATE "C" NOT NULL,
        provider_id text NOT NULL,
        region_code text NOT NULL,
        status text NOT NULL CHECK (status IN ('WAITING', 'HELD', 'RUNNING', 'DISPOSED', 'CANCELLED')),
        scheduled_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        ground text NOT NULL CHECK (ground IN ('RETENTION_ENDED', 'ORDERED')),
        basis text NOT NULL,
        ordered_by text,
        reason text,
        held_by text,
        held_as text CHECK (held_as IN ('PROVIDER', 'AUTHORITY')),
        hold_reason text,
        held_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        batch_no bigint,
        last_key text COLLATE "C" NOT NULL DEFAULT '',
        hash_key bytea NOT NULL,
        chain bytea NOT NULL,
        records bigint NOT NULL DEFAULT 0,
        changes bigint NOT NULL DEFAULT 0,
        quarantined bigint NOT NULL DEFAULT 0,
        staged bigint NOT NULL DEFAULT 0,
        files bigint NOT NULL DEFAULT 0
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX disposal_open ON disposal (resource_id) WHERE status IN ('WAITING', 'HELD', 'RUNNING')`,
    );
    await runner.query('CREATE INDEX disposal_of_resource ON disposal (resource_id, scheduled_at DESC, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE disposal');
  }
}
