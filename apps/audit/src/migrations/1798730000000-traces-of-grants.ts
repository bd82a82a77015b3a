import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of each grant and what left under it; which items left. Copies are made again from the log. */
export class TracesOfGrants1798730000000 implements MigrationInterface {
  readonly name = 'TracesOfGrants1798730000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE traced_entry ADD COLUMN items text[];
      CREATE TABLE traced_act (
        entry_index bigint PRIMARY KEY,
        grant_id text NOT NULL,
        type text NOT NULL,
        at timestamptz NOT NULL,
        by text,
        -- Of the act that issued the grant alone.
        parent_id text,
        resource_id text,
        provider_id text,
        holder_id text,
        told jsonb NOT NULL
      );
      CREATE INDEX traced_act_grant ON traced_act (grant_id, entry_index);
      CREATE INDEX traced_act_parent ON traced_act (parent_id, grant_id) WHERE parent_id IS NOT NULL;
      -- Counted as entries are copied: a grant under which millions of answers left is counted in no time.
      CREATE TABLE traced_grant_use (
        grant_id text NOT NULL,
        type text NOT NULL,
        action text NOT NULL,
        outcome text NOT NULL,
        uses bigint NOT NULL,
        rows bigint NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (grant_id, type, action, outcome)
      );
      TRUNCATE traced_entry, traced_hash;
      UPDATE traced_to SET next_index = 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE traced_act, traced_grant_use; ALTER TABLE traced_entry DROP COLUMN items');
  }
}
