import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Witnesses1798600000002 implements MigrationInterface {
  readonly name = 'Witnesses1798600000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What each witness has seen of this log, as far as it told us.
      CREATE TABLE witness (
        name text PRIMARY KEY,
        -- Of the checkpoint that it signed last; from there its next one is proved.
        size bigint NOT NULL,
        line text,
        signed_at timestamptz,
        problem text CHECK (problem IN ('DISAGREES', 'AHEAD', 'REFUSES', 'UNREACHABLE')),
        problem_since timestamptz,
        CHECK ((problem IS NULL) = (problem_since IS NULL)),
        CHECK ((line IS NULL) = (signed_at IS NULL))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE witness');
  }
}
