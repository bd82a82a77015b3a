import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is to be done with an entry until when, and the calendars it is counted by. Filled from what the catalogue has
 * told since its beginning: the consumer reads its own facts from their first.
 */
export class EntryClocks1798300000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE entry_clock (
        entry_id text NOT NULL REFERENCES entry ON DELETE CASCADE,
        kind text NOT NULL,
        since timestamptz NOT NULL,
        working_days integer,
        due_at timestamptz,
        provisional boolean NOT NULL,
        calendar_edition integer NOT NULL,
        resting_since timestamptz,
        state text NOT NULL,
        noticed jsonb,
        extension jsonb,
        look_at timestamptz,
        PRIMARY KEY (entry_id, kind)
      )`);
    await runner.query('CREATE INDEX entry_clock_by_look ON entry_clock (look_at) WHERE look_at IS NOT NULL');
    await runner.query(`
      CREATE INDEX entry_clock_by_edition ON entry_clock (calendar_edition, entry_id) WHERE working_days IS NOT NULL`);
    await runner.query(`
      CREATE INDEX entry_clock_by_due ON entry_clock (due_at, entry_id, kind)
      WHERE due_at IS NOT NULL AND resting_since IS NULL`);
    await runner.query(`
      CREATE TABLE calendar_year (
        year integer PRIMARY KEY,
        version integer NOT NULL,
        holidays jsonb NOT NULL,
        make_up_days jsonb NOT NULL,
        source text NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE calendar_year, entry_clock');
  }
}
