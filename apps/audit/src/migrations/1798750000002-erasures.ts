import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Erasures1798750000002 implements MigrationInterface {
  readonly name = 'Erasures1798750000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasure (
        id uuid PRIMARY KEY,
        resource_id text NOT NULL,
        quarters text[] NOT NULL,
        ground text NOT NULL,
        document text NOT NULL,
        state text NOT NULL CHECK (state IN ('PROPOSED', 'CONFIRMED', 'REJECTED')),
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL,
        decided_by text,
        decided_at timestamptz,
        -- Of each quarter whose key is gone: which key, and since when.
        destroyed jsonb NOT NULL DEFAULT '[]',
        CHECK ((state = 'PROPOSED') = (decided_by IS NULL)),
        CHECK ((decided_by IS NULL) = (decided_at IS NULL))
      );
      CREATE INDEX erasure_proposed ON erasure (proposed_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasure');
  }
}
