import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers expect of the rows they push, each revision kept, and how each batch fared. [R8.2] */
export class Quality1797400000000 implements MigrationInterface {
  name = 'Quality1797400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE quality_rules (
        resource_id text COLLATE "C" NOT NULL,
        revision integer NOT NULL CHECK (revision > 0),
        provider_id text NOT NULL,
        rules jsonb NOT NULL,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        PRIMARY KEY (resource_id, revision)
      )`);
    await runner.query(`
      CREATE TABLE quality_result (
        batch_id text NOT NULL,
        rule text COLLATE "C" NOT NULL,
        resource_id text COLLATE "C" NOT NULL,
        revision integer NOT NULL,
        dimension text NOT NULL,
        threshold text NOT NULL,
        checked bigint NOT NULL CHECK (checked >= 0),
        failing bigint NOT NULL CHECK (failing BETWEEN 0 AND checked),
        sample_lines bigint[] NOT NULL,
        applied boolean NOT NULL,
        measured_at timestamptz NOT NULL,
        PRIMARY KEY (batch_id, rule)
      )`);
    await runner.query(
      `CREATE INDEX quality_trend ON quality_result (resource_id, measured_at DESC, batch_id DESC, rule DESC)
       WHERE applied`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quality_result, quality_rules');
  }
}
