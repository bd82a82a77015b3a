import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is found by whom, under what and which record: copies out of the log, which can be made again from it. */
export class Traces1798070001000 implements MigrationInterface {
  readonly name = 'Traces1798070001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Up to where the log has been copied.
      CREATE TABLE traced_to (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        next_index bigint NOT NULL
      );
      INSERT INTO traced_to (next_index) VALUES (0);
      CREATE TABLE traced_entry (
        entry_index bigint PRIMARY KEY,
        type text NOT NULL,
        key text NOT NULL,
        at timestamptz NOT NULL,
        decision_id text,
        delivery_id text,
        resource_id text,
        grant_id text,
        department_id text,
        system_id text,
        officer_id text,
        officer_asserted boolean NOT NULL,
        purpose text,
        matter_number text,
        action text,
        outcome text NOT NULL,
        rows bigint
      );
      CREATE INDEX traced_entry_delivery ON traced_entry (delivery_id, entry_index) WHERE delivery_id IS NOT NULL;
      CREATE INDEX traced_entry_grant ON traced_entry (grant_id, entry_index) WHERE grant_id IS NOT NULL;
      CREATE INDEX traced_entry_officer ON traced_entry (officer_id, officer_asserted, entry_index)
        WHERE officer_id IS NOT NULL;
      CREATE INDEX traced_entry_key ON traced_entry (key) WHERE type IN
        ('exchange.export-asked.v1', 'exchange.subscription-opened.v1');
      -- The first eight bytes of each hash of an entry: small, and the entry itself settles whether it is that record.
      CREATE TABLE traced_hash (
        hash_begin bigint NOT NULL,
        entry_index bigint NOT NULL
      );
      CREATE INDEX traced_hash_begin ON traced_hash (hash_begin, entry_index)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE traced_to, traced_entry, traced_hash');
  }
}
